"""What a case says about a claim, and what the cases say together."""

from __future__ import annotations

import pytest

from taxonomy.answers.cases import Case
from taxonomy.answers.outcomes import Judged, Outcome, Verdict, judge, size_holds, together
from taxonomy.answers.verdicts import whole_of
from taxonomy.answers.welch import Difference
from tests.ledgers import invented

FOR, AGAINST, OPEN = Outcome.FOR, Outcome.AGAINST, Outcome.OPEN


def case(points, *, error=None, metric="mrr", method="lora", task="code-search", items=None, against=50.0):
    """Return a case with a difference of so many points, over five seeds on each side where it has an error."""
    freedom = None if error is None else 8.0
    return Case(
        what="a case",
        method=method,
        task=task,
        metric=metric,
        value=against + points,
        against=against,
        difference=Difference(points, error, freedom),
        ratio=100 * points / against,
        items=items,
        rows=("P900-R001",),
    )


@pytest.mark.parametrize(
    ("direction", "points", "outcome"),
    [
        ("higher", 0.1, FOR), ("higher", 0.0, OPEN), ("higher", -1.0, OPEN), ("higher", -1.1, AGAINST),
        ("lower", -0.1, FOR), ("lower", 0.0, OPEN), ("lower", 1.0, OPEN), ("lower", 1.1, AGAINST),
        ("equal", 1.0, FOR), ("equal", -1.0, FOR), ("equal", 1.1, AGAINST), ("equal", -1.1, AGAINST),
        ("at-least-as-high", -1.0, FOR), ("at-least-as-high", -1.1, AGAINST), ("at-least-as-high", 9.0, FOR),
    ],
)  # fmt: skip
def test_single_numbers_are_compared_as_printed(direction, points, outcome, rules):
    """With a margin of one point: the direction counts, and a wrong one inside the margin leaves the case open."""
    judged = judge(case(points), invented.comparison(direction=direction), rules)
    assert (judged.outcome, judged.tested, judged.interval) == (outcome, False, None)


@pytest.mark.parametrize(
    ("direction", "points", "error", "outcome"),
    [
        ("higher", 2.0, 0.5, FOR), ("higher", 0.5, 0.5, OPEN), ("higher", -2.0, 0.5, AGAINST),
        ("lower", -2.0, 0.5, FOR), ("lower", -0.5, 0.5, OPEN), ("lower", 2.0, 0.5, AGAINST),
        ("equal", 0.1, 0.2, FOR), ("equal", 0.1, 2.0, OPEN), ("equal", 3.0, 0.2, AGAINST),
        ("equal", -3.0, 0.2, AGAINST),
        ("at-least-as-high", -0.2, 0.2, FOR), ("at-least-as-high", -0.9, 0.5, OPEN),
        ("at-least-as-high", -3.0, 0.5, AGAINST),
    ],
)  # fmt: skip
def test_seeds_are_tested(direction, points, error, outcome, rules):
    """Over seeds a case is for or against only where a test at the rule's level says so."""
    judged = judge(case(points, error=error), invented.comparison(direction=direction), rules)
    assert (judged.outcome, judged.tested) == (outcome, True)
    assert judged.interval == Difference(points, error, 8.0).bounds(1 - 2 * rules.alpha)


def test_margin_is_that_of_the_metric(rules):
    """Half a point of smoothed BLEU is no longer equal where a point of MRR is."""
    equal = invented.comparison(direction="equal")
    assert judge(case(0.8, metric="mrr"), equal, rules).outcome is FOR
    assert judge(case(0.8, metric="codexglue_bleu"), equal, rules).outcome is AGAINST


def test_resources_have_no_margin(rules):
    """Any saving of memory is a saving; any excess is against it."""
    lower = invented.comparison(direction="lower", quantity="peak-memory")
    assert judge(case(-0.01, metric=None), lower, rules).outcome is FOR
    assert judge(case(0.01, metric=None), lower, rules).outcome is AGAINST


@pytest.mark.parametrize(
    ("size", "holds"),
    [
        ({"value": 5.0, "unit": "points", "of": "difference"}, True),
        ({"value": 5.2, "unit": "points", "of": "difference", "within": 0.1}, False),
        ({"value": 5.1, "unit": "points", "of": "difference", "within": 0.1}, True),
        ({"value": 4.0, "unit": "points", "of": "difference", "bound": "at-least"}, True),
        ({"value": 6.0, "unit": "points", "of": "difference", "bound": "at-least"}, False),
        ({"value": 4.0, "unit": "points", "of": "difference", "bound": "at-most"}, False),
        ({"value": 10.0, "unit": "percent", "of": "ratio"}, True),
        ({"value": 110.0, "unit": "percent", "of": "share"}, True),
        ({"value": 55.0, "unit": "points", "of": "level"}, True),
        ({"value": 110, "unit": "items", "of": "level"}, True),
    ],
)
def test_a_stated_figure_is_looked_for(size, holds):
    """A case of 55 against 50 points, 110 of 200 items: as a difference, a ratio, a share, and as a level."""
    stated = invented.comparison(size=size, baseline=() if size["of"] == "level" else ("full-finetuning",)).size
    assert size_holds(case(5.0, items=110.0), stated) is holds


def test_the_right_direction_with_another_size_is_against(rules):
    """Who claims ten points and has two is not borne out."""
    size = {"value": 10.0, "unit": "points", "of": "difference", "within": 1.0}
    judged = judge(case(2.0), invented.comparison(size=size), rules)
    assert (judged.outcome, judged.size_holds) == (AGAINST, False)


def judged_as(*outcomes, tasks=("code-search",)):
    """Return cases with these outcomes, of the tasks in turn."""
    entries = []
    for place, outcome in enumerate(outcomes):
        entries.append(Judged(case(1.0, task=tasks[place % len(tasks)]), outcome, tested=False, size_holds=None))
    return entries


@pytest.mark.parametrize(
    ("extent", "outcomes", "verdict"),
    [
        ("each", [FOR, FOR], "consistent"), ("each", [FOR, OPEN], "inconclusive"),
        ("each", [FOR, FOR, AGAINST], "inconsistent"),
        ("most", [FOR, FOR, AGAINST], "consistent"), ("most", [FOR, AGAINST], "inconsistent"),
        ("most", [FOR, OPEN], "inconclusive"), ("most", [FOR, OPEN, OPEN, AGAINST], "inconclusive"),
        ("some", [AGAINST, FOR], "consistent"), ("some", [AGAINST, AGAINST], "inconsistent"),
        ("some", [AGAINST, OPEN], "inconclusive"),
        ("each", [], "not attempted"),
    ],
)  # fmt: skip
def test_cases_make_a_verdict_by_the_extent_claimed(extent, outcomes, verdict):
    """Each, most, some: what is claimed decides how many cases must be for."""
    found, because = together(judged_as(*outcomes), invented.comparison(extent=extent))
    assert found == verdict
    assert because


def test_a_named_task_without_a_case_leaves_the_claim_open():
    """A claim about two tasks is not borne out by numbers on one of them, and the other is named."""
    two = invented.comparison(tasks=("code-search", "clone-detection"))
    verdict, because = together(judged_as(FOR, FOR), two)
    assert verdict is Verdict.INCONCLUSIVE
    assert "nothing for clone-detection" in because


def test_a_named_method_without_a_case_leaves_the_claim_open():
    """A claim about two methods needs both of them."""
    verdict, because = together(judged_as(FOR), invented.comparison(methods=("lora", "ia3")))
    assert verdict is Verdict.INCONCLUSIVE
    assert "ia3" in because


@pytest.mark.parametrize(("tasks", "verdict"), [(5, "consistent"), (6, "inconclusive")])
def test_most_tasks_must_hold_whatever_the_missing_ones_say(tasks, verdict):
    """Three tasks for: most of five even if two were against, not of six."""
    names = [f"t{place}" for place in range(tasks)]
    claimed = invented.comparison(tasks=tuple(names), extent="most", case="task")
    found, _ = together(judged_as(FOR, FOR, FOR, tasks=names[:3]), claimed)
    assert found == verdict


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (["consistent", "consistent"], "consistent"),
        (["consistent", "inconsistent"], "inconsistent"),
        (["consistent", "inconclusive"], "inconclusive"),
        (["consistent", "not attempted"], "inconclusive"),
        (["consistent", "not comparable"], "inconclusive"),
        (["not attempted", "inconsistent"], "inconsistent"),
        (["not attempted", "not comparable"], "not comparable"),
        (["not attempted", "not attempted"], "not attempted"),
    ],
)
def test_all_parts_of_a_claim_must_hold(parts, whole):
    """One part against is enough against; a part without a number keeps a claim from being consistent."""
    assert whole_of(Verdict(part) for part in parts) == whole
