"""The PRISMA 2020 flow, computed from imports and decisions and from nothing else.

Page, McKenzie, Bossuyt and others 2021, BMJ 372, n71, figure 1 (the form for updated reviews). A count is None while
nothing was recorded from which it could follow: it is then not reported, and never 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from corpus.records.screening import Decision, Stage, Verdict
from corpus.references import Library
from corpus.screening.standing import Standing, due, standings

UNNAMED = "source not reported"


@dataclass(frozen=True)
class Flow:
    """The counts of the flow. ``waiting`` and ``conflicts`` say how far the screening is, by stage."""

    previous_studies: int | None  # of the review that this one keeps up
    identified: int | None
    identified_by_source: Mapping[str, int]
    duplicates_removed: int | None
    duplicates_undecided: int | None
    automation_removed: int | None  # nothing in this program removes records by itself
    other_removed: int | None
    screened: int | None
    excluded: int | None
    sought: int | None
    not_retrieved: int | None
    assessed: int | None
    excluded_full_text: int | None
    excluded_by_reason: Mapping[str, int]
    included: int | None
    total_studies: int | None
    waiting: Mapping[str, int]
    conflicts: Mapping[str, int]


def flow(library: Library, decisions: tuple[Decision, ...], previous_studies: int | None) -> Flow:
    """Return the flow of the user's library."""
    known = [each.id for each in library.references]
    found = standings(decisions, known)
    identified = sum(each.references for each in library.imports) if library.imports else None
    first, middle, last = (_stage(stage, known, found) for stage in Stage)
    reasons = Counter(each.reason or "no reason given" for each in last.excluded)
    included = len(last.included) if last.decided else None
    return Flow(
        previous_studies=previous_studies,
        identified=identified,
        identified_by_source=_by_source(library),
        duplicates_removed=len(library.left_out) if library.imports else None,
        duplicates_undecided=len(library.undecided) if library.imports else None,
        automation_removed=None,
        other_removed=None,
        screened=first.decided or None,
        excluded=len(first.excluded) if first.decided else None,
        sought=len(first.included) if first.decided else None,
        not_retrieved=len(middle.excluded) if middle.decided else None,
        assessed=last.decided or None,
        excluded_full_text=len(last.excluded) if last.decided else None,
        excluded_by_reason=dict(reasons.most_common()),
        included=included,
        total_studies=None if included is None or previous_studies is None else included + previous_studies,
        waiting={stage.value: each.waiting for stage, each in zip(Stage, (first, middle, last), strict=True)},
        conflicts={stage.value: each.conflicts for stage, each in zip(Stage, (first, middle, last), strict=True)},
    )


@dataclass(frozen=True)
class _Counted:
    decided: int
    included: tuple[Decision, ...]
    excluded: tuple[Decision, ...]
    waiting: int
    conflicts: int


def _stage(stage: Stage, known: list[str], found: Mapping[tuple[str, Stage], Standing]) -> _Counted:
    here = due(stage, known, found)
    standing = [found[each, stage] for each in here if (each, stage) in found]
    outcomes = [each.outcome for each in standing if each.outcome is not None]
    return _Counted(
        decided=len(outcomes),
        included=tuple(each for each in outcomes if each.verdict is Verdict.INCLUDE),
        excluded=tuple(each for each in outcomes if each.verdict is Verdict.EXCLUDE),
        waiting=len(here) - len(outcomes),
        conflicts=sum(each.conflict for each in standing),
    )


def _by_source(library: Library) -> Mapping[str, int]:
    counted: Counter[str] = Counter()
    for each in library.imports:
        counted[each.source or UNNAMED] += each.references
    return dict(counted.most_common())
