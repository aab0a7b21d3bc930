"""Runs: waiting, at work, ended, recorded. All of it is read from files and the queue."""

from __future__ import annotations

import streamlit as st

from corpus.records import RunRecord
from explorer import data, formats, queueing, state, tables
from explorer.addresses import RUN
from explorer.parts import filters
from explorer.parts.charts import grid
from explorer.parts.comparing_runs import compare_runs
from explorer.parts.export import export
from explorer.parts.frame import page
from explorer.parts.headings import PROSE, heading, section
from explorer.parts.live import ended_list, live
from explorer.shares import View
from taxonomy import Knowledge
from taxonomy.measured import Origin


def listing(known: Knowledge) -> None:
    """Draw all runs."""
    heading("Runs", "What this machine measures, and all that was measured. Runs go on when this page is closed.")
    section("Waiting and at work")
    reason = queueing.missing()
    if reason:
        st.info(reason)
    else:
        live(known)
    badly = [ended for ended in queueing.ended(data.home()) if ended.status != "finished"]
    if badly:
        section("Ended without a result")
        ended_list(badly)
    section("Records")
    records(known)


def kept(known: Knowledge) -> list[tuple[Origin, RunRecord]]:
    """Draw the filters and return the records that have all of them, one's own first."""
    every = [
        *((Origin.OWN, run) for run in known.corpus.own_runs),
        *((Origin.SHIPPED, run) for run in known.corpus.runs),
    ]
    with st.container(horizontal=True):
        for field in ("task", "method", "metric"):
            filters.choose(field, sorted({getattr(run.spec, field) for _, run in every}), known)
    asked = state.current(known)
    return [
        (origin, run)
        for origin, run in every
        if (not asked.task or run.spec.task in asked.task)
        and (not asked.method or run.spec.method in asked.method)
        and (not asked.metric or run.spec.metric in asked.metric)
    ]


def records(known: Knowledge) -> None:
    """Draw the records, and a list that leads to each."""
    if not known.corpus.own_runs and not known.corpus.runs:
        st.info("There is no run record yet. Queue a run from the page of a method, a task or a paper.")
        return
    every = kept(known)
    if not every:
        st.info("No record has all of these; remove a filter.")
        return
    st.caption(
        f"{formats.count(len(every), 'record')}; score with its 95 % bootstrap interval over test items (low, high), "
        "on the metric's declared scale.",
        width=PROSE,
    )
    grid(tables.runs(every, known), key="records")
    by_name = {f"{origin.value}/{run.id}": (origin, run) for origin, run in every}

    def called(name: str) -> str:
        origin, run = by_name[name]
        return f"{run.id}, by {tables.ORIGINS[origin]}"

    chosen = st.selectbox(
        "Open a record", list(by_name), index=None, placeholder="Choose a run", width=620, format_func=called
    )
    if chosen:
        origin, run = by_name[chosen]
        RUN.go(run=run.id, by=origin.value)
    compare_runs({name: run for name, (_, run) in by_name.items()}, called, known)
    export(
        View(
            name="runs",
            title="Run records",
            frame=lambda: tables.runs(every, known),
            records=lambda: [run for _, run in every],
            papers=lambda: [paper for _, run in every for paper in run.spec.papers if paper in known.corpus.papers],
        ),
        known,
    )


def draw(known: Knowledge) -> None:
    """Draw the page."""
    listing(known)


page(draw)
