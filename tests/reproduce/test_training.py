"""The optimisation's schedule and what is decayed."""

# ruff: noqa: E402  (the imports below need the laboratory's extra, which may not be installed)

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from corpus.records.run import TrainingSettings
from reproduce.registry import experiments
from reproduce.training import _decay_groups, _share_of_rate


def settings(steps: int, warmup: int) -> TrainingSettings:
    """Return an experiment's settings with other steps."""
    experiment = experiments()["scd-88-clones"]
    found = experiment.training_of(experiment.methods[0])
    return found.model_copy(update={"steps": steps, "warmup_steps": warmup})


def test_rate_rises_to_one_and_falls_to_nothing():
    """Four steps of warm-up, then a straight line that would reach zero one step after the last."""
    shares = [_share_of_rate(step, settings(12, 4)) for step in range(13)]
    assert shares[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert shares[4:] == pytest.approx([1 - step / 8 for step in range(9)])


@pytest.mark.parametrize(("steps", "warmup"), [(1, 0), (2, 1), (1, 5)])
def test_rate_is_never_zero_at_a_step_that_is_taken(steps, warmup):
    """However short a trial run, each of its steps moves something."""
    assert all(0 < _share_of_rate(step, settings(steps, warmup)) <= 1 for step in range(steps))


def test_only_matrices_decay():
    """Biases, norms and the one-row vectors of (IA)^3 are left alone."""
    matrix, bias, column = (torch.nn.Parameter(torch.ones(shape)) for shape in [(3, 2), (3,), (3, 1)])
    decayed, kept = _decay_groups([matrix, bias, column], 0.01)
    assert (decayed["params"], decayed["weight_decay"]) == ([matrix], 0.01)
    assert (kept["params"], kept["weight_decay"]) == ([bias, column], 0.0)
