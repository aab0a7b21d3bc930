"""Retrieval: texts become unit vectors, and what belongs together comes to lie near."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import nn

from corpus.records.run import BaselineKind, Score
from reproduce.encoder import embed
from reproduce.errors import NotANumberError
from reproduce.intervals import interval_over_groups, interval_over_items
from reproduce.losses import supervised_contrastive, symmetric_infonce
from reproduce.methods.context import TokenIds
from reproduce.metrics import Scores, Vectors, map_at_r, reciprocal_rank
from reproduce.objectives.base import Evaluated, Frame, Portion, Told, Tuned
from reproduce.objectives.reading import tokenise

Contrast: TypeAlias = Callable[[torch.Tensor, torch.Tensor, float], torch.Tensor]
Evaluator: TypeAlias = Callable[[Vectors, Any], tuple[Scores, tuple[float, float]]]


class Retrieval:
    """Labelled items or pairs, by a contrastive loss; an encoder needs no head for it."""

    baseline_kind = BaselineKind.UNTUNED

    def __init__(self, frame: Frame, contrast: Contrast) -> None:
        self._frame = frame
        self._contrast = contrast
        length = frame.training.max_length
        self.rows: Mapping[str, list[TokenIds]] = {
            name: tokenise(frame.tokenizer, split.texts, length) for name, split in frame.splits.items()
        }

    @property
    def inputs(self) -> Sequence[TokenIds]:
        """The training texts."""
        return self.rows["train"]

    def prepare(self, backbone: Any) -> None:
        """Leave the model as it is."""

    def cap(self, backbone: Any) -> None:
        """Leave the model as it is."""

    def head(self, backbone: Any) -> nn.Module | None:
        """Return None: mean pooling has no weights."""
        return None

    def portions(self, seed: int) -> Iterator[Portion]:
        """Yield contrastive batches; lengths are evened out inside a batch, as its members are contrasted."""
        training, rows = self._frame.training, self.rows["train"]
        drawn = self._frame.splits["train"].batches(
            classes=training.classes_per_batch, items=training.items_per_class, seed=seed
        )
        for batch in drawn:
            tokens = sum(len(rows[at]) for at in batch.positions)
            yield Portion(batch.positions, weight=len(batch.positions), tokens=tokens, labels=batch.labels)

    def loss(self, tuned: Tuned, portion: Portion) -> torch.Tensor:
        """Return the contrastive loss of a batch."""
        training = self._frame.training
        rows = [self.rows["train"][at] for at in portion.positions]
        vectors = embed(tuned.body, rows, precision=training.precision)
        labels = torch.tensor(portion.labels, device=tuned.device)
        return self._contrast(vectors, labels, training.temperature or 1.0)

    def evaluate(self, tuned: Tuned, split: str, told: Told) -> Mapping[str, Evaluated]:
        """Return the retrieval metrics of a split, each of its items a query."""
        tuned.eval()
        with torch.inference_mode():
            vectors = embed(
                tuned.body, self.rows[split], precision=self._frame.training.precision, chunk=64, after_chunk=told
            )
        found = vectors.cpu().numpy()
        if not np.isfinite(found).all():
            raise NotANumberError("the embeddings became NaN or infinite")
        return {name: _evaluated(_EVALUATORS[name], found, self._frame.splits[split]) for name in self._frame.metrics}

    def baseline(self, tuned: Tuned, split: str, told: Told) -> Mapping[str, Evaluated]:
        """Return what the untuned encoder reaches."""
        return self.evaluate(tuned, split, told)


def _evaluated(evaluator: Evaluator, vectors: Vectors, split: Any) -> Evaluated:
    items, (low, high) = evaluator(vectors, split)
    return Evaluated(items, Score(value=float(items.mean()), items=len(items), low=low, high=high))


def _clone_retrieval(vectors: Vectors, split: Any) -> tuple[Scores, tuple[float, float]]:
    _, labels = np.unique(np.array(split.groups), return_inverse=True)
    scores = map_at_r(vectors, labels)
    return scores, interval_over_groups(scores, split.groups)


def _code_search(vectors: Vectors, split: Any) -> tuple[Scores, tuple[float, float]]:
    queries, codes = np.split(vectors, 2)
    scores = reciprocal_rank(queries, codes)
    return scores, interval_over_items(scores)


_EVALUATORS: Mapping[str, Evaluator] = {"map_at_r": _clone_retrieval, "mrr": _code_search}


def labelled(frame: Frame) -> Retrieval:
    """Return the objective of labelled items."""
    return Retrieval(frame, supervised_contrastive)


def paired(frame: Frame) -> Retrieval:
    """Return the objective of pairs."""
    return Retrieval(frame, symmetric_infonce)
