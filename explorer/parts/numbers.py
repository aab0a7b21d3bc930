"""Reported numbers: a table with filters."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from corpus.records import ReportedResult
from explorer import state, tables
from explorer.parts import filters
from explorer.parts.charts import grid
from taxonomy import Knowledge

FILTERS = ("task", "method", "architecture", "metric", "grade")


def reported_numbers(rows: Sequence[ReportedResult], known: Knowledge, *, key: str) -> None:
    """Draw reported numbers with a filter of the state for each column that has something to choose."""
    if not rows:
        st.caption("No number is reported here: none was printed, or none could be read.")
        return
    asked = state.current(known)
    with st.container(horizontal=True):
        for field in FILTERS:
            values = {value for row in rows if (value := _value(field, row, known)) is not None}
            if len(values) > 1 or getattr(asked, field):
                filters.choose(field, sorted(values), known, width=210)
    kept = [row for row in rows if asked.keeps_number(row, known)]
    if not kept:
        st.info("No number has all of these; remove a filter.")
        return
    frame = tables.reported(kept, known)
    st.caption(
        f"{len(frame):,} of {len(rows):,} numbers. Values are on the metric's declared scale; 'printed' is the number "
        "as its source has it.",
        width=860,
    )
    grid(
        frame,
        key=f"{key}_numbers",
        columns={
            "source": st.column_config.LinkColumn(display_text="open"),
            "setting": st.column_config.TextColumn(width="medium"),
        },
    )


def _value(field: str, row: ReportedResult, known: Knowledge) -> str | None:
    if field == "architecture":
        return known.vocabulary.model[row.model].architecture if row.model else None
    return row.evidence.value if field == "grade" else getattr(row, field)
