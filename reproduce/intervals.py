"""95 % bootstrap intervals of a mean of per-item scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2_000
_SEED = 20_250_429  # fixed: the interval belongs to the scores, not to the run


def interval_over_items(scores: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 2.5th and 97.5th percentile of the mean over items drawn with replacement.

    Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, section 13.3 (percentile interval).
    """
    draw = np.random.default_rng(_SEED)
    means = np.array([scores[draw.integers(len(scores), size=len(scores))].mean() for _ in range(RESAMPLES)])
    return _percentiles(means)


def interval_over_sums(sums: NDArray[np.float64], score: Callable[[NDArray[np.float64]], float]) -> tuple[float, float]:
    """Return the same for a score that is a function of counts added up over items (sums: items x counts)."""
    draw = np.random.default_rng(_SEED)
    size = len(sums)
    chosen = (np.bincount(draw.integers(size, size=size), minlength=size) for _ in range(RESAMPLES))
    return _percentiles(np.array([score(times @ sums) for times in chosen]))


def interval_over_groups(scores: NDArray[np.float64], groups: Sequence[str]) -> tuple[float, float]:
    """Return the same with whole groups drawn instead of items.

    Items of one class are each other's answers, so their scores are not independent; drawing them one by one would
    make the interval far too narrow. With few groups (SCD-88 tests on 20 problems) it is still an approximation.
    The other candidates stay as they are. Source: Davison and Hinkley 1997, Bootstrap Methods, section 3.8.
    """
    _, member = np.unique(np.array(groups), return_inverse=True)
    sums, counts = np.bincount(member, weights=scores), np.bincount(member)
    draw = np.random.default_rng(_SEED)
    chosen = draw.integers(len(sums), size=(RESAMPLES, len(sums)))
    return _percentiles(sums[chosen].sum(axis=1) / counts[chosen].sum(axis=1))


def _percentiles(means: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)
