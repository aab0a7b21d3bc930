"""The check of the predictions: nothing of a paper leaks into its own prediction, and the figures are what they say."""

from __future__ import annotations

import pytest

from taxonomy.answers.baselines import BASELINES
from taxonomy.answers.ground import papers_alone
from taxonomy.answers.ladder import LADDER, climb
from taxonomy.answers.pairs import Kind
from taxonomy.answers.rules import rules
from taxonomy.answers.validation import (
    Prediction,
    leave_one_out,
    skill_of,
    spearman,
    validate,
    validate_suggestions,
    with_baseline,
    with_model,
)
from tests.answers.test_pooling import LITERATURE, found_by
from tests.answers.test_statistics_document import DOCUMENT, table


@pytest.fixture(scope="module")
def aggregates(shipped, words):
    """The aggregates of the papers that ship; runs, which come and go, are left aside."""
    return papers_alone(shipped, words)


@pytest.fixture(scope="module")
def checked(aggregates, words):
    """The check of the shipped rules on the papers that ship."""
    return validate(aggregates, aggregates, rules().pooling, words)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("zero", 0.0),
        ("global_mean", (0.75 + 1.5 - 4.0 - 5.0 + 0.3) / 5),
        ("method_mean", (1.0 + 1.5 - 4.0) / 3),
        ("family_mean", (0.75 + 1.5 - 4.0 - 5.0 + 0.3) / 5),
        ("lora_mean", (1.0 + 1.5 - 4.0) / 3),
    ],
)
def test_baselines_weigh_every_source_the_same(name, expected):
    """Each baseline is a mean over sources of their means."""
    predict = BASELINES[name](LITERATURE)
    assert predict(found_by("P9", "code-review", "lora", 99.0)) == pytest.approx(expected)


def test_a_baseline_without_evidence_falls_back():
    """An unknown method gets its family's mean, an unknown family the global one, and nothing gives zero."""
    other_family = found_by("P9", "code-review", "prefix-tuning", 9.0, family="soft-prompt-based")
    predict = BASELINES["method_mean"](LITERATURE)
    assert predict(other_family) == pytest.approx(BASELINES["global_mean"](LITERATURE)(other_family))
    assert BASELINES["lora_mean"]([])(other_family) == 0.0


def test_a_papers_own_numbers_do_not_reach_its_prediction(words):
    """Changing what a paper found changes none of its predictions."""
    changed = [found_by(e.source, e.task, e.method, 42.0 if e.source == "P3" else e.points) for e in LITERATURE]
    fitter = with_model(rules().pooling, words)
    before, after = (
        [p.points for p in leave_one_out(entries, fitter) if p.aggregate.source == "P3"]
        for entries in (LITERATURE, changed)
    )
    assert before == after


def test_errors_are_averaged_within_papers_first():
    """A paper with many aggregates weighs as much as one with one."""
    predictions = [Prediction(found_by("P1", "code-search", name, 1.0), 0.0) for name in ("lora", "ia3", "adapter")]
    predictions.append(Prediction(found_by("P2", "code-search", "lora", 3.0), 0.0))
    found = skill_of(predictions)
    assert found.mae == pytest.approx((1.0 + 3.0) / 2)
    assert found.by_paper == {"P1": 1.0, "P2": 3.0}
    assert found.low <= found.mae <= found.high
    assert found.coverage is None


def test_coverage_counts_what_lies_inside():
    """The share is over aggregates; the other one is over papers."""
    entries = [("P1", 1.0), ("P1", 9.0), ("P1", 1.0), ("P2", 1.0)]
    found = skill_of([Prediction(found_by(paper, "code-search", "lora", x), 0.0, -2.0, 2.0) for paper, x in entries])
    assert found.coverage == pytest.approx(3 / 4)
    assert found.coverage_by_paper == pytest.approx((2 / 3 + 1) / 2)


@pytest.mark.parametrize(
    ("predicted", "found", "expected"),
    [
        ((1, 2, 3), (10, 20, 30), 1.0),
        ((1, 2, 3), (3, 2, 1), -1.0),
        ((1, 1, 2), (1, 2, 3), 0.8660254),
        ((1, 1, 1), (1, 2, 3), None),
    ],
)
def test_rank_correlation_is_spearmans_with_ties(predicted, found, expected):
    """Ties share their rank; a prediction that tells nothing apart has no correlation."""
    group = [
        Prediction(found_by("P1", "code-search", name, float(y)), float(x))
        for name, x, y in zip(("lora", "ia3", "adapter"), predicted, found, strict=True)
    ]
    value = spearman(group)
    assert value == (None if expected is None else pytest.approx(expected))


def test_too_few_papers_cannot_be_checked(words):
    """With two papers there is nothing to learn a spread from."""
    assert validate(LITERATURE[:3], LITERATURE[:3], rules().pooling, words) is None


def test_our_own_experiments_are_predicted_apart(words):
    """Experiments are left out like papers, and counted by themselves."""
    mine = found_by("scd-88-clones", "clone-detection", "lora", 1.0, kind=Kind.MEASURED)
    found = validate([*LITERATURE, mine], LITERATURE, rules().pooling, words)
    assert set(found.experiments.by_paper) == {"scd-88-clones"}
    assert "scd-88-clones" not in found.ours.by_paper
    assert found.without_experiments.mae != found.ours.mae


def test_papers_alone_do_not_borrow_from_our_runs(shipped, words, checked):
    """What is printed for papers alone is what the command prints where nothing was measured."""
    with_runs = validate_suggestions(shipped, words)
    assert shipped.runs
    assert with_runs.without_experiments == checked.ours
    assert checked.without_experiments is None


def test_suggestions_predict_better_than_every_baseline(checked):
    """On the papers that ship the mean absolute error is below that of each baseline."""
    worse = {name: entry.difference for name, entry in checked.baselines.items()}
    assert min(worse.values()) > 0, worse
    assert set(worse) == {"zero", "global_mean", "method_mean", "family_mean", "lora_mean"}


def test_prediction_intervals_cover_what_they_promise(checked):
    """On the papers that ship 90 to 98 % of what left-out papers found lies in the 95 % prediction intervals."""
    assert 0.90 <= checked.ours.coverage <= 0.98


def test_the_document_prints_the_figures_of_papers_alone(checked):
    """Errors, differences, rank correlations and the coverage in docs/statistics.md are those computed."""
    rows = {row[0]: row[1:] for row in table(DOCUMENT, "predictor")}
    assert rows.pop("ours")[0] == f"{checked.ours.mae:.2f} ({checked.ours.low:.2f} to {checked.ours.high:.2f})"
    names = {"LoRA's mean": "lora_mean"}
    assert {names.get(name, name.replace(" ", "_")) for name in rows} == set(checked.baselines)
    for name, (error, difference, rank) in rows.items():
        found = checked.baselines[names.get(name, name.replace(" ", "_"))]
        assert error == f"{found.skill.mae:.2f}"
        assert difference == f"{found.difference:.2f} ({found.low:.2f} to {found.high:.2f})"
        correlation = found.skill.rank_correlation
        assert rank == ("none" if correlation is None else f"{correlation:.2f}")
    share, by_paper = 100 * checked.ours.coverage, 100 * checked.ours.coverage_by_paper
    assert f"hold {share:.0f} % of the aggregates ({by_paper:.0f} % when" in DOCUMENT


def test_every_paper_with_pairs_is_left_out_once(aggregates, checked):
    """No paper is missing from the check."""
    assert set(checked.ours.by_paper) == {entry.source for entry in aggregates if entry.kind is Kind.REPORTED}


def test_the_chosen_model_is_a_step_of_the_ladder_that_few_others_beat(aggregates, words):
    """What the rules choose was tried, and predicts better than the richest step on both scales."""
    chosen = rules().pooling
    assert chosen in LADDER
    richest = [model for model in LADDER if len(model.effects) == 5]
    steps = climb(aggregates, words, [chosen, *richest])
    assert steps[0].skill.mae < min(step.skill.mae for step in steps[1:])


def test_a_skill_needs_no_interval():
    """Baselines predict points alone."""
    found = leave_one_out(LITERATURE, with_baseline("zero"))
    assert all(prediction.covered is None for prediction in found)
    assert len(found) == len(LITERATURE)
