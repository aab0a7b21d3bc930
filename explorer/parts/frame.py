"""What is around every page: the browser's history, faults in the user's files, errors as sentences."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st

from corpus.errors import CodepeftError, Problem, RecordError
from explorer import data, state, tables
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
    _state(known)
    try:
        draw(known)
    except CodepeftError as error:
        st.error(plain(str(error)))
        OVERVIEW.link("Go to the overview")


def _state(known: Knowledge) -> None:
    """Say what of the address nobody knows, and whether the data are others than those that a link was made from."""
    asked = state.current(known)
    faults = state.faults(known)
    if faults:  # what nobody knows is told once and not carried on
        for name, values in {**dict.fromkeys(state.FIELDS, ()), **asked.query()}.items():
            st.query_params[name] = values
    for fault in faults:
        end = "" if fault.endswith("?") else "."
        st.warning(plain(f"In this address: {fault}{end} The page goes on without it."))
    if asked.snapshot and not known.index.digest.startswith(asked.snapshot):
        st.info(
            plain(
                f"This address was made from another state of the data ({asked.snapshot}); shown is the present one "
                f"({state.digest(known)}). Records or runs were added, changed or removed in between."
            )
        )


@cache
def _history() -> str:
    return (HERE / "history.js").read_text(encoding="utf-8")


def _faults(problems: tuple[Problem, ...]) -> None:
    rows = ({"file": fault.file, "where": fault.where, "fault": fault.message} for fault in problems)
    st.dataframe(tables.table(rows, ("file", "where", "fault")), hide_index=True)
