"""What stands in one cell of a matrix: studies, reported numbers, measured results."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.errors import lookup
from corpus.library import Corpus
from corpus.records import Paper, ReportedResult, Study
from taxonomy.matrix import AXES, Matrix, values_on
from taxonomy.measured import Measured, measured_results
from taxonomy.vocabulary import Vocabulary


@dataclass(frozen=True)
class Cell:
    """One cell. Numbers and measurements count where their own method, task, model or data set say so."""

    row: str
    column: str
    studies: tuple[tuple[Paper, Study], ...]
    reported: tuple[ReportedResult, ...]
    measured: tuple[Measured, ...]


def cell(corpus: Corpus, vocabulary: Vocabulary, *, rows: str, columns: str, row: str, column: str) -> Cell:
    """Return what stands where a row and a column meet; raise UnknownNameError for an axis that does not exist."""
    lookup("axis", rows, AXES)
    lookup("axis", columns, AXES)
    studies = tuple(
        (paper, study)
        for paper in corpus.papers.values()
        for study in paper.studies
        if row in values_on(rows, study, vocabulary) and column in values_on(columns, study, vocabulary)
    )
    reported = tuple(
        number
        for number in corpus.results
        if value_of(rows, number, vocabulary) == row and value_of(columns, number, vocabulary) == column
    )
    return Cell(row, column, studies, reported, measured_in(corpus, vocabulary, rows, columns, row, column))


def measured_in(
    corpus: Corpus, vocabulary: Vocabulary, rows: str, columns: str, row: str, column: str
) -> tuple[Measured, ...]:
    """Return the measured results of a cell."""
    return tuple(
        result
        for result in measured_results(corpus)
        if value_of(rows, result, vocabulary) == row and value_of(columns, result, vocabulary) == column
    )


def measured_cells(corpus: Corpus, vocabulary: Vocabulary, crossed: Matrix) -> frozenset[tuple[str, str]]:
    """Return the cells of a matrix in which something was measured, as (row, column)."""
    cells = {
        (value_of(crossed.row_axis, result, vocabulary), value_of(crossed.column_axis, result, vocabulary))
        for result in measured_results(corpus)
    }
    return frozenset((row, column) for row, column in cells if row in crossed.rows and column in crossed.columns)


def value_of(axis: str, result: ReportedResult | Measured, vocabulary: Vocabulary) -> str | None:
    """Return the value of a number on an axis; None where its source does not name it."""
    if axis == "family":
        return vocabulary.method[result.method].family if result.method else None
    if axis == "architecture":
        return vocabulary.model[result.model].architecture if result.model else None
    if axis == "task-group":
        return next(task.group for task in vocabulary.tasks if task.id == result.task)
    fields = {"method": result.method, "task": result.task, "model": result.model, "dataset": result.dataset}
    return fields[axis]
