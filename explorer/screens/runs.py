"""Runs: waiting, at work, ended, recorded. All of it is read from files and the queue."""

from __future__ import annotations

import streamlit as st

from explorer import data, formats, queueing, tables
from explorer.addresses import RUN
from explorer.parts.charts import grid
from explorer.parts.frame import page
from explorer.parts.headings import PROSE, heading, section
from explorer.parts.live import ended_list, live
from taxonomy import Knowledge
from taxonomy.measured import Origin


def listing(known: Knowledge) -> None:
    """Draw all runs."""
    heading("Runs", "What this machine measures, and all that was measured. Runs go on when this page is closed.")
    section("Waiting and at work")
    reason = queueing.missing()
    if reason:
        st.info(reason)
    elif queueing.active(data.home()):
        live()
    else:
        st.info("Nothing waits or runs. The page of a method, a task or a paper has a button that measures it here.")
    badly = [state for state in queueing.ended(data.home()) if state.status != "finished"]
    if badly:
        section("Ended without a result")
        ended_list(badly)
    section("Records")
    records(known)


def records(known: Knowledge) -> None:
    """Draw all records, one's own first, and a list that leads to each."""
    own, shipped = known.corpus.own_runs, known.corpus.runs
    every = [*((Origin.OWN, run) for run in own), *((Origin.SHIPPED, run) for run in shipped)]
    if not every:
        st.info("There is no run record yet. Queue a run from the page of a method, a task or a paper.")
        return
    st.caption(
        f"{formats.count(len(every), 'record')}; score with its 95 % bootstrap interval over test items (low, high), "
        "on the metric's declared scale.",
        width=PROSE,
    )
    grid(tables.runs(every, known), key="records")
    names = {f"{run.id}, by {tables.ORIGINS[origin]}": (origin, run.id) for origin, run in every}
    chosen = st.selectbox("Open a record", list(names), index=None, placeholder="run", width=620)
    if chosen:
        origin, run = names[chosen]
        RUN.go(run=run, by=origin.value)


def draw(known: Knowledge) -> None:
    """Draw the page."""
    listing(known)


page(draw)
