"""Effects against full fine-tuning."""

from __future__ import annotations

import pytest

from taxonomy.effects import difference_points, summarize
from tests import examples

WORDS = examples.small_vocabulary()


def row(number: int, value: float, full: float | None, **changes):
    """Return a number of the own paper beside its full fine-tuning."""
    return examples.result(id=f"P900-R{number:03}", value=value, full_finetuning_value=full, **changes)


def paper(number: int, **changes):
    """Return a paper by its number."""
    studies = [{"id": f"P{number}-S1", "task": "code-search", "methods": ["lora"]}]
    return examples.paper(id=f"P{number}", studies=studies, **changes)


@pytest.mark.parametrize(
    ("metric", "value", "full", "points"),
    [
        ("mrr", 0.70, 0.73, -3.0),
        ("bleu", 20.5, 19.0, 1.5),
        ("rating", 7.5, 8.0, -5.0),
        ("error_rate", 0.10, 0.14, 4.0),
        ("error_rate", 0.20, 0.14, -6.0),
        ("mrr", 0.73, 0.73, 0.0),
        ("speedup", 2.0, 1.0, None),
        ("gain", 22.0, 10.0, None),
    ],
)
def test_a_difference_is_in_points_with_better_upwards(metric, value, full, points):
    """A difference to full fine-tuning is in points of 100, positive where better, whichever way the metric goes."""
    found = difference_points(row(1, value, full, metric=metric), WORDS)
    assert found == (points if points is None else pytest.approx(points))


@pytest.mark.parametrize(
    "changes",
    [{"full_finetuning_value": None}, {"method": None}, {"method": "full-finetuning"}],
    ids=["no-baseline", "no-method", "the-baseline-itself"],
)
def test_without_a_pair_there_is_no_difference(changes):
    """Where a source gives no baseline, or the row is one, the difference is None and never 0."""
    assert difference_points(examples.result(**changes), WORDS) is None


def test_each_paper_has_one_vote():
    """The effect is the median of the papers' medians, however many numbers a paper prints; computed by hand."""
    # P900: -3, -1, +1, +2, +4: median +1. P901: -6: median -6. P902: +2, +4: median +3. Medians -6, 1, 3: median 1.
    ours = [row(n, 0.70, 0.70 - points / 100) for n, points in enumerate((-3, -1, 1, 2, 4), 1)]
    theirs = [row(1, 0.50, 0.56).model_copy(update={"id": "P901-R001", "paper": "P901"})]
    lower = {"metric": "error_rate", "paper": "P902"}
    third = [
        row(1, 0.10, 0.12).model_copy(update={"id": "P902-R001", **lower}),
        row(2, 0.10, 0.14).model_copy(update={"id": "P902-R002", **lower}),
    ]
    rows = [*ours, *theirs, *third]
    effect = summarize(rows, examples.corpus_of([paper(900), paper(901), paper(902)], rows), WORDS)
    assert (effect.papers, effect.numbers, effect.without_baseline) == (3, 8, 0)
    assert effect.median_points == pytest.approx(1)
    assert (effect.low_points, effect.high_points) == (pytest.approx(-6), pytest.approx(3))
    by_paper = {entry.paper: entry for entry in effect.by_paper}
    assert by_paper["P900"].numbers == 5
    assert (by_paper["P900"].lowest_points, by_paper["P900"].highest_points) == (pytest.approx(-3), pytest.approx(4))
    assert effect.left_out == ()


def test_nothing_comparable_is_none_and_not_zero():
    """Without a single pair the effect has no median and no range, and says how many numbers lack a baseline."""
    rows = [row(1, 0.7, None), row(2, 0.6, None)]
    effect = summarize(rows, examples.corpus_of([paper(900)], rows), WORDS)
    assert (effect.median_points, effect.low_points, effect.high_points) == (None, None, None)
    assert (effect.papers, effect.numbers, effect.without_baseline) == (0, 0, 2)


def test_only_tuned_scores_can_lack_a_baseline():
    """Full fine-tuning itself, a gain over something and a number without a method are not missing a baseline."""
    rows = [
        row(1, 0.7, None, method="full-finetuning"),
        row(2, 22.0, None, metric="gain"),
        row(3, 0.7, None, method=None),
        row(4, 0.7, None),
    ]
    assert summarize(rows, examples.corpus_of([paper(900)], rows), WORDS).without_baseline == 1


def caution(number: int, *, not_comparable: bool, **selector):
    """Return a caution on numbers of the own paper."""
    touches = {"results": [selector]}
    return {
        "id": f"P900-X{number}",
        "kind": "comparison",
        "text": "x",
        "touches": touches,
        "not_comparable": not_comparable,
    }


def test_what_is_not_comparable_is_left_out_and_reported():
    """Numbers that a not_comparable caution bites stay out of the effect and are counted; others only warn."""
    rows = [row(1, 0.70, 0.73), row(2, 0.60, 0.50, setting="prompted"), row(3, 0.70, None, setting="prompted")]
    cautions = [
        caution(1, not_comparable=True, setting_contains="prompted"),
        caution(2, not_comparable=False, method="lora"),
        caution(3, not_comparable=True, setting_contains="prompt"),
    ]
    effect = summarize(rows, examples.corpus_of([paper(900, cautions=cautions)], rows), WORDS)
    assert effect.median_points == pytest.approx(-3)
    assert (effect.numbers, effect.without_baseline) == (1, 1)
    assert effect.left_out == (("P900-X1", 1), ("P900-X3", 1))


def test_p34_stays_out_of_the_effect_of_prompt_tuning(known):
    """P34 trained the backbone with the prompt: its numbers are shown on the node, and none is in its effect."""
    evidence = known.evidence("method/prompt-tuning")
    pairs = [row for row in evidence.reported if row.paper == "P34" and row.full_finetuning_value is not None]
    assert len(pairs) > 50
    assert "P34" not in {entry.paper for entry in evidence.effect.by_paper}
    assert dict(evidence.effect.left_out)["P34-X1"] == len(pairs)


def test_every_shipped_pair_is_in_an_effect_or_left_out(known):
    """Over the tree of methods, numbers in the effect and numbers left out are all the pairs that there are."""
    evidence = known.evidence("methods")
    pairs = [r for r in known.corpus.results if difference_points(r, known.vocabulary) is not None]
    bitten = [r for r in pairs if any(c.not_comparable for c in known.corpus.cautions_on.get(r.id, ()))]
    assert bitten
    assert evidence.effect.numbers == len(pairs) - len(bitten) > 500
