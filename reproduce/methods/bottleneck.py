"""Bottleneck adapters inside the frozen blocks: Houlsby's, Pfeiffer's and the parallel one.

Which of the variants in use is meant is that of adapter-hub's `adapters` (configurations double_seq_bn, seq_bn and
par_bn); tests compare outputs with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from reproduce.methods.added import Added, attach
from reproduce.methods.context import Context
from reproduce.methods.settings import AdapterSettings, ParallelSettings
from reproduce.methods.sites import Block, blocks

NON_LINEARITIES: dict[str, Callable[[], nn.Module]] = {"relu": nn.ReLU, "swish": nn.SiLU, "gelu": nn.GELU}


class Bottleneck(Added):
    """s * (f(x W_down + b_down) W_up + b_up): Houlsby et al. 2019, arXiv 1902.00751, figure 2, without its skip."""

    def __init__(
        self, hidden: int, inner: int, non_linearity: str, scaling: float = 1.0, *, zero_start: bool = False
    ) -> None:
        super().__init__()
        self.down = nn.Linear(hidden, inner)
        self.non_linearity = NON_LINEARITIES[non_linearity]()
        self.up = nn.Linear(inner, hidden)
        self.scaling = scaling
        for layer in (self.down, self.up):
            nn.init.normal_(layer.weight, std=0.02)
            nn.init.zeros_(layer.bias)
        if zero_start:  # He et al. 2022, arXiv 2110.04366, section 4.6: as LoRA starts
            nn.init.kaiming_uniform_(self.down.weight, a=math.sqrt(5))
            nn.init.zeros_(self.up.weight)

    def forward(self, states: Tensor) -> Tensor:
        """Return what is added to the states, of their shape."""
        change: Tensor = self.scaling * self.up(self.non_linearity(self.down(states)))
        return change


def bottleneck_size(hidden: int, reduction_factor: float) -> int:
    """Return the inner width, at least one."""
    return max(1, int(hidden // reduction_factor))


def adapter(backbone: nn.Module, settings: AdapterSettings, context: Context) -> nn.Module:
    """Return the frozen backbone with trained adapters after the blocks of each layer.

    Houlsby's form (arXiv 1902.00751, section 2.1): after attention and feed-forward block, on what the block adds.
    Pfeiffer's (2021, arXiv 2005.00247, section 3.1 and its figure 5): after the feed-forward block only, see Sequence.
    """
    backbone.requires_grad_(False)
    hidden = hidden_size(backbone)

    def new() -> Bottleneck:
        return Bottleneck(hidden, bottleneck_size(hidden, settings.reduction_factor), settings.non_linearity)

    if settings.form == "pfeiffer":
        return sequences(backbone, lambda: [new()])
    return after_blocks(backbone, new, cross_attention=settings.cross_attention)


def after_blocks(backbone: nn.Module, new: Callable[[], Bottleneck], *, cross_attention: bool) -> nn.Module:
    """Put an adapter on what each attention and feed-forward block adds: h becomes h + A(h)."""
    for block in blocks(backbone):
        if block.kind != "cross-attention" or cross_attention:
            part = new()
            attach(block.inner, "adapter", part)
            block.inner.register_forward_hook(_adding(part))
    return backbone


def _adding(part: Bottleneck) -> Callable[[nn.Module, Any, Any], Any]:
    def hook(_module: nn.Module, _inputs: Any, output: Any) -> Any:
        if isinstance(output, tuple):  # Llama's attention also puts out its weights
            return (output[0] + part(output[0]), *output[1:])
        return output + part(output)

    return hook


class Sequence(Added):
    """Pfeiffer's place: with s the sum of the feed-forward block and its input, s + A(norm(s)), for each part in turn.

    ``norm`` is the normalisation that follows (BERT) or nothing (T5, Llama); it is applied once more to the result.
    """

    def __init__(self, parts: list[nn.Module]) -> None:
        super().__init__()
        self.parts = nn.ModuleList(parts)

    def forward(self, states: Tensor, norm: Callable[[Tensor], Tensor]) -> Tensor:
        """Return the states with all parts' changes, not normalised."""
        for part in self.parts:
            states = states + part(norm(states))
        return states


def sequences(backbone: nn.Module, new: Callable[[], list[nn.Module]]) -> nn.Module:
    """Put a sequence of adapters, from ``new``, at Pfeiffer's place in every layer."""
    for block in blocks(backbone):
        if block.kind == "feed-forward":
            part = Sequence(new())
            attach(block.outer, "adapters", part)
            block.outer.register_forward_hook(_normalised(part) if block.normalised_after else _plain(part))
    return backbone


def _normalised(part: Sequence) -> Callable[[nn.Module, Any, Any], Any]:
    def hook(module: nn.Module, inputs: Any, _output: Any) -> Any:
        def norm(states: Tensor) -> Tensor:
            normal: Tensor = module.forward(states)  # past this hook
            return normal

        return norm(part(inputs[0], norm))

    return hook


def _plain(part: Sequence) -> Callable[[nn.Module, Any, Any], Any]:
    return lambda _module, _inputs, output: part(output, lambda states: states)


def parallel_adapter(backbone: nn.Module, settings: ParallelSettings, context: Context) -> nn.Module:
    """Return the frozen backbone with trained adapters beside the feed-forward blocks, scaled.

    Source: He et al. 2022, arXiv 2110.04366, table 1 and section 4.6 (the scaled parallel adapter). It reads what the
    block's skip connection carries: in T5 and Llama that is before the normalisation.
    """
    return beside_feed_forward(backbone.requires_grad_(False), settings)


def beside_feed_forward(backbone: nn.Module, settings: ParallelSettings) -> nn.Module:
    """Put a scaled adapter beside each feed-forward block."""
    hidden = hidden_size(backbone)
    inner = bottleneck_size(hidden, settings.reduction_factor)
    for block in blocks(backbone):
        if block.kind == "feed-forward":
            part = Bottleneck(hidden, inner, settings.non_linearity, settings.scaling, zero_start=True)
            _beside(block, part)
    return backbone


def _beside(block: Block, part: Bottleneck) -> None:
    """Add A(x) to a feed-forward block's sum, x being the block's input."""
    attach(block.whole, "adapter", part)
    if block.normalised_after:  # BERT's output module sums its two arguments
        block.whole.register_forward_pre_hook(
            lambda _module, inputs: (inputs[0], inputs[1] + part(inputs[1]), *inputs[2:])
        )
    elif block.whole is block.outer:  # T5's sublayer: x goes in, the sum comes out
        block.whole.register_forward_hook(lambda _module, inputs, output: output + part(inputs[0]))
    else:  # Llama: x goes into the norm in front of the block
        held: list[Tensor] = []
        block.whole.register_forward_pre_hook(lambda _module, inputs: held.append(part(inputs[0])))
        block.inner.register_forward_hook(lambda _module, _inputs, output: output + held.pop())


def hidden_size(backbone: nn.Module) -> int:
    """Return the width of the residual stream."""
    config: Any = backbone.config
    size: int = config.hidden_size
    return size
