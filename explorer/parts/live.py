"""Runs that wait or are at work, followed while the page is open; everything is read from files and the queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from corpus.errors import CodepeftError
from explorer import data, formats, measuring, queueing, tables
from explorer.addresses import RUN
from explorer.figures.loss import loss_curve, speed_curve, validation_curve
from explorer.markup import plain
from explorer.parts.charts import chart
from explorer.parts.headings import facts
from explorer.progress import Progress
from explorer.queueing import Request, Standing
from taxonomy import Knowledge
from taxonomy.vocabulary import Metric

EVERY = 2.0  # seconds between two looks while something runs
IDLE = 5.0  # seconds between two looks while nothing does: somebody may start a run elsewhere
STARTING = 30.0  # seconds that a worker may take to begin


def live(known: Knowledge, run: str | None = None) -> None:
    """Draw what waits or is at work, with ``run`` only that one in full, and look again every few seconds.

    The whole page is drawn anew when a run began or ended, here or elsewhere.
    """
    before = queueing.moves(data.home())
    busy = bool(queueing.active(data.home(), run))

    @st.fragment(run_every=EVERY if busy else IDLE)
    def board() -> None:
        if queueing.moves(data.home()) != before:
            st.rerun()
        now = queueing.active(data.home(), run)
        _without_worker(now)
        for state in now:
            _at_work(state)
        if run is not None:
            for state in now:
                _in_full(state, known)
        elif not now:
            st.info(
                "Nothing waits or runs. The page of a method, a task or a paper has a button that measures it here."
            )

    board()


def _without_worker(waiting: Sequence[Standing]) -> None:
    """Say that nobody takes the runs, once a worker would have had the time to begin, and offer to go on."""
    if not waiting or queueing.worker_there(data.home()):
        return
    if all((datetime.now(UTC) - state.since).total_seconds() < STARTING for state in waiting):
        st.caption("A worker is starting.")
        return
    st.warning("No worker takes runs: it ended with its program or its machine. The runs wait.")
    st.button("Go on", key="go-on", on_click=queueing.start_worker, args=(data.home(),))


def _at_work(state: Standing) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            RUN.link_id(state.id, run=state.id)
            st.caption(f"{state.status} since {formats.moment(state.since)}", width="content")
            if state.status != "cancelling":
                _button("Cancel", queueing.cancel, state.id)
        if state.progress is None:
            st.caption(plain(state.doing))
        else:
            st.progress(state.progress, text=plain(state.doing))


def _in_full(state: Standing, known: Knowledge) -> None:
    """Draw speed, memory, time left, scores so far, curves and the end of the log of a run at work."""
    found = queueing.progress(state, data.home())
    speed, left = found.tokens_per_second, found.seconds_left
    whole = measuring.expected(state.spec, known)
    facts(
        (
            ("phase", found.phase or "not begun", None),
            ("step", f"{found.step:,} of {found.steps:,}" if found.step is not None and found.steps else "-", None),
            (
                "left of this phase",
                "not known yet" if left is None else f"about {formats.duration(left)}",
                "As fast as this phase went so far",
            ),
            (
                "whole run",
                "not known" if whole is None else f"about {formats.duration(whole)}",
                "By earlier runs of this experiment, on the machines that made them",
            ),
            ("tokens a second", "-" if speed is None else f"{speed:,.0f}", "Real tokens, without padding"),
            ("memory", formats.gigabytes(found.memory_gb), "Largest so far, of the run's process"),
            *((f"{known.vocabulary.label('metrics', state.spec.metric)}, {phase}", f"{value:.3f}", None)
              for phase, value in found.scores),
        )
    )  # fmt: skip
    curves(found, known.vocabulary.metric[state.spec.metric])
    log(state.id)


def curves(found: Progress, metric: Metric) -> None:
    """Draw loss, validation scores and speed as far as a run got."""
    curve([(point.step, point.loss) for point in found.points if point.loss is not None])
    validations(found.validations, metric)
    speeds = [(point.step, point.tokens_per_second) for point in found.points if point.tokens_per_second is not None]
    if speeds:
        speeds_table = ({"step": step, "tokens a second": rate} for step, rate in speeds)
        chart(
            speed_curve(speeds),
            alt=f"Tokens a second by step, from {speeds[0][1]:,.0f} to {speeds[-1][1]:,.0f}.",
            key="speed",
            twin=tables.table(speeds_table, ("step", "tokens a second")),
            caption="Real tokens a second, since the previous point.",
        )


def ended_badly(state: Standing) -> None:
    """Draw how a run ended that has no result, and the button that tries again."""
    st.warning(plain(f"This run is {state.status.replace('_', ' ')}. {state.error or ''}"))
    _button("Run again", queueing.resume, state.id)


def ended_list(states: list[Standing]) -> None:
    """Draw runs that ended without a result, a line each."""
    for state in states:
        with st.container(horizontal=True, vertical_alignment="center"):
            RUN.link_id(state.id, run=state.id)
            how = f"{state.status.replace('_', ' ')}, {formats.moment(state.since)}. {state.error or ''}"
            st.caption(plain(how), width="content")
            _button("Run again", queueing.resume, state.id)


def _button(label: str, request: Request, run: str) -> None:
    """Draw a button that asks the queue for something, and the sentence why not where that was refused.

    It is asked before anything is drawn: a board that finds that a run has begun meanwhile draws the whole page anew,
    and a click that it had not come to yet would be lost.
    """
    key = f"{label}-{run}"
    st.button(label, key=key, on_click=_ask, args=(request, run, key))
    if why_not := st.session_state.pop(_refusal(key), None):
        st.warning(plain(why_not))


def _ask(request: Request, run: str, key: str) -> None:
    try:
        request(run, data.home())
    except CodepeftError as error:
        st.session_state[_refusal(key)] = str(error)


def _refusal(key: str) -> str:
    return f"refusal-{key}"


def curve(points: Sequence[tuple[int, float]]) -> None:
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


def validations(points: Sequence[tuple[int, float]], metric: Metric) -> None:
    """Draw the scores on validation data; nothing while there are fewer than two."""
    if len(points) < 2:
        return
    (first, start), (last, end) = points[0], points[-1]
    chart(
        validation_curve(points, metric.label),
        alt=f"{metric.label} on validation data from {start:.3f} at step {first} to {end:.3f} at step {last}.",
        key="validations",
        twin=tables.table(({"step": step, metric.label: value} for step, value in points), ("step", metric.label)),
        caption=f"{metric.label} on validation data ({formats.scale_of(metric)}): what decides which step is kept.",
    )


def log(run: str) -> None:
    """Draw the end of a run's output."""
    with st.expander("End of the log", key="log"):
        st.code("\n".join(queueing.log(run, data.home())) or "nothing was written yet", language=None)
