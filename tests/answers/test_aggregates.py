"""Aggregates: one value for a source, method, task and model, however many numbers it prints."""

from __future__ import annotations

from dataclasses import replace

import pytest

from taxonomy.answers.aggregates import aggregate
from taxonomy.answers.pairs import pairs
from tests import examples


@pytest.fixture
def pair():
    """Return a function that makes a pair of the own paper with given points."""
    (first,) = pairs(examples.corpus_of([examples.paper()], [examples.result()]), examples.small_vocabulary())

    def make(points, name="P900-R001", **changes):
        return replace(first, id=name, points=points, variance=1.0, **changes)

    return make


def test_variants_count_once_by_their_median(pair):
    """A sweep over sizes is one comparison; its outlier does not move it far."""
    sweep = [pair(points, f"P900-R00{i}", variant=f"rank {i}") for i, points in enumerate((-9.0, -1.0, 0.0))]
    (found,) = aggregate(sweep)
    assert found.points == -1.0
    assert len(found.pairs) == 3


def test_means_over_seeds_stand_before_single_runs(pair):
    """Single runs beside means over seeds stand back and are named."""
    (found,) = aggregate([pair(1.0, "P900-R001", seeds=3), pair(-8.0, "P900-R002"), pair(-9.0, "P900-R003")])
    assert (found.points, found.pairs, found.stood_back) == (1.0, ("P900-R001",), ("P900-R002", "P900-R003"))


def test_metrics_and_data_sets_are_averaged_in_two_steps(pair):
    """A data set with three metrics weighs as much as one with one."""
    many = [pair(points, f"P900-R00{i}", metric=f"metric {i}") for i, points in enumerate((0.0, 3.0, 6.0))]
    (found,) = aggregate([*many, pair(5.0, "P900-R004", dataset_in_source="other")])
    assert found.points == pytest.approx((3.0 + 5.0) / 2)
    assert found.variance == pytest.approx(1.0)


def test_models_tasks_methods_and_sources_stand_apart(pair):
    """Each combination is an aggregate of its own."""
    found = aggregate(
        [
            pair(1.0),
            pair(2.0, model="codebert"),
            pair(3.0, method="soft"),
            pair(4.0, source="P901"),
            pair(5.0, task="other"),
        ]
    )
    assert [entry.points for entry in found] == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_the_paper_with_most_numbers_has_no_more_aggregates_than_cells(shipped, words):
    """The numbers of the corpus collapse to a few aggregates a paper, none of them lost on the way."""
    every = pairs(shipped, words)
    found = aggregate(every)
    used = [name for entry in found for name in (*entry.pairs, *entry.stood_back)]
    assert sorted(used) == sorted(pair.id for pair in every if pair.pooled)
    assert max(sum(entry.source == source for entry in found) for source in shipped.papers) <= 20
