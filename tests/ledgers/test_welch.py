"""Tests over seeds: against another implementation, at the edges, and in how often they are wrong."""

from __future__ import annotations

from statistics import mean, stdev

import numpy as np
import pytest
from scipy import stats

from taxonomy.answers.welch import Difference, Scores, difference

SAMPLES = [
    ([71.2, 70.1, 72.4], [69.0, 68.2, 70.9]),
    ([20.33, 20.35, 20.40], [19.89, 20.42, 20.17]),
    ([50.0, 52.0], [49.0, 49.5, 51.0, 50.2, 48.8]),
]


def scores(values):
    """Return a sample as one side."""
    return Scores(mean(values), stdev(values), len(values))


@pytest.mark.parametrize(("first", "second"), SAMPLES)
def test_interval_is_welchs(first, second):
    """The interval and its degrees of freedom are those of scipy's own Welch test."""
    found = difference(scores(first), scores(second))
    theirs = stats.ttest_ind(first, second, equal_var=False)
    low, high = theirs.confidence_interval(0.95)
    assert found.bounds(0.95) == pytest.approx((low, high))
    assert found.freedom == pytest.approx(theirs.df)


@pytest.mark.parametrize(("first", "second"), SAMPLES)
def test_one_sided_test_decides_as_its_p_value(first, second):
    """The difference is above zero at a level exactly when the one-sided p-value is below it."""
    found = difference(scores(first), scores(second))
    p_value = stats.ttest_ind(first, second, equal_var=False, alternative="greater").pvalue
    for alpha in (0.001, 0.01, 0.05, 0.1, 0.2, 0.4):
        assert found.is_above(0.0, alpha) == (p_value < alpha)


def test_nothing_is_tested_without_a_spread():
    """One run on a side: a difference, no interval, and no test decides anything."""
    found = difference(Scores(70.0), Scores(60.0, 1.0, 3))
    assert found.points == 10.0
    assert found.bounds() is None
    assert [found.is_above(0, 0.05), found.is_below(20, 0.05), found.is_within(100, 0.05)] == [False] * 3


def test_equal_seeds_on_both_sides_have_no_width():
    """Sides whose seeds all agree differ by exactly their difference."""
    assert difference(Scores(70.0, 0.0, 3), Scores(69.0, 0.0, 3)).bounds() == (1.0, 1.0)


def test_a_wide_interval_is_neither_different_nor_equal():
    """Few noisy seeds show neither a direction nor equality."""
    found = difference(Scores(70.0, 3.0, 3), Scores(70.1, 3.0, 3))
    assert [found.is_above(0, 0.05), found.is_below(0, 0.05), found.is_within(1.0, 0.05)] == [False] * 3


@pytest.mark.parametrize(("truth", "most"), [(1.0, 0.07), (-1.0, 0.07)])
def test_equality_is_rarely_found_at_the_margin(truth, most):
    """Where the true difference is the margin itself, equality is found in no more than the level says."""
    generator = np.random.default_rng(7)
    found = 0
    for _ in range(1500):
        first, second = generator.normal(truth, 0.4, 5), generator.normal(0.0, 0.4, 5)
        found += difference(scores(first.tolist()), scores(second.tolist())).is_within(1.0, 0.05)
    assert 0 < found / 1500 < most


def test_interval_covers_the_truth():
    """Simulated seeds of unequal spread: the 95 % interval has the true difference in close to 95 % of cases."""
    generator = np.random.default_rng(11)
    covered = 0
    for _ in range(2000):
        first, second = generator.normal(2.0, 1.0, 4), generator.normal(0.0, 0.3, 3)
        low, high = difference(scores(first.tolist()), scores(second.tolist())).bounds() or (0.0, 0.0)
        covered += low <= 2.0 <= high
    assert 0.93 < covered / 2000 < 0.97


def test_bounds_turn_with_the_sign():
    """The interval of the opposite difference is the mirror image."""
    one = Difference(2.0, 0.5, 4.0).bounds()
    other = Difference(-2.0, 0.5, 4.0).bounds()
    assert one is not None
    assert other == pytest.approx((-one[1], -one[0]))
