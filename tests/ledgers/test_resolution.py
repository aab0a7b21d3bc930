"""How fine numbers can resolve: formulas by hand and by simulation, sizes from the records."""

from __future__ import annotations

import math
from statistics import mean, stdev

import numpy as np
import pytest
from scipy import stats

from taxonomy.answers.experiments import arms
from taxonomy.answers.resolution import (
    MOST_SEEDS,
    SIGN_TEST_ITEMS,
    item_bound,
    paired_bound,
    resolution,
    seeds_needed,
    unpaired_bound,
    visible_with,
)
from taxonomy.answers.welch import Scores, difference
from tests import examples
from tests.ledgers import invented


def test_visible_difference_by_hand():
    """Three seeds each with a spread of one point: t(0.975, 4) * sqrt(2 / 3) = 2.267 points."""
    assert visible_with(1.0, 3) == pytest.approx(2.776445 * math.sqrt(2 / 3), abs=1e-5)


def test_one_seed_shows_nothing():
    """Without a second seed there is no spread to judge by."""
    assert visible_with(1.0, 1) is None


@pytest.mark.parametrize("power", [None, 0.8])
@pytest.mark.parametrize("wanted", [0.2, 0.3, 1.0, 3.0])
def test_seeds_needed_are_the_fewest(wanted, power):
    """One seed fewer would not show the difference, and the number given does."""
    seeds = seeds_needed(1.0, wanted, power=power)
    assert visible_with(1.0, seeds, power=power) <= wanted
    assert seeds == 2 or visible_with(1.0, seeds - 1, power=power) > wanted


@pytest.mark.parametrize("wanted", [0.0, -1.0, 0.001])
def test_what_no_plan_can_show_has_no_number_of_seeds(wanted):
    """No difference, or one for which a thousand seeds are not enough."""
    assert MOST_SEEDS == 1000
    assert seeds_needed(1.0, wanted) is None


def test_power_is_what_it_says():
    """Simulated experiments with the seeds needed for a difference find it in about eight of ten."""
    generator, wanted = np.random.default_rng(5), 1.2
    seeds = seeds_needed(1.0, wanted, power=0.8)
    found = 0
    for _ in range(1000):
        sides = (generator.normal(true, 1.0, seeds).tolist() for true in (wanted, 0.0))
        low, _high = difference(*(Scores(mean(side), stdev(side), seeds) for side in sides)).bounds()
        found += low > 0
    assert 0.76 < found / 1000 < 0.88


def test_sign_test_bound_is_exact():
    """Six items in one direction are the fewest on which a two-sided sign test rejects at 0.05."""
    assert stats.binomtest(SIGN_TEST_ITEMS, SIGN_TEST_ITEMS, 0.5).pvalue < 0.05
    assert stats.binomtest(SIGN_TEST_ITEMS - 1, SIGN_TEST_ITEMS - 1, 0.5).pvalue > 0.05
    assert paired_bound(600) == 1.0


def test_independent_items_by_hand():
    """Half of 1,000 items right: 1.96 * sqrt(2 * 0.25 / 1000) = 4.38 points."""
    assert unpaired_bound(50.0, 1000) == pytest.approx(4.383, abs=1e-3)


@pytest.mark.parametrize(
    ("metric", "paired", "unpaired"),
    [
        ("accuracy", True, True),
        ("mrr", False, True),
        ("bleu", False, False),
        ("f1", False, False),
        ("map_at_r", False, False),
    ],
)
def test_a_metric_has_the_bounds_that_hold_for_it(metric, paired, unpaired):
    """Shares of items have both bounds, means of item scores one, measures of a whole set none."""
    bound = item_bound(metric, 50.0, 1000, ["P900"])
    assert (bound.paired_at_best is not None, bound.unpaired is not None) == (paired, unpaired)


def test_sizes_come_from_the_records(shipped, words):
    """Devign has 2,732 test items, as three papers say."""
    (found,) = resolution(shipped, words, datasets=["devign"], metrics=["accuracy"])
    stated = {bound.items: bound.stated_by for bound in found.items}
    assert stated[2732] == ("P31", "P32", "P34")
    assert stated[500] == ("devign-defects",)  # our sample of it


def test_contradictory_sizes_are_both_given(shipped, words):
    """BigCloneBench has three test sizes, by paper."""
    (found,) = resolution(shipped, words, datasets=["bigclonebench"], metrics=["f1"])
    assert [bound.items for bound in found.items] == [4000, 415416, 416328]


def test_an_unknown_size_stays_unknown(shipped, words):
    """Nobody states how many items P12's HumanEval had: nothing is made up, P10's stands with its name."""
    cells = resolution(shipped, words, datasets=["mbpp"])
    assert [found.items for found in cells] == [()]


def test_spread_is_pooled_by_degrees_of_freedom(words):
    """Spreads of 0.1 over three seeds and 0.2 over two: sqrt((2 * 0.01 + 1 * 0.04) / 3)."""
    rows = [
        *invented.rows((0.7, None), std=0.001, per_seed=(0.1, 0.2, 0.3)),
        examples.result(id="P900-R009", language="L1", variant="v", std=0.002, per_seed=(0.1, 0.2)),
    ]
    (found,) = resolution(examples.corpus_of([examples.paper()], rows), words)
    (bound,) = found.seeds
    assert bound.spread == pytest.approx(math.sqrt((2 * 0.01 + 0.04) / 3))
    assert (bound.numbers, bound.least_seeds, bound.source) == (2, 2, "P900")


def test_runs_give_spread_and_size(words):
    """Our experiment: its own test items, and the spread over its seeds of both methods."""
    runs = invented.experiment({"lora": [0.6, 0.61, 0.62], "full-finetuning": [0.7, 0.72, 0.74]})
    (found,) = resolution(examples.corpus_of([examples.paper()], own_runs=runs), words)
    assert [(bound.items, bound.stated_by) for bound in found.items] == [(50, ("invented",))]
    assert found.seeds[0].spread == pytest.approx(math.sqrt((1.0**2 + 2.0**2) / 2))


def test_every_number_with_points_is_covered(shipped, words):
    """Every number, reported or measured, whose metric is a share, a percentage or a mark belongs to one resolution."""
    wanted = {
        (row.task, row.dataset, row.language, row.metric)
        for row in shipped.results
        if words.metric[row.metric].points(1.0) is not None and not words.metric[row.metric].relative
    }
    wanted |= {(arm.task, arm.dataset, arm.language, arm.metric) for arm in arms(shipped)}
    found = [(entry.task, entry.dataset, entry.language, entry.metric) for entry in resolution(shipped, words)]
    assert set(found) == wanted
    assert len(found) == len(wanted)
