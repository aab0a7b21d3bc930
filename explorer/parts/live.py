"""Runs that wait or are at work, followed while the page is open; everything is read from files and the queue."""

from __future__ import annotations

import streamlit as st

from corpus.errors import CodepeftError
from explorer import data, formats, queueing, tables
from explorer.addresses import RUN
from explorer.figures.loss import loss_curve
from explorer.markup import plain
from explorer.parts.charts import chart
from explorer.queueing import Request, Standing

EVERY = 2.0  # seconds between two looks while something runs


def live(run: str | None = None) -> None:
    """Draw what waits or is at work, with ``run`` only that one in full, anew every EVERY seconds until it ends."""
    before = queueing.active(data.home(), run)
    if before and not queueing.worker_there(data.home()):
        st.warning("No worker takes runs: it ended with its program or its machine. The runs wait.")
        if st.button("Go on", key="go-on"):
            queueing.start_worker(data.home())
            st.rerun()

    @st.fragment(run_every=EVERY if before else None)
    def board() -> None:
        now = queueing.active(data.home(), run)
        if [state.id for state in now] != [state.id for state in before]:
            st.rerun()  # something ended: its record belongs to the whole page
        for state in now:
            _at_work(state)
        if run is not None and now:
            curve(queueing.losses(run, data.home()))
            log(run)

    board()


def ended_badly(state: Standing) -> None:
    """Draw how a run ended that has no result, and the button that tries again."""
    st.warning(plain(f"This run is {state.status.replace('_', ' ')}. {state.error or ''}"))
    if st.button("Run again", key="again"):
        ask(queueing.resume, state.id)


def ended_list(states: list[Standing]) -> None:
    """Draw runs that ended without a result, a line each."""
    for state in states:
        with st.container(horizontal=True, vertical_alignment="center"):
            RUN.link_id(state.id, run=state.id)
            how = f"{state.status.replace('_', ' ')}, {formats.moment(state.since)}. {state.error or ''}"
            st.caption(plain(how), width="content")
            if st.button("Run again", key=f"resume-{state.id}"):
                ask(queueing.resume, state.id)


def ask(request: Request, run: str) -> None:
    """Ask the queue for something and show the answer, or the sentence why not."""
    try:
        request(run, data.home())
    except CodepeftError as error:
        st.warning(plain(str(error)))
    else:
        st.rerun()


def curve(points: tuple[tuple[int, float], ...]) -> None:
    """Draw the training loss; nothing while there is none."""
    if not points:
        return
    (first, start), (last, end) = points[0], points[-1]
    chart(
        loss_curve(points),
        alt=f"Training loss from {start:.3f} at step {first} to {end:.3f} at step {last}.",
        key="loss",
        twin=tables.table(({"step": step, "loss": loss} for step, loss in points), ("step", "loss")),
        caption="Training loss: mean over the steps since the previous point.",
    )


def log(run: str) -> None:
    """Draw the end of a run's output."""
    with st.expander("End of the log", key="log"):
        st.code("\n".join(queueing.log(run, data.home())) or "nothing was written yet", language=None)


def _at_work(state: Standing) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            RUN.link_id(state.id, run=state.id)
            st.caption(f"{state.status} since {formats.moment(state.since)}", width="content")
            if state.status != "cancelling" and st.button("Cancel", key=f"cancel-{state.id}"):
                ask(queueing.cancel, state.id)
        if state.progress is None:
            st.caption(plain(state.doing))
        else:
            st.progress(state.progress, text=plain(state.doing))
