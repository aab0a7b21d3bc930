"""What a case says about a claim, and what the cases of a comparison say together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.records.claim import Bound, CaseOf, Comparison, Direction, Extent, Quantity, Size, SizeOf, SizeUnit
from taxonomy.answers.cases import Case
from taxonomy.answers.verdict_rules import VerdictRules
from taxonomy.answers.welch import Difference

ROUNDING = 1e-9  # of sums and differences of printed decimals


class Outcome(StrEnum):
    """What a case says."""

    FOR = "for"
    AGAINST = "against"
    OPEN = "open"  # the seeds, or the margin, do not decide


@dataclass(frozen=True)
class Judged:
    """A case with its outcome."""

    case: Case
    outcome: Outcome
    tested: bool  # over seeds; else the printed or single numbers were compared as they are
    size_holds: bool | None  # None: no figure is stated, or it cannot be put beside the case
    interval: tuple[float, float] | None = (
        None  # of the difference, as the one-sided tests see it; None: single numbers
    )


class Verdict(StrEnum):
    """What is known about a claim."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    INCONCLUSIVE = "inconclusive"
    NOT_COMPARABLE = "not comparable"
    NOT_ATTEMPTED = "not attempted"
    CONSISTENT_DIRECTION = "consistent in direction"
    INCONSISTENT_DIRECTION = "inconsistent in direction"
    CONSISTENT_SMALL = "consistent in direction at small scale"
    INCONSISTENT_SMALL = "inconsistent in direction at small scale"


def judge(case: Case, comparison: Comparison, rules: VerdictRules, *, with_size: bool = True) -> Judged:
    """Return what a case says about a comparison.

    Over seeds: one-sided Welch tests for a direction, two one-sided tests against the metric's margin for equality,
    a one-sided test against the margin for "at least as high". Single numbers are compared as printed.
    """
    holds = size_holds(case, comparison.size) if with_size and comparison.size else None
    if case.difference is None:
        outcome = Outcome.OPEN if holds is None else Outcome.FOR if holds else Outcome.AGAINST
        return Judged(case, outcome, tested=False, size_holds=holds)
    margin = rules.margins.resources if case.metric is None and comparison.quantity is not Quantity.SCORE else None
    if margin is None:
        margin = rules.margins.of(case.metric or "")
    outcome = _direction(case.difference, comparison.direction, margin, rules.alpha)
    if outcome is Outcome.FOR and holds is False:
        outcome = Outcome.AGAINST
    interval = case.difference.bounds(1 - 2 * rules.alpha)
    return Judged(case, outcome, case.difference.tested, holds, interval)


def _direction(found: Difference, direction: Direction, margin: float, alpha: float) -> Outcome:
    if direction is Direction.LOWER:
        turned = Difference(-found.points, found.error, found.freedom)
        return _direction(turned, Direction.HIGHER, margin, alpha)
    decide = _tested if found.tested else _as_printed
    return decide(found, direction, margin, alpha)


def _tested(found: Difference, direction: Direction, margin: float, alpha: float) -> Outcome:
    if direction is Direction.EQUAL:
        if found.is_within(margin, alpha):
            return Outcome.FOR
        apart = found.is_above(margin, alpha) or found.is_below(-margin, alpha)
        return Outcome.AGAINST if apart else Outcome.OPEN
    threshold = -margin if direction is Direction.AT_LEAST_AS_HIGH else 0.0
    if found.is_above(threshold, alpha):
        return Outcome.FOR
    return Outcome.AGAINST if found.is_below(threshold, alpha) else Outcome.OPEN


def _as_printed(found: Difference, direction: Direction, margin: float, alpha: float) -> Outcome:
    """Judge single numbers. A wrong direction inside the margin leaves the case open."""
    del alpha  # nothing to test with
    points = found.points
    if direction is Direction.EQUAL:
        return Outcome.FOR if abs(points) <= margin + ROUNDING else Outcome.AGAINST
    if direction is Direction.AT_LEAST_AS_HIGH:
        return Outcome.FOR if points >= -margin - ROUNDING else Outcome.AGAINST
    if points > ROUNDING:
        return Outcome.FOR
    return Outcome.AGAINST if points < -margin - ROUNDING else Outcome.OPEN


def size_holds(case: Case, size: Size) -> bool | None:
    """Return whether a case has the size that is stated; None where it has no such number."""
    found: float | None
    if size.of is SizeOf.LEVEL:
        found = case.items if size.unit is SizeUnit.ITEMS else case.value
    elif size.of is SizeOf.SHARE:
        found = case.share
    elif size.of is SizeOf.RATIO:
        found = case.ratio
    else:
        found = case.difference.points if case.difference else None
    if found is None:
        return None
    if size.bound is Bound.AT_LEAST:
        return found >= size.value - size.within - ROUNDING
    if size.bound is Bound.AT_MOST:
        return abs(found) <= size.value + size.within + ROUNDING
    return abs(found - size.value) <= size.within + ROUNDING


def together(judged: Sequence[Judged], comparison: Comparison) -> tuple[Verdict, str]:
    """Return what the cases of a comparison say together, and why in one sentence.

    A comparison that names methods and tasks is borne out only where each of them has a case; of most tasks, where
    those for are most even if all that have no case were against.
    """
    if not judged:
        return Verdict.NOT_ATTEMPTED, "no number fits"
    counts = Counter(entry.outcome for entry in judged)
    verdict = _by_extent(comparison.extent, counts)
    missing = _without_case(judged, comparison)
    sentence = _sentence(judged, counts)
    of_tasks = comparison.extent is Extent.MOST and comparison.case is CaseOf.TASK
    certain = of_tasks and 2 * counts[Outcome.FOR] > counts.total() + len(missing)
    if verdict is Verdict.CONSISTENT and missing and not certain:
        return Verdict.INCONCLUSIVE, f"{sentence}; nothing for {', '.join(missing)}"
    return verdict, sentence


def _by_extent(extent: Extent, counts: Counter[Outcome]) -> Verdict:
    total = counts.total()
    if extent is Extent.SOME:
        if counts[Outcome.FOR]:
            return Verdict.CONSISTENT
        return Verdict.INCONSISTENT if counts[Outcome.AGAINST] == total else Verdict.INCONCLUSIVE
    if extent is Extent.MOST:
        if 2 * counts[Outcome.FOR] > total:
            return Verdict.CONSISTENT
        return Verdict.INCONSISTENT if 2 * counts[Outcome.AGAINST] >= total else Verdict.INCONCLUSIVE
    if counts[Outcome.AGAINST]:
        return Verdict.INCONSISTENT
    return Verdict.INCONCLUSIVE if counts[Outcome.OPEN] else Verdict.CONSISTENT


def _without_case(judged: Sequence[Judged], comparison: Comparison) -> list[str]:
    if comparison.extent in {Extent.SOME, Extent.MEAN}:
        return []  # one case is enough; a mean has lost the names
    methods: Collection[str | None] = {entry.case.method for entry in judged}
    tasks: Collection[str | None] = {entry.case.task for entry in judged}
    missing = [task for task in comparison.tasks if task not in tasks and tasks != {None}]
    if comparison.case is CaseOf.NUMBER:
        missing += [method for method in comparison.methods if method not in methods]
    return missing


def _sentence(judged: Sequence[Judged], counts: Counter[Outcome]) -> str:
    tested = sum(entry.tested for entry in judged)
    how = "tested over seeds" if tested == len(judged) else "single numbers" if not tested else f"{tested} over seeds"
    parts = [
        f"{counts[outcome]} {words}"
        for outcome, words in ((Outcome.FOR, "for"), (Outcome.AGAINST, "against"), (Outcome.OPEN, "open"))
        if counts[outcome]
    ]
    cases = "1 case" if len(judged) == 1 else f"{len(judged)} cases"
    text = f"{cases} ({how}): {', '.join(parts)}"
    contrary = next((entry for entry in judged if entry.outcome is Outcome.AGAINST), None)
    example = contrary or next((entry for entry in judged if entry.outcome is Outcome.OPEN), judged[0])
    return f"{text}; e.g. {shown(example)}"


def shown(entry: Judged) -> str:
    """Return a case in words: its numbers, the difference, its interval, and a size that does not hold."""
    case = entry.case
    if case.difference is None:
        items = f", which is {case.items:.1f} items" if case.items is not None else ""
        size = ", which is not the figure that is claimed" if entry.size_holds is False else ""
        return f"{case.what}: {case.value:.4g}{items}{size}"
    against = "" if case.against is None else f" ({case.value:.4g} and {case.against:.4g})"
    interval = f", interval {entry.interval[0]:+.2f} to {entry.interval[1]:+.2f}" if entry.interval else ""
    size = ", which is not the size that is claimed" if entry.size_holds is False else ""
    return f"{case.what}: {case.difference.points:+.2f}{against}{interval}{size}"
