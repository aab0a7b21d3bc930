"""Generation: a text is read, a text is written, and compared with the one that was wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import nn

from corpus.records.run import BaselineKind
from reproduce.methods.context import TokenIds
from reproduce.metrics import text_metric
from reproduce.objectives.base import Evaluated, Frame, Portion, Told, Tuned
from reproduce.objectives.reading import bucketed
from reproduce.objectives.scoring import evaluated
from reproduce.objectives.writing import Writer


class Generation:
    """Cross entropy on the targets; greedy or beam search; metrics on the texts."""

    baseline_kind = BaselineKind.UNTUNED
    separator = "\n"  # between source and target of a decoder

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._writer = Writer(frame, separator=self.separator)
        self.rows: Mapping[str, list[TokenIds]] = {
            name: self._writer.sources(split.texts) for name, split in frame.splits.items()
        }
        self._targets = self._writer.targets(self._wanted("train"))

    @property
    def inputs(self) -> Sequence[TokenIds]:
        """The training sources with their targets, as a decoder reads them."""
        return self._writer.read(self.rows["train"], self._targets)

    def prepare(self, backbone: Any) -> None:
        """Note what the model's decoder begins with."""
        self._writer.prepare(backbone)

    def cap(self, backbone: Any) -> None:
        """Leave the model as it is."""

    def head(self, backbone: Any) -> nn.Module | None:
        """Return None: a model that writes has its vocabulary."""
        return None

    def portions(self, seed: int) -> Iterator[Portion]:
        """Yield batches of items of similar length, weighed by their target tokens."""
        training, sources = self._frame.training, self.rows["train"]
        lengths = [len(source) + len(target) for source, target in zip(sources, self._targets, strict=True)]
        order = self._frame.splits["train"].order(seed)
        for batch in bucketed(order, lengths, items=training.batch_items, tokens=training.batch_tokens, seed=seed):
            weight = sum(len(self._targets[at]) for at in batch)
            yield Portion(batch, weight=weight, tokens=sum(lengths[at] for at in batch))

    def loss(self, tuned: Tuned, portion: Portion) -> torch.Tensor:
        """Return the mean cross entropy of the target tokens."""
        sources = [self.rows["train"][at] for at in portion.positions]
        targets = [self._targets[at] for at in portion.positions]
        return self._writer.losses(tuned, sources, targets).losses.mean()

    def evaluate(self, tuned: Tuned, split: str, told: Told) -> Mapping[str, Evaluated]:
        """Return the text metrics of what is written."""
        if self._frame.generation is None:
            raise ValueError("the spec of a task that generates text has generation settings")
        written = self._writer.write(tuned, self.rows[split], self._frame.generation, seed=0, told=told)
        predictions = [texts[0].strip() for texts in written]
        references = [[text] for text in self._wanted(split)]
        return {
            name: evaluated(text_metric(name, self._frame.language)(predictions, references))
            for name in self._frame.metrics
        }

    def baseline(self, tuned: Tuned, split: str, told: Told) -> Mapping[str, Evaluated]:
        """Return what the untuned model writes."""
        return self.evaluate(tuned, split, told)

    def _wanted(self, split: str) -> tuple[str, ...]:
        targets: tuple[str, ...] = self._frame.splits[split].targets
        return targets
