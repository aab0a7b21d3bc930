"""What stands in one cell of a matrix."""

import pytest

from corpus.errors import UnknownNameError
from taxonomy import Knowledge
from taxonomy.cells import cell, measured_cells
from taxonomy.matrix import matrix


@pytest.mark.parametrize(("rows", "columns"), [("method", "task"), ("family", "architecture"), ("model", "dataset")])
def test_every_cell_has_the_studies_that_the_matrix_counts(rows: str, columns: str, known: Knowledge):
    """A count and the list behind it agree."""
    crossed = matrix(known.corpus, known.vocabulary, rows=rows, columns=columns)
    for i, row in enumerate(crossed.rows):
        for j, column in enumerate(crossed.columns):
            there = cell(known.corpus, known.vocabulary, rows=rows, columns=columns, row=row, column=column)
            assert len(there.studies) == crossed.counts[i][j]
            assert tuple(dict.fromkeys(paper.id for paper, _ in there.studies)) == crossed.papers[i][j]


def test_numbers_of_a_cell_are_of_its_own_method_and_task(known: Knowledge):
    """Numbers hang where their own columns say so."""
    there = cell(known.corpus, known.vocabulary, rows="method", columns="task", row="lora", column="code-to-text")
    expected = [row.id for row in known.corpus.results if (row.method, row.task) == ("lora", "code-to-text")]
    assert [row.id for row in there.reported] == expected


def test_nothing_measured_marks_no_cell(known: Knowledge):
    """A cell is marked as measured only where a result stands."""
    crossed = matrix(known.corpus, known.vocabulary, rows="method", columns="task")
    marked = measured_cells(known.corpus, known.vocabulary, crossed)
    expected = {(run.spec.method, run.spec.task) for run in known.corpus.every_run if run.counts}
    assert marked == {(row, column) for row, column in expected if row in crossed.rows and column in crossed.columns}


def test_an_unknown_axis_is_refused(known: Knowledge):
    """An axis that does not exist is named, with the nearest one."""
    with pytest.raises(UnknownNameError, match="did you mean method"):
        cell(known.corpus, known.vocabulary, rows="methods", columns="task", row="lora", column="code-to-text")
