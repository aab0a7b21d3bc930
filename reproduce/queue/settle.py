"""The ends of attempts that no workflow writes: cancelled in the queue, given up, or broken."""

from __future__ import annotations

import errno
import logging
from collections.abc import Collection
from datetime import datetime

import psutil

from corpus.errors import RecordError
from corpus.files import remove_unfinished
from corpus.home import Home
from corpus.records.run import RunSpec, RunStatus
from reproduce.endings import NO_ENTRY, NO_ROOM
from reproduce.queue.broker import RECOVERIES, Broker, Standing, Ticket, broker
from reproduce.queue.execute import end_orphans
from reproduce.queue.folders import Attempt, RunFolder, all_folders
from reproduce.queue.landing import Ending, land, land_answer
from reproduce.queue.locks import FileLock
from reproduce.queue.places import is_shared
from reproduce.queue.presence import lock_file
from reproduce.queue.roster import roster

_log = logging.getLogger("reproduce.queue")

_OVER = (Standing.ENDED, Standing.CANCELLED, Standing.BROKEN, Standing.GIVEN_UP)


def reap(home: Home) -> list[str]:
    """Kill what a vanished worker left running and remove what it left half written; return the runs.

    What a living worker has stays.
    """
    reaped = []
    for run_id, folder in all_folders(home).items():
        try:
            if end_orphans(folder):
                reaped.append(run_id)
        except RecordError:
            continue  # an attempt file spoilt by hand: the run's own lock still guards it
    for place in (home.work, home.runs, home.sweeps):
        remove_unfinished(place, psutil.pid_exists)
    return reaped


def settle(queue: Broker, home: Home, *, busy: Collection[str] = ()) -> int:
    """Land what is over and forget its row, attempts in ``busy`` excepted; return how many rows stay.

    For the embedded queue, and only for the holder of the worker's lock. What cannot be written keeps its row.
    """
    tickets = queue.tickets()
    over = [ticket for ticket in tickets if ticket.standing in _OVER and ticket.attempt not in busy]
    newest = {ticket.run_id: ticket.attempt for ticket in tickets}
    stay = len(tickets) - len(over)
    for ticket in over:
        if ticket.standing is Standing.ENDED or newest[ticket.run_id] != ticket.attempt or _land_unlanded(ticket, home):
            queue.forget(ticket.attempt)
    return stay


def collect(queue: Broker, home: Home) -> list[Ticket]:
    """Land what this folder asked a shared queue for and what is over; return the rows of what is not.

    A cancelled attempt is over when no living worker is at it any more.
    """
    asked = {wanted for folder in all_folders(home).values() if (wanted := _unsettled(folder))}
    tickets = queue.tickets(sorted(asked))
    if not any(ticket.standing in _OVER for ticket in tickets):
        return tickets
    at_work = {attempt for sign in roster(home).present().values() for attempt in sign.attempts}
    over = [
        ticket
        for ticket in tickets
        if ticket.standing in _OVER and not (ticket.standing is Standing.CANCELLED and ticket.attempt in at_work)
    ]
    landed = {ticket.attempt for ticket in over if _land_unlanded(ticket, home)}
    return [ticket for ticket in tickets if ticket.attempt not in landed]


def settle_without_worker(home: Home) -> None:
    """Do a worker's settling when there is none; with one, it does so itself within its next look."""
    if is_shared(home):
        with broker(home) as queue:
            collect(queue, home)
        return
    with FileLock(lock_file(home)) as lock:
        if lock.acquire():
            reap(home)
            with broker(home) as queue:
                settle(queue, home)


def _unsettled(folder: RunFolder) -> str | None:
    try:
        return None if folder.is_settled() else folder.wanted()
    except RecordError:
        return None


def _land_unlanded(ticket: Ticket, home: Home) -> bool:
    """Put an attempt's record in place unless it is; return False when there is no writing here at present."""
    folder = RunFolder(home, ticket.run_id)
    try:
        spec, attempt = folder.spec(), folder.attempt()
        if attempt is not None and (attempt.id > ticket.attempt or folder.has_ended(ticket.attempt)):
            return True
        if attempt is None or attempt.id != ticket.attempt:
            folder.clear()  # what is there belongs to an earlier attempt
            attempt = Attempt(id=ticket.attempt, started_at=ticket.submitted_at)
        if ticket.answer is not None:
            _land_answer(spec, ticket, ticket.answer, home)
        else:
            land(spec, _ending(ticket, attempt.started_at), home=home)
        folder.write_attempt(attempt.model_copy(update={"landed": True}))
    except RecordError:
        return True  # nothing to make a record of; `jobs` leaves the folder out, `job` names the fault
    except OSError as error:
        _log.debug("the record of %s cannot be written (%s); it is kept and tried again", ticket.run_id, error)
        return False
    return True


def _land_answer(spec: RunSpec, ticket: Ticket, answer: str, home: Home) -> None:
    try:
        land_answer(spec, answer, home=home)
    except RecordError as error:
        reason = f"its record was damaged on the way: {error.problems[0]}"
        land(spec, Ending(ticket.submitted_at, RunStatus.LOST, reason), home=home)


def _ending(ticket: Ticket, started_at: datetime) -> Ending:
    if ticket.standing is Standing.CANCELLED:
        reason = "cancelled by its user" if ticket.ever_taken else "cancelled by its user before it started"
        return Ending(started_at, RunStatus.CANCELLED, reason)
    if ticket.standing is Standing.GIVEN_UP:
        reason = f"the worker died {RECOVERIES + 1} times while it ran this; see the log, then resume it"
        return Ending(started_at, RunStatus.LOST, reason)
    status = status_of_broken(ticket)
    return Ending(started_at, status, f"the worker could not run it: {ticket.error or 'no reason was given'}")


def status_of_broken(ticket: Ticket) -> RunStatus:
    """Return the status of a run whose worker failed, by what it said."""
    said = ticket.error or ""
    if any(f"[Errno {number}]" in said for number in NO_ROOM):
        return RunStatus.DISK_FULL
    if any(f"[Errno {number}]" in said for number in (errno.EROFS, *NO_ENTRY)):
        return RunStatus.READ_ONLY
    return RunStatus.LOST
