"""Frozen lower layers: where nothing below a layer is trained, its input is a function of the text alone.

Those layers run without dropout and without gradients, and what they give for a text is computed once and kept. That
is a rule of the laboratory, not a choice of the machine: layers that cannot learn have nothing to gain from noise, and
with noise there would be nothing to keep. Whether the outputs are kept follows from model and data alone, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from reproduce.methods.context import TokenIds

LIMIT_BYTES = 2_000_000_000  # of kept outputs; more is computed anew each time
_LAYERS = {"encoder": re.compile(r"(?:^|\.)encoder\.layer$"), "decoder": re.compile(r"(?:^|\.)model\.layers$")}
"""Where the layers stand in BERT and in Llama. T5 hands its attention bias from layer to layer and is left out."""
_ABOVE = re.compile(r"(^|\.)(lm_head|model\.norm|pooler)\.")


class FrozenLayers:
    """The frozen lower layers of a module, if it has any; a context in which their outputs are reused."""

    def __init__(self, body: nn.Module, architecture: str) -> None:
        self._body = body
        self._layers = _layers_of(body, architecture)
        self.depth = 0 if self._layers is None else _frozen_depth(body, self._layers)
        self.reused = 0  # layers whose outputs are kept
        self._wanted: set[bytes] = set()
        self._kept: dict[bytes, torch.Tensor] = {}
        self._recalled: torch.Tensor | None = None
        self._keys: list[tuple[bytes, torch.Tensor]] = []
        self._undo: list[Callable[[], None]] = []

    def quieten(self) -> None:
        """Switch dropout off in everything below the lowest trained layer; to be called after ``train()``."""
        if self._layers is None or self.depth == 0:
            return
        trained: set[nn.Module] = set()
        for layer in list(self._layers)[self.depth :]:
            trained.update(layer.modules())
        for module in self._body.modules():
            if not any(True for _ in module.children()) and module not in trained:
                module.eval()
        for layer in list(self._layers)[: self.depth]:
            layer.eval()

    def reuse(self, rows: Sequence[TokenIds]) -> None:
        """Keep the outputs for these texts from now on, if they fit; undone by ``forget``."""
        if self._layers is None or self.depth == 0 or not rows:
            return
        config: Any = self._body.config
        if 4 * config.hidden_size * sum(map(len, rows)) > LIMIT_BYTES:
            return
        self.reused = self.depth
        self._wanted = {np.array(row, dtype=np.int64).tobytes() for row in rows}
        hook: Any = self._body.register_forward_pre_hook(self._look_up, with_kwargs=True)
        self._undo.append(hook.remove)
        for at, layer in enumerate(list(self._layers)[: self.depth]):
            self._wrap(layer, last=at == self.depth - 1)

    def forget(self) -> None:
        """Compute everything again from now on."""
        for undo in self._undo:
            undo()
        self._undo.clear()
        self._kept.clear()

    def _wrap(self, layer: nn.Module, *, last: bool) -> None:
        original = layer.forward

        def forward(states: torch.Tensor, *arguments: Any, **named: Any) -> torch.Tensor:
            if self._recalled is not None:
                return self._recalled if last else states
            with torch.no_grad():
                out: torch.Tensor = original(states, *arguments, **named)
            if last:
                self._keep(out)
            return out

        patched: Any = layer
        patched.forward = forward
        self._undo.append(lambda: delattr(layer, "forward"))

    def _look_up(self, _: nn.Module, arguments: Any, named: dict[str, Any]) -> None:
        """Before the body runs: put together what is kept for its rows, if all of them are known."""
        self._recalled, self._keys = None, []
        if not self._body.training:
            return
        ids, mask = named["input_ids"], named["attention_mask"].bool()
        self._keys = [(row[real].cpu().numpy().tobytes(), real) for row, real in zip(ids, mask, strict=True)]
        if not all(key in self._kept for key, _ in self._keys):
            return
        known = [self._kept[key] for key, _ in self._keys]
        recalled = known[0].new_zeros((*ids.shape, known[0].shape[-1]))
        for at, states in enumerate(known):
            recalled[at, : len(states)] = states
        self._recalled = recalled

    def _keep(self, states: torch.Tensor) -> None:
        for (key, real), row in zip(self._keys, states, strict=False):
            if key in self._wanted:
                self._kept.setdefault(key, row[real].detach().clone())


def _layers_of(body: nn.Module, architecture: str) -> nn.ModuleList | None:
    pattern = _LAYERS.get(architecture)
    if pattern is None:
        return None
    for name, module in body.named_modules():
        if pattern.search(name) and isinstance(module, nn.ModuleList):
            return module
    return None


def _frozen_depth(body: nn.Module, layers: nn.ModuleList) -> int:
    """Return how many lowest layers have nothing trained in or below them."""
    place = {id(parameter): at for at, layer in enumerate(layers) for parameter in layer.parameters()}
    depth = len(layers)
    for name, parameter in body.named_parameters():
        if parameter.requires_grad:
            above = len(layers) if _ABOVE.search(name) else 0
            depth = min(depth, place.get(id(parameter), above))
    return depth
