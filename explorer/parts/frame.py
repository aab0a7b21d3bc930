"""What is around every page: the browser's history, faults in the user's files, errors as sentences."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st

from corpus.errors import CodepeftError, Problem, RecordError
from explorer import data, tables
from explorer.addresses import OVERVIEW
from explorer.markup import plain
from taxonomy import Knowledge

HERE = Path(__file__).parent.parent


def page(draw: Callable[[Knowledge], None]) -> None:
    """Draw a page; an error that a reader can act on becomes one sentence and a way on."""
    st.html(HERE / "style.css")
    st.html(f"<script>{_history()}</script>", unsafe_allow_javascript=True)
    try:
        known = data.knowledge()
    except RecordError as error:
        st.error("The record files have faults, and there is no earlier index to show instead.")
        _faults(error.problems)
        return
    if known.stale:
        st.warning(
            f"{len(known.stale)} faults in your record files; what is shown is the index from before them. "
            "`codepeft check` lists them."
        )
        with st.expander("The faults"):
            _faults(known.stale)
    try:
        draw(known)
    except CodepeftError as error:
        st.error(plain(str(error)))
        OVERVIEW.link("Go to the overview")


@cache
def _history() -> str:
    return (HERE / "history.js").read_text(encoding="utf-8")


def _faults(problems: tuple[Problem, ...]) -> None:
    rows = ({"file": fault.file, "where": fault.where, "fault": fault.message} for fault in problems)
    st.dataframe(tables.table(rows, ("file", "where", "fault")), hide_index=True)
