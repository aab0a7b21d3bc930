"""One run: where it stands, its record, its log. All of it is read from files and the queue."""

from __future__ import annotations

import streamlit as st

from corpus.errors import UnknownNameError
from corpus.records import RunRecord
from explorer import data, queueing, tables
from explorer.addresses import RUN, RUNS
from explorer.parts.frame import page
from explorer.parts.headings import heading, trail
from explorer.parts.live import curves, ended_badly, live, log
from explorer.parts.record import record
from taxonomy import Knowledge
from taxonomy.measured import Origin


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
        live(known, run)
    elif state is not None and state.status != "finished":
        ended_badly(state)
    origin = shown_origin(found)
    if origin is not None:
        for other in found.keys() - {origin}:
            RUN.link(f"The same experiment, measured by {tables.ORIGINS[other]}", run=run, by=other.value)
        record(found[origin], tables.ORIGINS[origin], known)
    elif state is not None and not state.active:
        curves(queueing.progress(state, data.home()), words.metric[spec.metric])
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


def choose(known: Knowledge) -> None:
    """Offer all runs, where the address names none."""
    heading("Run", "Choose a run; its name then stands in the address bar.")
    waiting = queueing.active(data.home())
    names = [*(state.id for state in waiting), *(run.id for run in known.corpus.every_run)]
    chosen = st.selectbox("Run", list(dict.fromkeys(names)), index=None, placeholder="Choose a run", width=620)
    if chosen:
        RUN.go(run=chosen)


def draw(known: Knowledge) -> None:
    """Draw the page."""
    asked = st.query_params.get("run")
    if asked:
        detail(asked, known)
    else:
        choose(known)


page(draw)
