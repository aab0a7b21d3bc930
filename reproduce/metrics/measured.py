"""What a metric comes to: its value, a number for each item, a 95 % interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reproduce.intervals import interval_over_items, interval_over_sums

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """A metric over the items of a split, on the vocabulary's scale of that metric."""

    value: float
    items: Numbers  # one number an item, in the split's order
    low: float  # 95 % bootstrap interval over items
    high: float


def mean_of(items: Sequence[float] | Numbers) -> Measured:
    """Return a metric that is the mean over its items; raise ValueError when there are none."""
    numbers = np.asarray(items, dtype=np.float64)
    if not len(numbers):
        raise ValueError("a metric needs an item or more")
    low, high = interval_over_items(numbers)
    return Measured(float(numbers.mean()), numbers, low, high)


def of_sums(sums: Numbers, score: Callable[[Numbers], float], items: Numbers) -> Measured:
    """Return a metric of a whole corpus that is a function of counts added up over items.

    sums: (n, k), the counts of each item; score: from k totals to the value. The interval is over items drawn with
    replacement, their counts added up anew. ``items`` are what is told of each item alone; their mean is another
    number than the value. Raises ValueError when there are no items.
    """
    if not len(sums):
        raise ValueError("a metric needs an item or more")
    low, high = interval_over_sums(sums, score)
    return Measured(score(sums.sum(axis=0)), items, low, high)


def require_one_each(predictions: Sequence[object], references: Sequence[object]) -> None:
    """Raise ValueError unless there is a prediction for each reference."""
    if len(predictions) != len(references):
        raise ValueError(f"{len(predictions)} predictions for {len(references)} items")
