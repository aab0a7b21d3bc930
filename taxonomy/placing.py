"""Where every record stands in a tree, by the leaf that it names: found in one pass, kept while the corpus lives."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from corpus.library import Corpus
from corpus.records import Paper, ReportedResult, Study
from taxonomy.answers.memory import kept_for
from taxonomy.graph import Facet
from taxonomy.measured import Measured, measured_results
from taxonomy.vocabulary import Vocabulary

T = TypeVar("T")


@dataclass(frozen=True)
class Placed:
    """Positions of studies, reported numbers and measured results by leaf; positions are in the corpus's order."""

    studies: tuple[tuple[Paper, Study], ...]
    reported: tuple[ReportedResult, ...]
    measured: tuple[Measured, ...]
    studies_at: Mapping[str, tuple[int, ...]]
    reported_at: Mapping[str, tuple[int, ...]]
    measured_at: Mapping[str, tuple[int, ...]]

    def studies_on(self, leaves: Collection[str]) -> tuple[tuple[Paper, Study], ...]:
        """Return the studies that name one of the leaves, each once."""
        return _chosen(self.studies, self.studies_at, leaves)

    def reported_on(self, leaves: Collection[str]) -> tuple[ReportedResult, ...]:
        """Return the reported numbers whose own method, task or model stands on one of the leaves."""
        return _chosen(self.reported, self.reported_at, leaves)

    def measured_on(self, leaves: Collection[str]) -> tuple[Measured, ...]:
        """Return the measured results on one of the leaves."""
        return _chosen(self.measured, self.measured_at, leaves)


def placed(corpus: Corpus, vocabulary: Vocabulary, facet: Facet) -> Placed:
    """Return where everything stands in one tree."""
    return kept_for(corpus, f"placed {facet}", lambda: _place(corpus, vocabulary, facet))


def study_values(facet: Facet, study: Study) -> tuple[str, ...]:
    """Return the leaves that a study names."""
    if facet is Facet.METHOD:
        return study.methods
    return study.architectures if facet is Facet.ARCHITECTURE else (study.task,)


def _place(corpus: Corpus, vocabulary: Vocabulary, facet: Facet) -> Placed:
    studies = tuple((paper, study) for paper in corpus.papers.values() for study in paper.studies)
    measured = measured_results(corpus)
    return Placed(
        studies,
        corpus.results,
        measured,
        _by_leaf(studies, lambda entry: study_values(facet, entry[1])),
        _by_leaf(corpus.results, lambda row: (_value(facet, row, vocabulary),)),
        _by_leaf(measured, lambda result: (_value(facet, result, vocabulary),)),
    )


def _value(facet: Facet, row: ReportedResult | Measured, vocabulary: Vocabulary) -> str | None:
    if facet is Facet.METHOD:
        return row.method
    if facet is Facet.TASK:
        return row.task
    return vocabulary.model[row.model].architecture if row.model else None


def _by_leaf(records: Iterable[T], leaves_of: Callable[[T], Iterable[Hashable]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for position, record in enumerate(records):
        for leaf in leaves_of(record):
            if isinstance(leaf, str):
                found.setdefault(leaf, []).append(position)
    return {leaf: tuple(positions) for leaf, positions in found.items()}


def _chosen(records: tuple[T, ...], at: Mapping[str, tuple[int, ...]], leaves: Collection[str]) -> tuple[T, ...]:
    positions = {position for leaf in leaves for position in at.get(leaf, ())}
    return tuple(records[position] for position in sorted(positions))
