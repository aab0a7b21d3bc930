"""The ends of attempts that no workflow writes: cancelled in the queue, given up, or broken."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from corpus.errors import RecordError
from corpus.home import Home
from corpus.records.run import RunStatus
from reproduce.queue.broker import RECOVERIES, Broker, Standing, Ticket, broker
from reproduce.queue.execute import end_orphans
from reproduce.queue.folders import Attempt, RunFolder, all_folders
from reproduce.queue.landing import Ending, land
from reproduce.queue.locks import FileLock
from reproduce.queue.presence import lock_file

_OVER = (Standing.ENDED, Standing.CANCELLED, Standing.BROKEN, Standing.GIVEN_UP)


def reap(home: Home) -> list[str]:
    """Kill what a vanished worker left running; return the runs. Only for the holder of the worker's lock."""
    reaped = []
    for run_id, folder in all_folders(home).items():
        try:
            if end_orphans(folder):
                reaped.append(run_id)
        except RecordError:
            continue  # an attempt file spoilt by hand: the run's own lock still guards it
    return reaped


def settle(queue: Broker, home: Home, *, busy: Collection[str] = ()) -> int:
    """Land what is over and forget its row, attempts in ``busy`` excepted; return how many rows stay.

    Only for the holder of the worker's lock.
    """
    tickets = queue.tickets()
    over = [ticket for ticket in tickets if ticket.standing in _OVER and ticket.attempt not in busy]
    newest = {ticket.run_id: ticket.attempt for ticket in tickets}
    for ticket in over:
        if ticket.standing is not Standing.ENDED and newest[ticket.run_id] == ticket.attempt:
            _land_unlanded(ticket, home)
        queue.forget(ticket.attempt)
    return len(tickets) - len(over)


def settle_without_worker(home: Home) -> None:
    """Do a worker's settling when there is none; with one, it does so itself within its next look."""
    with FileLock(lock_file(home)) as lock:
        if lock.acquire():
            reap(home)
            with broker(home) as queue:
                settle(queue, home)


def _land_unlanded(ticket: Ticket, home: Home) -> None:
    folder = RunFolder(home, ticket.run_id)
    try:
        spec, attempt = folder.spec(), folder.attempt()
    except RecordError:
        return  # nothing to make a record of; `jobs` leaves the folder out, `job` names the fault
    if attempt is not None and (attempt.id > ticket.attempt or folder.has_ended(ticket.attempt)):
        return
    if attempt is None or attempt.id != ticket.attempt:
        folder.clear()  # what is there belongs to an earlier attempt
        attempt = Attempt(id=ticket.attempt, started_at=ticket.submitted_at)
    land(spec, _ending(ticket, attempt.started_at), home=home)
    folder.write_attempt(attempt.model_copy(update={"landed": True}))


def _ending(ticket: Ticket, started_at: datetime) -> Ending:
    if ticket.standing is Standing.CANCELLED:
        reason = "cancelled by its user" if ticket.ever_taken else "cancelled by its user before it started"
        return Ending(started_at, RunStatus.CANCELLED, reason)
    if ticket.standing is Standing.GIVEN_UP:
        reason = f"the worker died {RECOVERIES + 1} times while it ran this; see the log, then resume it"
        return Ending(started_at, RunStatus.LOST, reason)
    return Ending(started_at, RunStatus.LOST, f"the worker could not run it: {ticket.error or 'no reason was given'}")
