"""What is missing: every cell has exactly one kind, and the reason fits it."""

from __future__ import annotations

import itertools

import pytest

from explorer.laboratory import laboratory
from reproduce import registry
from taxonomy.answers.gaps import GapKind, Offer, Refusal, gaps, nothing_runs
from tests import examples
from tests.ledgers import invented

OFFER = Offer("an experiment", 3, 9.0, 1.5, "measured")


def runs_lora(method, task, architecture):
    """Answer for a laboratory that runs LoRA on encoders and nothing else."""
    return OFFER if (method, architecture) == ("lora", "encoder") else Refusal(f"{method} is not here")


def cell(corpus, words, laboratory=runs_lora, task="code-search", architecture="encoder"):
    """Return LoRA's gap in one cell."""
    (found,) = gaps(corpus, words, laboratory, methods=["lora"], tasks=[task], architectures=[architecture])
    return found


STUDY = {"id": "P900-S1", "task": "code-search", "methods": ["lora"], "architectures": ["encoder"]}
ELSEWHERE = {**STUDY, "task": "clone-detection"}
NUMBER = {"model": "codebert"}


@pytest.mark.parametrize(
    ("study", "numbers", "measured", "kind"),
    [
        (STUDY, [NUMBER], True, "studied and measured"),
        (STUDY, [NUMBER], False, "studied only"),
        (STUDY, [], False, "studied only"),
        (STUDY, [{**NUMBER, "full_finetuning_value": None}], False, "reported without baseline"),
        (ELSEWHERE, [{**NUMBER, "full_finetuning_value": None}], False, "reported without baseline"),
        (ELSEWHERE, [], True, "measured only"),
        (ELSEWHERE, [], False, "unstudied but runnable"),
    ],
)
def test_a_cell_has_the_kind_of_its_evidence(study, numbers, measured, kind, words):
    """Studies, numbers with and without baseline, runs, and what the laboratory can: each combination has its kind."""
    runs = invented.experiment({"lora": [0.7]}, task="code-search", metric="mrr") if measured else ()
    rows = [examples.result(**changes) for changes in numbers]
    corpus = examples.corpus_of([examples.paper(studies=[study])], rows, own_runs=runs)
    assert cell(corpus, words).kind == kind


def test_a_runnable_cell_says_what_it_costs(words):
    """Nobody studied it, and the laboratory's offer stands in the cell."""
    found = cell(examples.corpus_of([examples.paper(studies=[ELSEWHERE])]), words)
    assert (found.offer, found.papers) == (OFFER, ())


def test_an_unsupported_cell_gives_the_laboratorys_reason(words):
    """The reason is the laboratory's own sentence."""
    found = cell(examples.corpus_of([examples.paper()]), words, architecture="decoder")
    assert (found.kind, found.because) == (GapKind.UNSUPPORTED, "lora is not here")


def test_trial_runs_measure_nothing(words):
    """A run on a part of the test set does not fill a cell."""
    runs = invented.experiment({"lora": [0.7]}, task="code-search", metric="mrr", test_items=10)
    corpus = examples.corpus_of([examples.paper(studies=[ELSEWHERE])], own_runs=runs)
    assert cell(corpus, words).kind is GapKind.RUNNABLE


def test_numbers_that_are_not_comparable_are_counted(shipped, words):
    """P35's adapters on encoders: their pairs are there, and the cell says that none is comparable."""
    (found,) = gaps(
        shipped, words, nothing_runs, methods=["adapter"], tasks=["code-to-text"], architectures=["encoder"]
    )
    assert (found.kind, found.numbers, found.with_baseline) == (GapKind.STUDIED_ONLY, 14, 14)
    assert "14 are not comparable" in found.because


def test_every_cell_is_there_once(shipped, words):
    """Every method that is tuning, every task, every architecture: one cell each, with a reason."""
    found = gaps(shipped, words, laboratory(shipped.every_run, words))
    methods = [method.id for method in words.methods if method.family != "comparison"]
    tasks, architectures = ([term.id for term in words.terms(kind)] for kind in ("tasks", "architectures"))
    assert [(gap.method, gap.task, gap.architecture) for gap in found] == list(
        itertools.product(methods, tasks, architectures)
    )
    assert all(gap.because for gap in found)


def test_studied_cells_are_those_of_the_review(shipped, words):
    """Cells with a paper are those with a study or a number, counted here from the records with plain loops."""
    wanted = set()
    for paper in shipped.papers.values():
        for study in paper.studies:
            wanted |= set(itertools.product(study.methods, [study.task], study.architectures))
    for row in shipped.results:
        if row.method and row.model:
            wanted.add((row.method, row.task, words.model[row.model].architecture))
    wanted = {key for key in wanted if words.method[key[0]].family != "comparison"}
    found = gaps(shipped, words, nothing_runs)
    assert {(gap.method, gap.task, gap.architecture) for gap in found if gap.papers} == wanted


def test_kinds_filter(shipped, words):
    """Filters by kind keep that kind and drop nothing of it."""
    everything = gaps(shipped, words, nothing_runs)
    only = gaps(shipped, words, nothing_runs, kinds=[GapKind.WITHOUT_BASELINE])
    assert only == tuple(gap for gap in everything if gap.kind is GapKind.WITHOUT_BASELINE)
    assert only


# the laboratory


def test_the_laboratory_offers_what_its_experiments_hold(words):
    """Every method of every experiment is offered for the experiment's task and kind of model, with all its seeds."""
    answer = laboratory((), words)
    for experiment in registry.experiments().values():
        architecture = registry.models()[experiment.model].architecture
        for choice in experiment.methods:
            offer = answer(choice.method, experiment.task, architecture)
            assert isinstance(offer, Offer)
            assert offer.runs == len(experiment.seeds)
            assert (offer.minutes, offer.memory_gb) == (None, None)  # there is no record to go by


@pytest.mark.parametrize(
    ("method", "task", "architecture", "because"),
    [
        ("pass-tuning", "clone-detection", "encoder", "does not apply to encoder models"),
        ("lwo", "clone-detection", "encoder", "has no implementation in the laboratory yet"),
        ("lora", "comment-update", "encoder", "no experiment puts all-minilm-l6-v2 on package-comment-update yet"),
        ("lora", "a-task-added-later", "decoder", "no data set for this task"),
    ],
)
def test_the_laboratory_says_why_not(method, task, architecture, because, words):
    """A refusal names the first of what is in the way: the method, its code, the data."""
    refusal = laboratory((), words)(method, task, architecture)
    assert isinstance(refusal, Refusal)
    assert because in refusal.because


def test_offers_are_estimated_from_records(words):
    """Minutes of all seeds and the peak of memory come from finished runs of the same experiment."""
    from reproduce.plan import plan

    experiment = registry.experiments()["scd-88-clones"]
    method = experiment.methods[0].method
    record = examples.run(0.7, asked=plan(experiment=experiment.id, method=method)[0], peak_memory_gb=1.5)
    offer = laboratory([record], words)(method, experiment.task, "encoder")
    assert isinstance(offer, Offer)
    assert (offer.minutes, offer.memory_gb) == (5.0 * len(experiment.seeds), 1.5)
