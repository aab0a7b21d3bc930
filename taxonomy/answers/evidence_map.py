"""The map of evidence: every pair of method and task, what stands there, and what it would take to fill a gap.

A cell puts the typed gaps of its architectures together: the furthest one decides its kind. Effects are those of
``taxonomy.effects``: one vote a paper.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from corpus.library import Corpus
from corpus.records import ReportedResult
from taxonomy.answers.gaps import Gap, GapKind, Laboratory, Offer, gaps
from taxonomy.answers.sides import architecture_of
from taxonomy.effects import Effect, summarize
from taxonomy.summaries import FIRST_HAND
from taxonomy.vocabulary import Vocabulary

RANK: Mapping[GapKind, int] = {
    kind: rank
    for rank, kind in enumerate(
        (
            GapKind.STUDIED_AND_MEASURED,
            GapKind.STUDIED_ONLY,
            GapKind.MEASURED_ONLY,
            GapKind.WITHOUT_BASELINE,
            GapKind.RUNNABLE,
            GapKind.UNSUPPORTED,
        )
    )
}
"""From the most that can stand in a cell to the least."""


@dataclass(frozen=True)
class Square:
    """What stands where a method and a task meet. ``offers``: what the laboratory can run there, by architecture."""

    method: str
    task: str
    kind: GapKind
    papers: tuple[str, ...]
    numbers: int  # reported
    first_hand: int  # of them, read in the paper or its repository
    runs: tuple[str, ...]
    effect: Effect
    offers: tuple[tuple[str, Offer], ...]
    gaps: tuple[Gap, ...]  # one for each architecture asked for

    @property
    def measured(self) -> bool:
        """Whether something was measured here."""
        return bool(self.runs)

    @property
    def first_hand_percent(self) -> float | None:
        """Share of the reported numbers that were read at first hand; None without numbers."""
        return 100 * self.first_hand / self.numbers if self.numbers else None


@dataclass(frozen=True)
class EvidenceMap:
    """All squares. ``methods`` and ``tasks`` are in the vocabulary's order, whether or not anything stands there."""

    methods: tuple[str, ...]
    tasks: tuple[str, ...]
    squares: tuple[Square, ...]

    def square(self, method: str, task: str) -> Square | None:
        """Return one square; None where there is none."""
        return next((one for one in self.squares if (one.method, one.task) == (method, task)), None)


def evidence_map(
    corpus: Corpus, vocabulary: Vocabulary, laboratory: Laboratory, *, architectures: Collection[str] = ()
) -> EvidenceMap:
    """Return the map over all architectures, or over those given."""
    rows: dict[tuple[str, str], list[ReportedResult]] = {}
    for row in corpus.results:
        where = architecture_of(row.model, vocabulary)
        if row.method is not None and (not architectures or where in architectures):
            rows.setdefault((row.method, row.task), []).append(row)
    cells: dict[tuple[str, str], list[Gap]] = {}
    for gap in gaps(corpus, vocabulary, laboratory, architectures=architectures):
        cells.setdefault((gap.method, gap.task), []).append(gap)
    squares = tuple(_square(found, rows.get(key, ()), corpus, vocabulary) for key, found in cells.items())
    return EvidenceMap(
        tuple(dict.fromkeys(one.method for one in squares)), tuple(task.id for task in vocabulary.tasks), squares
    )


def _square(found: list[Gap], rows: Collection[ReportedResult], corpus: Corpus, vocabulary: Vocabulary) -> Square:
    papers = {paper for gap in found for paper in gap.papers} | {row.paper for row in rows}
    return Square(
        method=found[0].method,
        task=found[0].task,
        kind=_kind(found, rows),
        papers=tuple(sorted(papers, key=lambda paper: int(paper[1:]))),
        numbers=len(rows),
        first_hand=sum(row.evidence in FIRST_HAND for row in rows),
        runs=tuple(dict.fromkeys(run for gap in found for run in gap.runs)),
        effect=summarize(rows, corpus, vocabulary),
        offers=tuple((gap.architecture, gap.offer) for gap in found if gap.offer is not None),
        gaps=tuple(found),
    )


def _kind(found: Iterable[Gap], rows: Collection[ReportedResult]) -> GapKind:
    """Return the furthest of the architectures' kinds.

    Studied in one architecture and measured in another is both; numbers whose model is not named still are numbers.
    """
    kinds = {gap.kind for gap in found}
    studied = kinds & {GapKind.STUDIED_AND_MEASURED, GapKind.STUDIED_ONLY, GapKind.WITHOUT_BASELINE}
    if studied and kinds & {GapKind.STUDIED_AND_MEASURED, GapKind.MEASURED_ONLY}:
        return GapKind.STUDIED_AND_MEASURED
    if rows and not studied and GapKind.MEASURED_ONLY not in kinds:
        with_baseline = any(row.full_finetuning_value is not None for row in rows)
        return GapKind.STUDIED_ONLY if with_baseline else GapKind.WITHOUT_BASELINE
    return min(kinds, key=RANK.__getitem__)
