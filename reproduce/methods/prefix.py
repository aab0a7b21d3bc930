"""Keys and values in front of those of every attention, at the attention itself.

Registered with transformers as an attention function of its own, so that positions, caches and generation stay the
backbone's: virtual positions have no place in the sequence and none in the output.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from reproduce.methods.added import Added, attach
from reproduce.methods.bottleneck import beside_feed_forward, hidden_size
from reproduce.methods.context import Context
from reproduce.methods.settings import DeepPromptSettings, MamSettings
from reproduce.methods.sites import attentions

ATTENTION = "codepeft_prefixed"


class Prefix(Added):
    """What stands in front of the keys and values of one attention: (2, key-value heads, tokens, head size).

    Trained directly: Li and Liang 2021, arXiv 2101.00190, section 4.2.
    """

    def __init__(self, heads: int, tokens: int, head_size: int) -> None:
        super().__init__()
        self.shape = (tokens, 2, heads, head_size)
        self.values = nn.Parameter(torch.randn(tokens, 2 * heads * head_size))

    def flat(self) -> Tensor:
        """Return keys and values, (tokens, 2 * heads * head size)."""
        return self.values

    def forward(self) -> Tensor:
        """Return keys and values, (2, heads, tokens, head size)."""
        return self.flat().view(self.shape).permute(1, 2, 0, 3)


class MadePrefix(Prefix):
    """A prefix that a network makes: Li and Liang 2021, section 4.3.

    ``source`` puts out (tokens, width) and is shared by a group of layers; each has its own part of the last matrix.
    """

    def __init__(self, heads: int, tokens: int, head_size: int, source: nn.Module, width: int) -> None:
        Added.__init__(self)
        self.shape = (tokens, 2, heads, head_size)
        self.source = source
        self.last = nn.Linear(width, 2 * heads * head_size)

    def flat(self) -> Tensor:
        """Return keys and values, (tokens, 2 * heads * head size)."""
        made: Tensor = self.last(self.source())
        return made


class Embedded(nn.Module):
    """The shared part of the network: an embedding of each virtual token, one layer, tanh."""

    def __init__(self, tokens: int, hidden: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Parameter(torch.randn(tokens, hidden))
        self.first = nn.Linear(hidden, width)

    def forward(self) -> Tensor:
        """Return (tokens, width)."""
        return torch.tanh(self.first(self.embedding))


NewPrefixes = Callable[[int, int, int], list[Prefix]]  # (attentions of a group, key-value heads, head size)


def deep_prompts(backbone: nn.Module, settings: DeepPromptSettings, context: Context) -> nn.Module:
    """Return the backbone, frozen unless told otherwise, with trained keys and values before every attention's own.

    With a network it is prefix tuning: Li and Liang 2021, arXiv 2101.00190, sections 4.2 and 4.3. Without one it is
    P-Tuning v2: Liu et al. 2022, arXiv 2110.07602, section 3.2. An encoder-decoder has them in encoder, decoder and
    cross-attention, each with a network of its own.
    """
    backbone.requires_grad_(settings.train_backbone)
    tokens, width = settings.num_virtual_tokens, settings.encoder_hidden_size
    hidden = hidden_size(backbone)

    def new(count: int, heads: int, size: int) -> list[Prefix]:
        if width is None:
            return [Prefix(heads, tokens, size) for _ in range(count)]
        source = Embedded(tokens, hidden, width)
        return [MadePrefix(heads, tokens, size, source, width) for _ in range(count)]

    return prefixed(backbone, new)


def mam(backbone: nn.Module, settings: MamSettings, context: Context) -> nn.Module:
    """Return the backbone with trained prefixes and scaled parallel adapters beside the feed-forward blocks.

    Source: He et al. 2022, arXiv 2110.04366, section 4.6 (MAM adapter).
    """
    return beside_feed_forward(deep_prompts(backbone, settings, context), settings)


def prefixed(backbone: nn.Module, new: NewPrefixes) -> nn.Module:
    """Give each attention a prefix from ``new``, a group of them at a time, and let the backbone use them."""
    heads, size = attention_shape(backbone)
    for group in attentions(backbone):
        for attention, prefix in zip(group, new(len(group), heads, size), strict=True):
            attach(attention, "prefix", prefix)
    AttentionInterface.register(ATTENTION, _attend)
    AttentionMaskInterface.register(ATTENTION, sdpa_mask)
    module: Any = backbone
    module.set_attn_implementation(ATTENTION)
    return backbone


def attention_shape(backbone: nn.Module) -> tuple[int, int]:
    """Return the number of heads of keys and values, and their size."""
    config: Any = backbone.config
    heads: int = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    size = getattr(config, "d_kv", None) or getattr(config, "head_dim", None)
    return heads, size or config.hidden_size // config.num_attention_heads


def _attend(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    position_bias: Tensor | None = None,
    **options: Any,
) -> tuple[Tensor, Tensor | None]:
    """Attend as scaled_dot_product_attention does, with the module's prefix in front; every query sees all of it."""
    keys, values = (part.to(key.dtype).expand(len(key), -1, -1, -1) for part in module.prefix())
    tokens = keys.shape[2]
    if attention_mask is None and getattr(module, "is_causal", False) and query.shape[2] > 1:
        attention_mask = _causal(query.shape[2], key.shape[2], query.device)
    if attention_mask is not None:
        seen = attention_mask.dtype == torch.bool  # True: is seen; else a term that is added: 0 is seen
        attention_mask = nn.functional.pad(attention_mask, (tokens, 0), value=seen)
    if position_bias is not None:
        position_bias = nn.functional.pad(position_bias, (tokens, 0))  # a prefix has no position
    return sdpa_attention_forward(
        module,
        query,
        torch.cat([keys, key], dim=2),
        torch.cat([values, value], dim=2),
        attention_mask,
        position_bias=position_bias,
        **{**options, "is_causal": False},
    )


def _causal(queries: int, keys: int, device: torch.device) -> Tensor:
    """Return which keys each query may see; the queries are the last positions."""
    at = torch.arange(keys, device=device)
    return (at[None, :] <= at[keys - queries :, None])[None, None]
