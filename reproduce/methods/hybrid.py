"""Methods of several families joined. MAM stands with the prefixes, whose settings it shares."""

from __future__ import annotations

from torch import nn

from reproduce.methods.bottleneck import Bottleneck, after_blocks, hidden_size
from reproduce.methods.context import Context
from reproduce.methods.settings import FeedForwardSettings
from reproduce.methods.with_peft import lora


def feed_forward_lora_with_adapters(backbone: nn.Module, settings: FeedForwardSettings, context: Context) -> nn.Module:
    """Return the frozen backbone with LoRA on its feed-forward matrices and Houlsby adapters after every block.

    Source: P33 (Ayupov and Chirkova 2022, arXiv 2212.05901), whose code puts adapters after cross-attention too.
    """
    hidden = hidden_size(backbone)
    module = lora(backbone, settings, context)
    after_blocks(
        backbone, lambda: Bottleneck(hidden, settings.bottleneck, settings.non_linearity), cross_attention=True
    )
    return module
