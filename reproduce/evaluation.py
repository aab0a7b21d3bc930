"""Evaluating a module on a split: per-item scores, their mean, its interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from corpus.records.run import Score
from reproduce.data.splits import Split
from reproduce.encoder import TokenIds, embed
from reproduce.errors import NotANumberError
from reproduce.intervals import interval_over_groups, interval_over_items
from reproduce.metrics import Scores, Vectors, map_at_r, reciprocal_rank

Evaluator: TypeAlias = Callable[[Vectors, Split], tuple[Scores, tuple[float, float]]]


@dataclass(frozen=True)
class Evaluated:
    """The scores of a split's items, in the split's order, and what they come to."""

    items: NDArray[np.float64]
    score: Score


def evaluate(
    module: nn.Module,
    rows: Sequence[TokenIds],
    split: Split,
    *,
    metric: str,
    precision: str,
    after_chunk: Callable[[int], None] | None = None,
) -> Evaluated:
    """Return the scores of a split whose texts have these tokens.

    Raises NotANumberError when an embedding is NaN or infinite.
    """
    module.eval()
    with torch.inference_mode():
        vectors = embed(module, rows, precision=precision, chunk=64, after_chunk=after_chunk).cpu().numpy()
    if not np.isfinite(vectors).all():
        raise NotANumberError("the embeddings became NaN or infinite")
    items, (low, high) = _EVALUATORS[metric](vectors, split)
    return Evaluated(items, Score(value=float(items.mean()), items=len(items), low=low, high=high))


def _clone_retrieval(vectors: Vectors, split: Split) -> tuple[Scores, tuple[float, float]]:
    _, labels = np.unique(np.array(split.groups), return_inverse=True)
    scores = map_at_r(vectors, labels)
    return scores, interval_over_groups(scores, split.groups)


def _code_search(vectors: Vectors, split: Split) -> tuple[Scores, tuple[float, float]]:
    queries, codes = np.split(vectors, 2)
    scores = reciprocal_rank(queries, codes)
    return scores, interval_over_items(scores)


_EVALUATORS: Mapping[str, Evaluator] = {"map_at_r": _clone_retrieval, "mrr": _code_search}
