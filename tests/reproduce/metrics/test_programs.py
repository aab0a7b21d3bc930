"""pass@k: the unbiased estimator."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from reproduce.metrics import pass_at_k

RESULTS = np.array([[1, 0, 0, 1, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1]], dtype=bool)


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_is_the_share_of_draws_with_a_passing_sample(k):
    """The estimate is the share of all choices of k samples that hold one that passes: counted one by one."""
    by_counting = [np.mean([row[list(chosen)].any() for chosen in combinations(range(5), k)]) for row in RESULTS]
    measured = pass_at_k(RESULTS, k)
    assert measured.items.tolist() == pytest.approx(by_counting)
    assert measured.value == pytest.approx(np.mean(by_counting))


def test_more_than_was_sampled_is_refused():
    """pass@10 cannot be said from five samples."""
    with pytest.raises(ValueError, match=r"pass@10 needs 10 samples"):
        pass_at_k(RESULTS, 10)
