"""Methods that need no library: which of the backbone's own weights are trained."""

from __future__ import annotations

from torch import nn

from reproduce.methods.context import Context
from reproduce.methods.settings import NoSettings


def full_finetuning(backbone: nn.Module, settings: NoSettings, context: Context) -> nn.Module:
    """Return the backbone with every weight trainable."""
    return backbone.requires_grad_(True)


def bitfit(backbone: nn.Module, settings: NoSettings, context: Context) -> nn.Module:
    """Return the backbone with only its bias terms trainable.

    Source: Ben Zaken et al. 2022, arXiv 2106.10199, section 3. The biases of layer normalisation are among them.
    """
    backbone.requires_grad_(False)
    for name, parameter in backbone.named_parameters():
        if name.rpartition(".")[2] == "bias":
            parameter.requires_grad_(True)
    return backbone
