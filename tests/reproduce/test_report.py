"""The report on the campaign."""

from __future__ import annotations

from corpus.records.run import RunStatus
from reproduce.registry import methods, models
from reproduce.report import FILE, report
from taxonomy.measured import Signal, measured_results
from tests import examples


def test_the_report_is_that_of_the_records_that_ship(shipped, words):
    """docs/campaign.md is what `python -m reproduce.report` writes of the shipped records: nothing in it by hand."""
    assert FILE.read_text(encoding="utf-8") == report(shipped, words)


def test_a_failed_run_is_told_with_its_reason_and_no_signal_is_said(words):
    """A run that failed stands in the report, and an experiment whose seeds differ more than it gained says so."""
    untuned = {"map_at_r": {"value": 0.70, "items": 50}}
    seeds = [
        examples.run(value, asked=examples.spec(seed=seed), baseline=untuned) for seed, value in enumerate((0.6, 0.8))
    ]
    broken = examples.run(
        None, asked=examples.spec(seed=7), status="not_a_number", error="the loss became NaN at step 3"
    )
    text = report(examples.corpus_of([], runs=(*seeds, broken)), words)
    assert f"`{broken.id}`: not a number. the loss became NaN at step 3" in text
    assert "It shows no signal" in text
    assert "3 records: 2 finished, 1 not a number" in text


def test_of_one_seed_nothing_is_said(words):
    """One seed is no test: the report says that it is not known yet, and not that there is no signal."""
    alone = examples.run(0.6, baseline={"map_at_r": {"value": 0.70, "items": 50}})
    text = report(examples.corpus_of([], runs=(alone,)), words)
    assert "not known yet: no method has more than one seed" in text
    assert "It shows no signal" not in text


def test_every_method_ships_three_seeds_on_every_architecture_it_applies_to(shipped):
    """No pair of a method and an architecture that it applies to is without an experiment of three seeds."""
    seeds: dict[tuple[str, str], dict[str, set[int]]] = {}
    for run in shipped.runs:
        if run.status is RunStatus.FINISHED:
            pair = (run.spec.method, models()[run.spec.model].architecture)
            seeds.setdefault(pair, {}).setdefault(run.spec.recipe, set()).add(run.spec.seed)
    applies = {(entry.id, architecture) for entry in methods().values() for architecture in entry.architectures}
    assert {pair for pair in applies if max(map(len, seeds.get(pair, {}).values()), default=0) < 3} == set()


def test_every_task_shows_a_signal_somewhere(shipped, words):
    """Each task of the review has an experiment on which some method gained more than seeds differ."""
    better = {metric.id: metric.better for metric in words.metrics}
    shown = {
        result.task for result in measured_results(shipped) if result.signal(better[result.metric]) is Signal.BETTER
    }
    assert {task.id for task in words.tasks} - shown == set()
