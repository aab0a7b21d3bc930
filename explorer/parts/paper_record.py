"""How a paper did it, what is there for a re-run, and what others measured when they ran it again."""

from __future__ import annotations

import streamlit as st

from corpus.records import Paper
from corpus.records.paper import Replication
from explorer import tables
from explorer.formats import NOT_REPORTED
from explorer.markup import plain
from explorer.parts.charts import grid, prose_table
from explorer.parts.headings import prose, section
from explorer.parts.sources import source_line
from taxonomy import Knowledge


def used(paper: Paper, known: Knowledge) -> None:
    """Draw methods, training, models and data sets as the paper used them."""
    section("How it was done")
    wide = st.column_config.TextColumn(width="large")
    for title, frame, columns in (
        ("Methods as configured", tables.configurations(paper, known), {"settings": wide}),
        ("Models", tables.models(paper, known), {"note": wide}),
        ("Data sets", tables.datasets(paper, known), {"url": st.column_config.LinkColumn(), "note": wide}),
    ):
        st.subheader(title, anchor=False)
        if frame.empty:
            st.caption(NOT_REPORTED)
        else:
            grid(frame, key=title, columns=columns)
    st.subheader("Training", anchor=False)
    if paper.training is None:
        st.caption(NOT_REPORTED)
        return
    prose_table(tables.training(paper))
    if paper.training.note:
        prose(paper.training.note)
    st.caption(source_line(paper.training.source))


def reproducibility(paper: Paper) -> None:
    """Draw what is there for a re-run."""
    section("Reproducibility")
    record = paper.reproducibility
    answers = {True: "yes", False: "no", None: "not known"}
    lines = [
        ("code available", answers[record.code_available]),
        ("data available", answers[record.data_available]),
        ("weights available", answers[record.weights_available]),
        ("runs on one GPU", answers[record.runnable_on_one_gpu]),
    ]
    st.markdown("; ".join(f"{plain(name)}: **{answer}**" for name, answer in lines))
    if record.notes:
        prose(record.notes)


def replications(found: tuple[Replication, ...]) -> None:
    """Draw what others measured when they ran it again."""
    if not found:
        return
    section("Replications by others", "Somebody else's runs; these are not the paper's numbers and stand in no effect.")
    for number, replication in enumerate(found):
        prose(replication.what)
        rows = [{name: str(value) for name, value in row.items()} for row in replication.rows]
        grid(tables.table(rows, list(dict.fromkeys(name for row in rows for name in row))), key=f"replication-{number}")
        if replication.caution:
            prose(f"Mind: {replication.caution}")
        st.caption(f"Grade of evidence: {replication.evidence.value}. {source_line(replication.source)}")
