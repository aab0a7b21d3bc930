"""Measured results: runs put together over seeds."""

from __future__ import annotations

import pytest

from taxonomy.measured import Origin, Signal, measured_results
from tests import examples


def measured(*runs, own=()):
    """Return what is measured by these runs."""
    return measured_results(examples.corpus_of([], runs=tuple(runs), own_runs=tuple(own)))


def run(value: float | None, seed: int = 1, changes=None, **record):
    """Return a run with this score and seed."""
    return examples.run(value, asked=examples.spec(seed=seed, **(changes or {})), **record)


def test_seeds_are_put_together():
    """Runs that differ in their seed only are one result: mean, sample deviation, range, seeds in order."""
    (result,) = measured(run(0.70, 3), run(0.74, 1), run(0.72, 2))
    assert (result.mean, result.std) == (pytest.approx(0.72), pytest.approx(0.02))
    assert (result.lowest, result.highest, result.seeds) == (0.70, 0.74, (1, 2, 3))
    assert result.runs == tuple(examples.spec(seed=seed).run_id() for seed in (1, 2, 3))
    assert (result.origin, result.items) == (Origin.SHIPPED, 50)


def test_one_seed_has_no_deviation():
    """With a single seed the deviation is None, not 0, and so is what was never measured."""
    (result,) = measured(run(0.7))
    assert (result.std, result.untuned, result.full_finetuning) == (None, None, None)
    assert (result.trainable_percent, result.train_seconds, result.peak_memory_gb) == (None, None, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "ia3"}, {"method_settings": {"r": 8}}, {"training": {**examples.TRAINING, "learning_rate": 0.01}},
        {"recipe": "another"}, {"task": "code-search"}, {"dataset": "poj-104"}, {"language": "Java"},
        {"model": "codebert"}, {"scale": "paper"}, {"test_items": 10}, {"validation_items": 10},
    ],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_another_experiment_is_another_result(changes):
    """Runs that differ in anything but the seed are never averaged."""
    results = measured(run(0.7), run(0.9, changes=changes))
    assert sorted(result.mean for result in results) == [0.7, 0.9]
    assert all(result.std is None for result in results)


@pytest.mark.parametrize("status", ["failed", "cancelled", "out_of_memory", "not_a_number", "lost"])
def test_only_finished_runs_count(status):
    """A run that did not finish has no place in a mean, even where it left a score."""
    (result,) = measured(run(0.7, 1), run(0.1, 2, status=status))
    assert (result.mean, result.seeds) == (0.7, (1,))
    assert measured(run(None)) == ()


def test_superseded_runs_do_not_count():
    """A run of settings that its experiment had before is no part of any result."""
    assert measured(run(0.7, superseded_because="its experiment has other settings now")) == ()


def test_full_fine_tuning_of_the_same_experiment_stands_beside():
    """The baseline is the mean of full fine-tuning in the same experiment, and of no other."""
    full = {"method": "full-finetuning"}
    results = measured(run(0.7), run(0.8, 1, full), run(0.9, 2, full), run(0.1, 1, {**full, "model": "codebert"}))
    by_key = {(result.method, result.model): result for result in results}
    assert by_key["lora", "all-minilm-l6-v2"].full_finetuning == pytest.approx(0.85)
    assert by_key["full-finetuning", "codebert"].full_finetuning == pytest.approx(0.1)


def test_costs_and_the_untuned_score_are_summed_up():
    """The share of trained weights, median time, largest memory and the untuned score come from the records."""
    untuned = {"map_at_r": {"value": 0.5, "items": 50}}
    weights = {"num_trainable_params": 1, "num_total_params": 200}
    runs = [
        run(0.7, 1, baseline=untuned, train_time=10.0, peak_memory_gb=1.5, **weights),
        run(0.7, 2, baseline=untuned, train_time=15.0, peak_memory_gb=1.0, **weights),
        run(0.7, 3, train_time=500.0),  # the machine stood still
    ]
    (result,) = measured(*runs)
    assert (result.trainable_percent, result.train_seconds, result.peak_memory_gb) == (0.5, 15.0, 1.5)
    assert result.untuned == 0.5


def test_shipped_and_own_runs_are_never_averaged():
    """What the project measured and what the user measured stand side by side."""
    results = measured(run(0.7), own=[run(0.9)])
    assert [(result.origin, result.mean) for result in results] == [(Origin.SHIPPED, 0.7), (Origin.OWN, 0.9)]


@pytest.mark.parametrize(
    ("untuned", "better", "signal"),
    [
        (0.60, "higher", Signal.BETTER), (0.60, "lower", Signal.WORSE), (0.80, "higher", Signal.WORSE),
        (0.70, "higher", Signal.NONE),
    ],
)  # fmt: skip
def test_a_signal_is_a_gain_beyond_what_seeds_differ_by(untuned, better, signal):
    """Three seeds with mean 0.72 and deviation 0.02 are 0.72 ± 0.0497 by Student's t (4.303 * 0.02 / sqrt 3)."""
    baseline = {"map_at_r": {"value": untuned, "items": 50}}
    (result,) = measured(*(run(value, seed, baseline=baseline) for seed, value in enumerate((0.70, 0.74, 0.72))))
    low, high = result.gain()
    assert (low, high) == (
        pytest.approx(0.72 - untuned - 0.0497, abs=1e-4),
        pytest.approx(0.72 - untuned + 0.0497, abs=1e-4),
    )
    assert result.signal(better) is signal


def test_no_signal_is_claimed_of_one_seed_or_without_a_baseline():
    """What cannot be compared is None, neither a signal nor none."""
    (one_seed,) = measured(run(0.7, baseline={"map_at_r": {"value": 0.5, "items": 50}}))
    (no_baseline,) = measured(run(0.7, 1), run(0.9, 2))
    assert (one_seed.signal("higher"), no_baseline.signal("higher")) == (None, None)
