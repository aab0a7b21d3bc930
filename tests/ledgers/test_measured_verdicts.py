"""Verdicts from runs: tested over seeds, capped by scale and fidelity."""

from __future__ import annotations

import pytest

from corpus.records.run import Hardware, Score
from taxonomy.answers.outcomes import Verdict
from taxonomy.answers.verdicts import verdicts
from tests import examples
from tests.ledgers import invented

ABOVE = {"lora": [0.80, 0.81, 0.82], "full-finetuning": [0.70, 0.71, 0.69]}
BELOW = {"lora": [0.70, 0.71, 0.69], "full-finetuning": [0.80, 0.81, 0.82]}
NEAR = {"model": invented.DIFFERENT, "settings": invented.DIFFERENT}
CLONES = {"tasks": ("clone-detection",)}


def verdict_of(words, scores, comparison=None, **spec):
    """Return the verdict on the own paper's claim about clones, from runs alone."""
    comparison = comparison or invented.comparison(**CLONES)
    corpus = examples.corpus_of([invented.claimed()], own_runs=invented.experiment(scores, **spec))
    (found,) = verdicts(corpus, words, invented.ledger(comparison), owner="P900")
    return found


@pytest.mark.parametrize(
    ("scores", "verdict"),
    [
        (ABOVE, "consistent in direction at small scale"),
        (BELOW, "inconsistent in direction at small scale"),
        ({**ABOVE, "lora": [0.60, 0.71, 0.82]}, "inconclusive"),
    ],
)
def test_a_quick_run_speaks_of_the_direction_only(scores, verdict, words):
    """At quick scale nothing more than the direction is said, even where every aspect is the paper's."""
    found = verdict_of(words, scores, fidelity=(invented.fidelity(),))
    assert (found.verdict, found.by_measured.verdict) == (verdict, verdict)


@pytest.mark.parametrize(
    ("aspects", "verdict"), [({}, "consistent"), ({"steps": invented.DIFFERENT}, "consistent in direction")]
)
def test_a_run_at_the_papers_scale_says_all_only_where_all_is_the_same(aspects, verdict, words):
    """One other aspect takes the size of the claim out of what a run may say."""
    found = verdict_of(words, ABOVE, scale="paper", fidelity=(invented.fidelity(**aspects),))
    assert found.verdict == verdict


def test_no_verdict_from_quick_runs_is_ever_more_than_direction(words, shipped, ledgers):
    """Over all shipped claims, runs at quick scale never lead to a plain consistent or inconsistent."""
    scores = {"lora": [0.8, 0.81, 0.82], "ia3": [0.6, 0.61, 0.62], "full-finetuning": [0.7, 0.71, 0.69]}
    runs = invented.experiment(scores, papers=["P36"], fidelity=(invented.fidelity("P36"), invented.fidelity("P38")))
    corpus = examples.corpus_of(shipped.papers.values(), shipped.results, own_runs=runs)
    said = {found.by_measured.verdict for found in verdicts(corpus, words, ledgers)}
    assert said & {Verdict.CONSISTENT_SMALL, Verdict.INCONSISTENT_SMALL}
    assert not said & {Verdict.CONSISTENT, Verdict.INCONSISTENT}


def test_one_seed_decides_nothing(words):
    """A large difference between single runs leaves the claim open."""
    scores = {"lora": [0.9], "full-finetuning": [0.5]}
    assert verdict_of(words, scores, fidelity=(invented.fidelity(),)).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    "aspects",
    [{"model": invented.DIFFERENT, "data": invented.DIFFERENT}, {"metric": invented.DIFFERENT}],
    ids=["other model and data", "other metric"],
)
def test_a_run_too_far_away_is_not_comparable(aspects, words):
    """Another model on other data, or another metric, is an experiment of its own."""
    found = verdict_of(words, ABOVE, fidelity=(invented.fidelity(**aspects),))
    assert found.verdict is Verdict.NOT_COMPARABLE
    assert "different" in found.because


def test_another_model_on_the_same_data_speaks(words):
    """The profile of the shipped recipes: other model and settings, same data and metric."""
    found = verdict_of(words, ABOVE, fidelity=(invented.fidelity(**NEAR),))
    assert found.verdict is Verdict.CONSISTENT_SMALL
    assert found.by_measured.fidelity == (invented.fidelity(**NEAR),)


def test_a_run_without_a_profile_is_compared_by_names(words):
    """A paper that names the run's data set is spoken to without a profile written for it; others are not."""
    named = invented.claimed(datasets=[{"dataset": "scd-88", "tasks": ["clone-detection"]}])
    runs = invented.experiment(ABOVE)
    for paper, verdict in ((named, Verdict.CONSISTENT_SMALL), (invented.claimed(), Verdict.NOT_COMPARABLE)):
        corpus = examples.corpus_of([paper], own_runs=runs)
        (found,) = verdicts(corpus, words, invented.ledger(invented.comparison(**CLONES)), owner="P900")
        assert found.verdict is verdict


@pytest.mark.parametrize(
    "changes",
    [
        {"tasks": ("code-search",)}, {"methods": ("ia3",)}, {"models": ("codet5-base",)},
        {"condition": "low-resource"}, {"rows": {"setting_contains": ("rank 8",)}},
    ],
    ids=["other task", "other method", "other kind of model", "condition", "setting"],
)  # fmt: skip
def test_a_run_of_something_else_is_no_attempt(changes, words):
    """Other tasks, methods and kinds of model, conditions and settings are not what the runs are about."""
    comparison = invented.comparison(**{**CLONES, **changes})
    found = verdict_of(words, ABOVE, comparison, fidelity=(invented.fidelity(),))
    assert found.verdict is Verdict.NOT_ATTEMPTED


def test_trial_runs_are_no_attempt(words):
    """Runs on a part of the test set bear nothing out."""
    found = verdict_of(words, ABOVE, fidelity=(invented.fidelity(),), test_items=100)
    assert found.verdict is Verdict.NOT_ATTEMPTED


def test_two_methods_are_compared_in_one_experiment(words):
    """LoRA against IA3, both beside the same full fine-tuning."""
    scores = {**ABOVE, "ia3": [0.60, 0.61, 0.62]}
    found = verdict_of(words, scores, invented.comparison(baseline=("ia3",), **CLONES), fidelity=(invented.fidelity(),))
    assert found.verdict is Verdict.CONSISTENT_SMALL
    assert {name.split("--")[1] for name in found.by_measured.evidence} == {"lora", "ia3"}


@pytest.mark.parametrize("quantity", ["trainable-share", "peak-memory"])
def test_savings_are_read_from_the_records(quantity, words):
    """Shares of trained weights and peaks of memory come from the runs' own records."""
    comparison = invented.comparison(direction="lower", quantity=quantity, **CLONES)
    assert verdict_of(words, ABOVE, comparison, fidelity=(invented.fidelity(),)).verdict is Verdict.CONSISTENT_SMALL


def test_runs_in_which_nothing_was_learned_bear_nothing_out(words):
    """Two methods that are alike since neither learned do not make a claim of equality true."""
    scores = {"lora": [0.50, 0.51, 0.49], "full-finetuning": [0.50, 0.49, 0.51]}
    runs = [
        run.model_copy(update={"baseline": {"map_at_r": Score(value=0.50, items=50)}})
        for run in invented.experiment(scores, fidelity=(invented.fidelity(),))
    ]
    claim = invented.ledger(invented.comparison(direction="equal", **CLONES))
    (found,) = verdicts(examples.corpus_of([invented.claimed()], own_runs=tuple(runs)), words, claim, owner="P900")
    assert found.by_measured.verdict is Verdict.NOT_ATTEMPTED
    assert "in which anything was learned" in found.by_measured.because


@pytest.mark.parametrize(("lora", "decided"), [((1.4, 1.5, 1.6), True), ((1.4, 1.5, 2.1), False)])
def test_memory_speaks_where_the_seeds_lie_apart(lora, decided, words):
    """Full fine-tuning takes 2.0 GB with every seed; a method that once takes more tells nothing either way."""
    runs = list(invented.experiment(ABOVE, fidelity=(invented.fidelity(),)))
    for at, peak in enumerate(lora):
        runs[at] = runs[at].model_copy(update={"peak_memory_gb": peak})
    claim = invented.ledger(invented.comparison(direction="lower", quantity="peak-memory", **CLONES))
    (found,) = verdicts(examples.corpus_of([invented.claimed()], own_runs=tuple(runs)), words, claim, owner="P900")
    expected = Verdict.CONSISTENT_SMALL if decided else Verdict.NOT_ATTEMPTED
    assert found.by_measured.verdict is expected


EPYC, XEON = ({"device": "cpu", "processor": name, "cores": 1} for name in ("EPYC", "Xeon"))


@pytest.mark.parametrize(
    ("machine", "load", "decided"), [(EPYC, 2.1, True), (XEON, 2.1, False), (EPYC, 9.0, False), (None, None, False)]
)
def test_time_speaks_on_machines_alike_and_as_busy(machine, load, decided, words):
    """A method's shorter time bears a claim out only where both were run on the same processor, and that as busy."""
    runs = []
    for run in invented.experiment(ABOVE, fidelity=(invented.fidelity(),)):
        full = run.spec.method == "full-finetuning"
        measured = {"train_time": 90.0 if full else 30.0, "load_average": 2.0 if full else load}
        on = EPYC if full else machine
        runs.append(run.model_copy(update={**measured, "hardware": on and Hardware(**on)}))
    claim = invented.ledger(invented.comparison(direction="lower", quantity="training-time", **CLONES))
    (found,) = verdicts(examples.corpus_of([invented.claimed()], own_runs=tuple(runs)), words, claim, owner="P900")
    assert found.by_measured.verdict is (Verdict.CONSISTENT_SMALL if decided else Verdict.NOT_ATTEMPTED)


def test_the_papers_own_numbers_come_before_small_runs(words):
    """Small runs that point the other way stand beside the paper's numbers and do not overrule them."""
    numbers = invented.rows((0.73, 0.70), task="clone-detection", metric="map_at_r")
    runs = invented.experiment(BELOW, fidelity=(invented.fidelity(),))
    corpus = examples.corpus_of([invented.claimed()], numbers, own_runs=runs)
    (found,) = verdicts(corpus, words, invented.ledger(invented.comparison(**CLONES)), owner="P900")
    assert (found.verdict, found.by_measured.verdict) == (Verdict.CONSISTENT, Verdict.INCONSISTENT_SMALL)


def test_faithful_runs_come_before_the_papers_own_numbers(words):
    """A run that is the same in every aspect at the paper's scale is what the verdict rests on."""
    numbers = invented.rows((0.73, 0.70), task="clone-detection", metric="map_at_r")
    runs = invented.experiment(BELOW, scale="paper", fidelity=(invented.fidelity(),))
    corpus = examples.corpus_of([invented.claimed()], numbers, own_runs=runs)
    (found,) = verdicts(corpus, words, invented.ledger(invented.comparison(**CLONES)), owner="P900")
    assert found.verdict is Verdict.INCONSISTENT
    assert found.because.startswith("our runs")
