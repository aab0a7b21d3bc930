"""The metric of programs that are judged by running tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reproduce.metrics.measured import Measured, mean_of


def pass_at_k(results: NDArray[np.bool_], k: int) -> Measured:
    """Return the chance that one of k programs drawn from those sampled passes, averaged over tasks.

    Source: Chen et al. 2021, arXiv 2107.03374, equation 1, the unbiased estimator: 1 - C(n - c, k) / C(n, k) for n
    samples of a task of which c pass, multiplied out as 1 - prod over i from n - c + 1 to n of (1 - k / i).

    results: (tasks, samples), true where a sample passed. Raises ValueError when k is not between 1 and the samples.
    """
    samples = results.shape[1]
    if not 1 <= k <= samples:
        raise ValueError(f"pass@{k} needs {k} samples of each task or more and k from 1 on; there are {samples}")
    return mean_of([_estimate(samples, int(row.sum()), k) for row in results])


def _estimate(samples: int, passed: int, k: int) -> float:
    if samples - passed < k:
        return 1.0
    return float(1 - np.prod(1 - k / np.arange(samples - passed + 1, samples + 1)))
