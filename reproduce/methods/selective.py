"""Methods that need no new weights: which of the backbone's own are trained."""

from __future__ import annotations

from typing import Any

from torch import nn

from reproduce.errors import SpecError
from reproduce.methods.context import Context
from reproduce.methods.settings import NoSettings, TellySettings
from reproduce.methods.sites import layers, stacks


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


def telly(backbone: nn.Module, settings: TellySettings, context: Context) -> nn.Module:
    """Return the backbone with its embeddings and its lowest K layers frozen.

    Source: P29 (Shi et al. 2023), section 5. Layers are counted from the input upwards, through the encoder into the
    decoder. An output layer that shares its matrix with the embeddings is frozen with them. K = 0 freezes the
    embeddings only.
    """
    every = layers(backbone)
    count = len(every) // 2 if settings.frozen_layers is None else settings.frozen_layers
    if count >= len(every):
        raise SpecError(f"frozen_layers is {count}; the model has {len(every)} layers and at least one is trained")
    backbone.requires_grad_(True)
    for part in [stack.embedding for stack in stacks(backbone)] + list(every[:count]):
        part.requires_grad_(False)
    return backbone


def embeddings_and_softmax(backbone: nn.Module, settings: NoSettings, context: Context) -> nn.Module:
    """Return the backbone with its token embeddings and its output layer trainable; often they share one matrix.

    Source: P9 (Zlotchevski et al. 2022), whose abstract names the parts.
    """
    module: Any = backbone.requires_grad_(False)
    for part in (module.get_input_embeddings(), module.get_output_embeddings()):
        part.requires_grad_(True)
    return backbone


def final_layer(backbone: nn.Module, settings: NoSettings, context: Context) -> nn.Module:
    """Return the backbone with its uppermost layer trainable.

    Source: P9 (Zlotchevski et al. 2022), whose abstract names the part. What follows the layer (a last normalisation,
    the output layer) stays frozen.
    """
    backbone.requires_grad_(False)
    layers(backbone)[-1].requires_grad_(True)
    return backbone
