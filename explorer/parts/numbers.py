"""Reported numbers: a table with filters."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from corpus.records import ReportedResult
from explorer import tables
from explorer.parts import choices
from explorer.parts.charts import grid
from taxonomy import Knowledge

FILTERS = ("task", "method", "model", "metric", "grade")


def reported_numbers(rows: Sequence[ReportedResult], known: Knowledge, *, key: str) -> None:
    """Draw reported numbers with a filter for each column that has something to choose."""
    if not rows:
        st.caption("No number is reported here: none was printed, or none could be read.")
        return
    frame = tables.reported(rows, known)
    with st.container(horizontal=True):
        for column in FILTERS:
            options = sorted(frame[column].unique())
            if len(options) < 2:
                continue
            chosen = choices.several(column.capitalize(), column, options, width=210)
            if chosen:
                frame = frame[frame[column].isin(chosen)]
    if frame.empty:
        st.info("No number has all of these; remove a filter.")
        return
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
