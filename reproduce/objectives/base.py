"""What every objective is given and gives: one protocol for all kinds of data, so that there is one training loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from corpus.records.run import BaselineKind, GenerationSettings, Score, TrainingSettings
from reproduce.methods.context import TokenIds

Told: TypeAlias = Callable[[int], None]
"""Is told how many items are done."""


@dataclass(frozen=True)
class Frame:
    """What an objective is built from: the spec's settings, the model's side, the splits by name."""

    architecture: str
    tokenizer: Any
    training: TrainingSettings
    generation: GenerationSettings | None
    metrics: tuple[str, ...]  # to compute, the spec's own first
    splits: Mapping[str, Any]  # train, validation and test, all of one kind
    language: str | None  # of what is written, e.g. Python
    source_prefix: str | None = None  # words before every source


@dataclass(frozen=True)
class Portion:
    """What one forward pass trains on. The loss of a step is the mean of its portions' losses, by weight."""

    positions: tuple[int, ...]  # in the training split
    weight: int  # items or target tokens that the portion's mean loss stands for
    tokens: int  # read and written, padding not counted
    labels: tuple[int, ...] = ()  # of contrastive batches
    seed: int = 0  # for what is drawn inside: masked tokens


@dataclass(frozen=True)
class Evaluated:
    """The scores of a split's items, in the split's order, and what they come to."""

    items: NDArray[np.float64]
    score: Score


class Tuned(nn.Module):
    """What is trained: the model under its method, and the head that some objectives put on it."""

    def __init__(self, body: nn.Module, head: nn.Module | None) -> None:
        super().__init__()
        self.body = body
        self.head = head

    @property
    def device(self) -> torch.device:
        """Where its weights are."""
        return next(self.body.parameters()).device


class Objective(Protocol):
    """One kind of data, made ready for one model."""

    baseline_kind: BaselineKind

    @property
    def rows(self) -> Mapping[str, list[TokenIds]]:
        """The tokens of each split's ``texts``."""
        ...

    @property
    def inputs(self) -> Sequence[TokenIds]:
        """Every row that the model reads in training, where a text is read the same each time; else nothing."""
        ...

    def prepare(self, backbone: Any) -> None:
        """Note what the objective needs of the freshly loaded model."""
        ...

    def cap(self, backbone: Any) -> None:
        """Take from the model what its head replaces, once the method is on it."""
        ...

    def head(self, backbone: Any) -> nn.Module | None:
        """Return a new head for the model, None where none is needed."""
        ...

    def portions(self, seed: int) -> Iterator[Portion]:
        """Yield portions of the training split without end, the same for the same seed."""
        ...

    def loss(self, tuned: Tuned, portion: Portion) -> torch.Tensor:
        """Return the mean loss of a portion."""
        ...

    def evaluate(self, tuned: Tuned, split: str, told: Told) -> Mapping[str, Evaluated]:
        """Return each metric on a split; raise NotANumberError when an output is NaN or infinite."""
        ...

    def baseline(self, tuned: Tuned, split: str, told: Told) -> Mapping[str, Evaluated]:
        """Return each metric on a split without any training; ``baseline_kind`` says of what."""
        ...


def autocast(device: torch.device, training: TrainingSettings) -> torch.autocast:
    """Return the context in which the forward pass has the precision asked for; weights stay float32."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=training.precision == "bfloat16")
