"""A worker's signs of life in a shared queue, and what it does when another's have ceased."""

from __future__ import annotations

import logging
import platform
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from corpus.home import Home
from reproduce.queue.attempts import run_of
from reproduce.queue.broker import Broker, Standing
from reproduce.queue.errors import QueueAwayError
from reproduce.queue.folders import RunFolder
from reproduce.queue.jobs import last_event
from reproduce.queue.roster import Roster, WorkerSign, roster
from reproduce.queue.settings import WorkerSettings

_log = logging.getLogger("reproduce.queue")


def worker_name(pid: int, created: float) -> str:
    """Return a name that no other worker of a shared queue bears or has borne."""
    return f"{platform.node() or 'unknown'}-{pid}-{created:.2f}"


@contextmanager
def signs_of_life(
    name: str, home: Home, pid: int, busy: Callable[[], frozenset[str]], settings: WorkerSettings
) -> Iterator[None]:
    """Say every few seconds that this worker lives and how far its runs are, in a thread of its own."""
    leaving = threading.Event()
    workers = roster(home)

    def sign() -> WorkerSign:
        return WorkerSign(host=platform.node() or "unknown", pid=pid, attempts={each: _event(each) for each in busy()})

    def _event(attempt: str) -> dict[str, object] | None:
        event = last_event(RunFolder(home, run_of(attempt)).events_file)
        return event.model_dump(mode="json", exclude_none=True) if event else None

    def beat() -> None:
        while not leaving.wait(settings.beat):
            _beat(workers, name, sign(), settings)

    workers.beat(name, sign(), lease=settings.lease)
    thread = threading.Thread(target=beat, daemon=True, name="signs-of-life")
    thread.start()
    try:
        yield
    finally:
        leaving.set()
        thread.join()
        with suppress(QueueAwayError):
            workers.leave(name)


def _beat(workers: Roster, name: str, sign: WorkerSign, settings: WorkerSettings) -> None:
    try:
        workers.beat(name, sign, lease=settings.lease)
    except QueueAwayError as error:
        _log.warning("%s; no sign of life could be given", error)


def take_from_the_dead(queue: Broker, home: Home) -> list[str]:
    """Queue again what workers took that give no sign of life any more; return the runs."""
    taken = [ticket for ticket in queue.waiting() if ticket.standing is Standing.TAKEN]
    present = roster(home).present()  # asked after the rows: who took one since then is in it
    lost = [ticket for ticket in taken if ticket.executor is not None and ticket.executor not in present]
    return [ticket.run_id for ticket in lost if queue.give_out_again(ticket.attempt, str(ticket.executor))]


class Stranded:
    """Rows that this worker took and has no more to do with: their end could not be written, or they never began.

    That happens when the database goes away just then. Given out again, a run that has its record only hands it over.
    """

    def __init__(self, executor: str, *, patience: float) -> None:
        """``patience``: seconds that a row may need between being taken and begun, or ended and written."""
        self._executor, self._patience = executor, patience
        self._since: dict[str, float] = {}

    def give_out(self, queue: Broker, busy: Callable[[], frozenset[str]]) -> list[str]:
        """Queue such rows again; return their runs."""
        mine = {
            ticket.attempt: ticket.run_id
            for ticket in queue.waiting()
            if ticket.standing is Standing.TAKEN and ticket.executor == self._executor
        }
        now, at_work = time.monotonic(), busy()
        self._since = {attempt: self._since.get(attempt, now) for attempt in mine if attempt not in at_work}
        due = [attempt for attempt, since in self._since.items() if now - since >= self._patience]
        return [mine[attempt] for attempt in due if queue.give_out_again(attempt, self._executor)]
