"""Runs: waiting, at work, ended; one of them in detail. All of it is read from files and the queue."""

from __future__ import annotations

import streamlit as st

from corpus.errors import UnknownNameError
from corpus.records import RunRecord
from explorer import data, formats, queueing, tables
from explorer.addresses import RUNS
from explorer.parts.charts import grid
from explorer.parts.frame import page
from explorer.parts.headings import PROSE, heading, section, trail
from explorer.parts.live import curve, ended_badly, ended_list, live, log
from explorer.parts.record import record
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
        RUNS.go(run=run, by=origin.value)


def detail(run: str, known: Knowledge) -> None:
    """Draw one run: where it stands, its record, its log."""
    found, state = recorded(run, known), queueing.standing(run, data.home())
    spec = state.spec if state else next((each.spec for each in found.values()), None)
    if spec is None:
        known_runs = [each.id for each in known.corpus.every_run]
        raise UnknownNameError("run", run, [*known_runs, *(each.id for each in queueing.ended(data.home()))])
    words = known.vocabulary
    name = f"{words.label('methods', spec.method)} on {words.label('datasets', spec.dataset)}, seed {spec.seed}"
    trail([("Runs", RUNS, {})], name)
    heading(name)
    st.code(run, language=None, width="content")
    if state is not None and state.active:
        live(run)
    elif state is not None and state.status != "finished":
        ended_badly(state)
    origin = shown_origin(found)
    if origin is not None:
        for other in found.keys() - {origin}:
            RUNS.link(f"The same experiment, measured by {tables.ORIGINS[other]}", run=run, by=other.value)
        record(found[origin], tables.ORIGINS[origin], known)
    elif state is not None and not state.active:
        curve(queueing.losses(run, data.home()))
    if state is not None and not state.active:
        log(run)


def recorded(run: str, known: Knowledge) -> dict[Origin, RunRecord]:
    """Return a run's records by who measured, one's own first."""
    both = ((Origin.OWN, known.corpus.own_runs), (Origin.SHIPPED, known.corpus.runs))
    return {origin: record for origin, records in both for record in records if record.id == run}


def shown_origin(found: dict[Origin, RunRecord]) -> Origin | None:
    """Return whose record the address asks for; without a word of it, one's own before the project's."""
    asked = next((origin for origin in found if origin.value == st.query_params.get("by")), None)
    return asked or next(iter(found), None)


def draw(known: Knowledge) -> None:
    """Draw the page."""
    asked = st.query_params.get("run")
    if asked:
        detail(asked, known)
    else:
        listing(known)


page(draw)
