"""What the pages ask of the queue: what waits, what is at work and how far it is, and to stop or repeat a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from corpus.errors import UnknownNameError
from corpus.home import Home
from corpus.records import RunSpec
from explorer.measuring import missing as missing
from explorer.progress import Progress
from explorer.progress import progress as progress_of

if TYPE_CHECKING:
    from reproduce.queue import Event, JobState

Request = Callable[[str, Home], None]
LOG_LINES = 40


@dataclass(frozen=True)
class Standing:
    """Where a queued run stands, in words for a page. ``progress``: share of the steps, 0 to 1; None: not stepping."""

    id: str
    spec: RunSpec
    status: str
    active: bool
    since: datetime
    error: str | None
    progress: float | None
    doing: str


def active(home: Home, run: str | None = None) -> list[Standing]:
    """Return runs that wait or are at work; with ``run``, only that one."""
    return [state for state in _all(home) if state.active and run in (None, state.id)]


def ended(home: Home) -> list[Standing]:
    """Return runs of the queue that have ended, latest first."""
    return [state for state in _all(home) if not state.active]


def standing(run: str, home: Home) -> Standing | None:
    """Return where a run stands; None when it was never queued here."""
    if missing():
        return None
    from reproduce.queue import job

    try:
        return _standing(job(run, home=home))
    except UnknownNameError:
        return None


def worker_there(home: Home) -> bool:
    """Return whether a worker takes the runs."""
    from reproduce.queue import worker_alive

    return worker_alive(home=home) is not None


def start_worker(home: Home) -> None:
    """See to it that a worker takes the runs."""
    from reproduce.queue import ensure_worker

    ensure_worker(home=home)


def progress(state: Standing, home: Home) -> Progress:
    """Return how far a run is, by all that it reported of its latest attempt."""
    from reproduce.queue import events

    return progress_of(events(state.id, home=home), state.spec.metric)


def moves(home: Home) -> tuple[tuple[str, str], ...]:
    """Return each run of the queue with its status: what a page compares to notice that something began or ended."""
    return tuple((state.id, state.status) for state in _all(home))


def log(run: str, home: Home) -> list[str]:
    """Return the last lines of a run's output."""
    from reproduce.queue import log_tail

    return log_tail(run, LOG_LINES, home=home)


def cancel(run: str, home: Home) -> None:
    """Stop a run; raise NotInQueueError when it is neither waiting nor at work."""
    from reproduce import queue

    queue.cancel(run, home=home)


def resume(run: str, home: Home) -> None:
    """Queue a run that did not finish once more and see to it that a worker takes it."""
    from reproduce import queue

    queue.resume(run, home=home)
    queue.ensure_worker(home=home)


def _all(home: Home) -> list[Standing]:
    if missing():
        return []
    from reproduce.queue import jobs

    return [_standing(state) for state in jobs(home=home)]


def _standing(state: JobState) -> Standing:
    event = state.event
    progress = min(1.0, event.step / event.steps) if event and event.step is not None and event.steps else None
    return Standing(
        id=state.id,
        spec=state.spec,
        status=state.status.value,
        active=not state.status.ended,
        since=state.since,
        error=state.error,
        progress=progress,
        doing=_in_words(event),
    )


def _in_words(event: Event | None) -> str:
    if event is None:
        return "nothing reported yet"
    parts = [
        event.phase,
        f"step {event.step} of {event.steps}" if event.step is not None and event.steps else None,
        f"loss {event.loss:.4f}" if event.loss is not None else None,
        f"{event.tokens_per_second:,.0f} tokens a second" if event.tokens_per_second is not None else None,
        f"{event.memory_gb:.1f} GB" if event.memory_gb is not None else None,
        event.message,
    ]
    return ", ".join(part for part in parts if part)
