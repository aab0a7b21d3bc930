"""Checks of names and scales: each finds the fault it is for."""

from __future__ import annotations

import pytest

from taxonomy.checks import on_declared_scale, problems_in
from tests import examples


def found(words, papers=(), results=(), **runs) -> list[str]:
    """Return what the checks find."""
    corpus = examples.corpus_of(papers or [examples.paper()], results, **runs)
    return [str(problem) for problem in problems_in(corpus, words)]


def test_good_records_have_no_problems(words):
    """The records that the faulty ones of the next tests differ from are good."""
    assert found(words, results=[examples.result()], runs=(examples.run(),)) == []


def test_a_name_that_is_no_id_is_found_with_the_id(words):
    """A label or alias in a record is told with the id to write instead; an unknown name with the nearest."""
    study = {"id": "P900-S1", "task": "Code Search", "methods": ["lora", "lorra"]}
    paper = examples.paper(studies=[{**study, "task": "APR"}], datasets=[{"dataset": "devin"}])
    problems = found(words, [paper])
    assert problems[0] == "P900.yaml: datasets.dataset: unknown data set 'devin'; did you mean devign, codenet?"
    assert problems[1].startswith("P900.yaml: studies.methods: unknown method 'lorra'; did you mean ")
    assert problems[2] == "P900.yaml: studies.task: write 'program-repair' instead of 'APR'"


def test_unknown_names_in_numbers_and_runs_are_found(words):
    """Names are checked in reported numbers and in the specs of runs too."""
    record = examples.run(asked=examples.spec(model="all-minilm"))
    problems = found(words, results=[examples.result(metric="mmr")], runs=(record,))
    assert (
        problems[0] == "P900.csv: P900-R001 metric: unknown metric 'mmr'; did you mean mrr, MRR?"
        or "mrr" in problems[0]
    )
    assert problems[1].startswith(f"{record.id}.json: spec.model: unknown model 'all-minilm'; did you mean")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": 0.71}, "value 0.71 is not 70.0 % as printed, on the scale of mrr"),
        ({"value": 70.0}, "value 70.0 is not 70.0 % as printed, on the scale of mrr"),
        ({"printed_unit": "furlongs"}, "printed_unit 'furlongs' cannot be put on the scale of mrr (unit)"),
        ({"printed_unit": "x"}, "printed_unit 'x' cannot be put on the scale of mrr (unit)"),
        ({"value": 1.01, "printed_value": 101}, "value 1.01 lies outside 0 to 1"),
        ({"value": -0.1, "printed_value": -10}, "value -0.1 lies outside 0 to 1"),
        ({"metric": "bleu", "value": 170, "printed_value": 170}, "value 170.0 lies outside 0 to 100"),
    ],
)
def test_a_value_off_its_scale_is_found(changes, message, words):
    """A value that is not what was printed, or that no such metric can have, is told with what is wrong."""
    assert f"P900.csv: P900-R001: {message}" in found(words, results=[examples.result(**changes)])


@pytest.mark.parametrize(
    ("printed", "unit", "metric", "value"),
    [
        (63.68, "%", "mrr", 0.6368), (0.6368, "score (0-1)", "mrr", 0.6368), (0.2, "0-1", "bleu", 20.0),
        (20.0, "points (0-100)", "bleu", 20.0), (7.5, "points of 10", "rating", 7.5), (2.0, "x", "speedup", 2.0),
        (2.0, "x", "mrr", None), (7.5, "points of 10", "mrr", None), (1.0, "", "mrr", None),
    ],
)  # fmt: skip
def test_printed_values_are_put_on_the_declared_scale(printed, unit, metric, value):
    """A printed value is converted where its unit and the metric's scale allow it, and refused where not."""
    found_value = on_declared_scale(printed, unit, examples.small_vocabulary().metric[metric])
    assert found_value == (value if value is None else pytest.approx(value))


def test_a_gain_may_be_beyond_the_scale(words):
    """A gain over something else is no score: it may be negative or more than the scale."""
    gain = examples.result(metric="accuracy_gain_over_lora", value=-22.0, printed_value=-22.0)
    assert found(words, results=[gain]) == []
