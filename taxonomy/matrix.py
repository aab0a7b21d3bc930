"""Counts of studies, crossed by two facets, as the review counts them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from corpus.errors import lookup
from corpus.library import Corpus
from corpus.records import Paper, Study
from taxonomy.select import Facets, select
from taxonomy.vocabulary import Vocabulary

AXES = MappingProxyType(
    {
        "method": "methods",
        "family": "families",
        "architecture": "architectures",
        "task": "tasks",
        "task-group": "task_groups",
        "model": "models",
        "dataset": "datasets",
    }
)
"""What can be crossed, and the kind of term it is."""


@dataclass(frozen=True)
class Matrix:
    """A study counts once in each cell (row value, column value) it has, however many models it used."""

    row_axis: str
    column_axis: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]  # studies; shape (rows, columns)
    papers: tuple[tuple[tuple[str, ...], ...], ...]  # ids of the papers behind each count
    studies: int  # distinct studies counted
    studies_of_review: int  # of them, rows of the review's own classification


def values_on(axis: str, study: Study, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the values that a study has on an axis."""
    if axis == "task":
        return (study.task,)
    if axis == "task-group":
        return tuple(task.group for task in vocabulary.tasks if task.id == study.task)
    if axis == "family":
        return tuple(dict.fromkeys(vocabulary.method[method].family for method in study.methods))
    fields: dict[str, tuple[str, ...]] = {
        "method": study.methods,
        "architecture": study.architectures,
        "model": study.models,
        "dataset": study.datasets,
    }
    return tuple(dict.fromkeys(fields[axis]))


def matrix(corpus: Corpus, vocabulary: Vocabulary, *, rows: str, columns: str, facets: Facets | None = None) -> Matrix:
    """Return the counts of studies for every value of two axes that occurs at least once.

    Raises:
        UnknownNameError: an axis is not one of AXES.
    """
    lookup("axis", rows, AXES)
    lookup("axis", columns, AXES)
    cells: dict[tuple[str, str], list[str]] = {}
    counted: list[tuple[Paper, Study]] = []
    for paper, studies in select(corpus, facets or Facets()):
        for study in studies:
            counted.append((paper, study))
            for row in values_on(rows, study, vocabulary):
                for column in values_on(columns, study, vocabulary):
                    cells.setdefault((row, column), []).append(paper.id)
    row_ids = _in_vocabulary_order(vocabulary, rows, (row for row, _ in cells))
    column_ids = _in_vocabulary_order(vocabulary, columns, (column for _, column in cells))
    return Matrix(
        rows,
        columns,
        row_ids,
        column_ids,
        tuple(tuple(len(cells.get((row, column), ())) for column in column_ids) for row in row_ids),
        tuple(tuple(tuple(dict.fromkeys(cells.get((row, column), ()))) for column in column_ids) for row in row_ids),
        studies=len(counted),
        studies_of_review=sum(study.classified_by == "review" for _, study in counted),
    )


def _in_vocabulary_order(vocabulary: Vocabulary, axis: str, used: Iterable[str]) -> tuple[str, ...]:
    present = set(used)
    return tuple(term.id for term in vocabulary.terms(AXES[axis]) if term.id in present)
