"""Two facets crossed: how many studies stand where, and what was measured."""

from __future__ import annotations

import streamlit as st

from explorer import formats, sentences, tables
from explorer.addresses import EVIDENCE_MAP, NODE, PAPER
from explorer.figures.matrix import matrix_marks
from explorer.markup import plain
from explorer.parts import choices
from explorer.parts.charts import clickable, grid
from explorer.parts.export import export
from explorer.parts.headings import section
from explorer.parts.numbers import reported_numbers
from explorer.parts.results import measured_results
from explorer.shares import View
from taxonomy import Knowledge
from taxonomy.cells import cell, measured_cells
from taxonomy.matrix import AXES, Matrix, matrix

TITLES = {
    "method": "methods",
    "family": "families",
    "architecture": "architectures",
    "task": "tasks",
    "task-group": "groups of tasks",
    "model": "models",
    "dataset": "data sets",
}
NODE_KINDS = ("method", "family", "architecture", "task", "task-group")


def label(known: Knowledge, axis: str, name: str) -> str:
    """Return what a value of an axis is called."""
    return known.vocabulary.label(AXES[axis], name)


def cell_name(crossed: Matrix, known: Knowledge, row: str, column: str) -> str:
    """Return what a cell is called."""
    return f"{label(known, crossed.row_axis, row)} \N{MULTIPLICATION SIGN} {label(known, crossed.column_axis, column)}"


def axes() -> tuple[str, str]:
    """Draw the choice of rows and columns, kept in the address."""
    with st.container(horizontal=True):
        rows = choices.one("Rows", "rows", list(TITLES), format_func=TITLES.__getitem__, width=220)
        columns = choices.one(
            "Columns", "columns", list(TITLES), default="task", format_func=TITLES.__getitem__, width=220
        )
    return rows, columns


def asked(crossed: Matrix) -> tuple[str, str] | None:
    """Return the cell in the address when the matrix has it."""
    row, column = st.query_params.get("row"), st.query_params.get("column")
    return (row, column) if row in crossed.rows and column in crossed.columns else None


def marks(crossed: Matrix, known: Knowledge, chosen: tuple[str, str] | None) -> None:
    """Draw the matrix; a click on a mark puts its cell into the address."""
    names = [label(known, crossed.row_axis, row) for row in crossed.rows]
    titles = [label(known, crossed.column_axis, column) for column in crossed.columns]
    clicked = clickable(
        matrix_marks(
            crossed,
            lambda axis, name: label(known, axis, name),
            measured_cells(known.corpus, known.vocabulary, crossed),
            chosen,
        ),
        alt=f"{TITLES[crossed.row_axis]} by {TITLES[crossed.column_axis]}: the number of studies in each cell; "
        "squares were also measured.",
        key=_key(crossed, chosen),
        twin=tables.crossed(crossed, names, titles),
        wide=True,
        caption=plain(sentences.of_matrix(crossed)),
    )
    if clicked and clicked.get("customdata"):
        row, column = clicked["customdata"]
        if (row, column) != chosen:
            EVIDENCE_MAP.go(view="counts", rows=crossed.row_axis, columns=crossed.column_axis, row=row, column=column)


def pick(crossed: Matrix, known: Knowledge, chosen: tuple[str, str] | None) -> None:
    """Offer the cells as a list, for those who do not click."""
    cells = [
        (row, column)
        for i, row in enumerate(crossed.rows)
        for j, column in enumerate(crossed.columns)
        if crossed.counts[i][j]
    ]
    picked = st.selectbox(
        "Choose a cell",
        cells,
        index=cells.index(chosen) if chosen in cells else None,
        format_func=lambda pair: cell_name(crossed, known, *pair),
        placeholder="row \N{MULTIPLICATION SIGN} column",
        width=520,
    )
    if picked and picked != chosen:
        EVIDENCE_MAP.go(
            view="counts", rows=crossed.row_axis, columns=crossed.column_axis, row=picked[0], column=picked[1]
        )


def show(crossed: Matrix, known: Knowledge, row: str, column: str) -> None:
    """Draw what stands in one cell."""
    there = cell(
        known.corpus, known.vocabulary, rows=crossed.row_axis, columns=crossed.column_axis, row=row, column=column
    )
    section(cell_name(crossed, known, row, column))
    with st.container(horizontal=True, gap="small"):
        for axis, name in ((crossed.row_axis, row), (crossed.column_axis, column)):
            if axis in NODE_KINDS:
                NODE.link(f"All on {label(known, axis, name)}", node=f"{axis}/{name}")
    if not there.studies:
        st.info("No study stands in this cell.")
    else:
        st.caption(formats.count(len(there.studies), "study", "studies"))
        for paper in {paper.id: paper for paper, _ in there.studies}.values():
            PAPER.link(f"{paper.id}  {paper.bibliography.title}", paper=paper.id)
        grid(tables.studies(there.studies, known), key="cell-studies")
    st.subheader("Measured", anchor=False)
    if there.measured:
        measured_results(there.measured, known, key="cell")
    else:
        st.caption("nothing yet")
    st.subheader("Reported numbers", anchor=False)
    reported_numbers(there.reported, known, key="cell")


def crossing(known: Knowledge) -> None:
    """Draw the counts of studies where two facets meet, and what stands in the chosen cell."""
    rows, columns = axes()
    if rows == columns:
        st.info("Rows and columns are the same facet; choose another one for either.")
        return
    crossed = matrix(known.corpus, known.vocabulary, rows=rows, columns=columns)
    chosen = asked(crossed)
    marks(crossed, known, chosen)
    pick(crossed, known, chosen)
    if chosen:
        show(crossed, known, *chosen)
    names = [label(known, rows, row) for row in crossed.rows]
    titles = [label(known, columns, column) for column in crossed.columns]
    export(
        View(
            name="counts",
            title=f"Studies: {TITLES[rows]} by {TITLES[columns]}",
            frame=lambda: tables.crossed(crossed, names, titles).rename_axis(TITLES[rows]).reset_index(),
            records=lambda: [crossed],
            papers=lambda: [paper for line in crossed.papers for papers in line for paper in papers],
            charts={"Counts": _key(crossed, chosen)},
        ),
        known,
    )


def _key(crossed: Matrix, chosen: tuple[str, str] | None) -> str:
    return f"matrix-{crossed.row_axis}-{crossed.column_axis}-{chosen}"
