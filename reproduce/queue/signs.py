"""A worker's signs of life in a shared queue, and what it does when another's have ceased."""

from __future__ import annotations

import logging
import platform
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from corpus.home import Home
from reproduce.queue.attempts import run_of
from reproduce.queue.broker import Broker, Standing, give_out_again
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
    """Queue again what workers took that give no sign of life any more; return the runs. Only inside ``serving``."""
    taken = [ticket for ticket in queue.waiting() if ticket.standing is Standing.TAKEN]
    present = roster(home).present()  # asked after the rows: who took one since then is in it
    lost = [ticket for ticket in taken if ticket.executor not in present]
    give_out_again(sorted({ticket.executor for ticket in lost if ticket.executor}))
    return [ticket.run_id for ticket in lost]
