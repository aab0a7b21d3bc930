"""The queue itself: everything that knows DBOS.

One workflow stands for one attempt at a run; its name is the attempt's. DBOS keeps the rows, hands each to one
worker, counts the slots, and gives a dead worker's rows out again. Beside it we keep:

- the run's deduplication by name (DBOS's ``deduplication_id``, held while an attempt is queued or running);
- the child process. A workflow here is one function without DBOS steps: what it did is seen in the run's folder, so
  a repeated workflow looks there first. Cancelling a workflow only changes its row; the worker reads it and ends
  the child;
- the ends that no workflow writes (cancelled in the queue, broken, given up). The worker lands those and then
  deletes the row: the record is the history, the queue holds only what is still to happen.

DBOS takes two seconds to import, so it is imported where it is used.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from corpus.home import Home
from reproduce.queue.attempts import run_of, submitted_at
from reproduce.queue.errors import QueueMissingError

if TYPE_CHECKING:
    from dbos import DBOSClient, WorkflowHandle

APPLICATION = "codepeft"
QUEUE = "runs"
WORKFLOW = "measure"
VERSION = "1"  # DBOS gives back a dead worker's rows to workers of the same version only; ours do not depend on code
EXECUTOR = "worker"  # the worker's name for DBOS; the lock in presence.py sees to it that only one bears it
RECOVERIES = 20  # times a run is begun again after the worker died with it


class Standing(StrEnum):
    """Where an attempt stands in the queue."""

    QUEUED = "queued"
    TAKEN = "taken"
    CANCELLED = "cancelled"
    ENDED = "ended"
    BROKEN = "broken"  # the workflow itself failed, not the run
    GIVEN_UP = "given up"  # workers died with it too often


_STANDINGS = {
    "ENQUEUED": Standing.QUEUED,
    "DELAYED": Standing.QUEUED,
    "PENDING": Standing.TAKEN,
    "CANCELLED": Standing.CANCELLED,
    "SUCCESS": Standing.ENDED,
    "ERROR": Standing.BROKEN,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": Standing.GIVEN_UP,
}


@dataclass(frozen=True)
class Ticket:
    """One attempt's row in the queue."""

    attempt: str
    standing: Standing
    taken_at: datetime | None  # by the present worker; None while queued, and again once cancelled
    ever_taken: bool
    error: str | None = None

    @property
    def run_id(self) -> str:
        """The run it is an attempt at."""
        return run_of(self.attempt)

    @property
    def submitted_at(self) -> datetime:
        """When it was queued."""
        return submitted_at(self.attempt)


class Broker:
    """The queue's rows, seen from any process."""

    def __init__(self, client: DBOSClient) -> None:
        self._client = client

    def enqueue(self, attempt: str) -> str:
        """Queue an attempt at a run, unless one is queued or running already; return the one that is."""
        from dbos import WorkflowSerializationFormat

        handle: WorkflowHandle[None] = self._client.enqueue(
            {
                "workflow_name": WORKFLOW,
                "queue_name": QUEUE,
                "workflow_id": attempt,
                "deduplication_id": run_of(attempt),
                "duplication_policy": "return-existing",
                "serialization_type": WorkflowSerializationFormat.PORTABLE,
            },
            attempt,
        )
        return str(handle.workflow_id)

    def tickets(self, attempts: Sequence[str] | None = None) -> list[Ticket]:
        """Return the rows, or those of the attempts named, oldest attempt first."""
        rows = self._client.list_workflows(
            name=WORKFLOW,
            workflow_ids=None if attempts is None else list(attempts),
            load_input=False,
            load_output=True,
        )
        return sorted((_ticket(row) for row in rows), key=lambda ticket: ticket.attempt.rpartition(".")[2])

    def is_cancelled(self, attempt: str) -> bool:
        """Return whether an attempt was cancelled; a row that is gone counts as cancelled."""
        tickets = self.tickets([attempt])
        return not tickets or tickets[0].standing is Standing.CANCELLED

    def cancel(self, attempts: Sequence[str]) -> None:
        """Mark attempts as cancelled. What runs goes on until its worker reads this."""
        self._client.cancel_workflows(list(attempts))

    def set_slots(self, slots: int, *, poll: float) -> None:
        """Say how many attempts a worker takes at once, and how often, in seconds, it looks for them.

        Said before the worker starts taking: a queue that DBOS meets later waits a second for its first look.
        """
        self._client.register_queue(QUEUE, worker_concurrency=slots, polling_interval_sec=poll)

    def forget(self, attempt: str) -> None:
        """Delete an attempt's row."""
        self._client.delete_workflow(attempt)


def _ticket(row: Any) -> Ticket:
    taken = None if row.dequeued_at is None else datetime.fromtimestamp(row.dequeued_at / 1000, tz=UTC)
    error = None if row.error is None else str(row.error)
    return Ticket(row.workflow_id, _STANDINGS[row.status], taken, row.executor_id is not None, error)


def _url(home: Home) -> str:
    from sqlalchemy import URL

    return URL.create("sqlite", database=str(home.queue_file)).render_as_string(hide_password=False)


def _is_news(record: logging.LogRecord) -> bool:
    """Return False for what DBOS logs, with a traceback, each time a running workflow was cancelled."""
    from dbos import error

    return not (record.exc_info and isinstance(record.exc_info[1], error.DBOSAwaitedWorkflowCancelledError))


def _quiet() -> None:
    """Leave only DBOS's errors on the console."""
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.ERROR)
    logger.addFilter(_is_news)  # adding it once more changes nothing


@contextmanager
def broker(home: Home) -> Iterator[Broker]:
    """Open the queue, creating it when it is not there; raise QueueMissingError when DBOS is not installed.

    Opened anew for each request: that costs some ten milliseconds and leaves no connection to a file that may go.
    """
    try:
        from dbos import DBOS, DBOSClient
    except ImportError as error:
        raise QueueMissingError(error.name or "dbos") from None
    _quiet()
    home.root.mkdir(parents=True, exist_ok=True)
    DBOS.migrate(_url(home))  # a client alone finds no tables before the first worker ran
    client = DBOSClient(system_database_url=_url(home), application_name=APPLICATION)
    try:
        yield Broker(client)
    finally:
        client.destroy()


def tickets(home: Home) -> list[Ticket]:
    """Return the queue's rows, oldest attempt first; a queue that was never opened is empty."""
    if not home.queue_file.exists():
        return []
    with broker(home) as opened:
        return opened.tickets()


@contextmanager
def serving(home: Home, execute: Callable[[str], None], *, poll: float) -> Iterator[None]:
    """Hand queued attempts to ``execute``, as many at once as there are slots, until the block ends.

    An attempt whose ``execute`` raises a BaseException that is no Exception stays taken, and is queued again when
    the next worker starts.
    """
    from dbos import DBOS

    _quiet()
    DBOS(
        config={
            "name": APPLICATION,
            "system_database_url": _url(home),
            "executor_id": EXECUTOR,
            "application_version": VERSION,
            "log_level": "ERROR",
            "notification_listener_polling_interval_sec": poll,  # unused here, but leaving waits for its thread
        }
    )

    @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=RECOVERIES)
    def measure(attempt: str) -> None:
        execute(attempt)

    DBOS.launch()
    try:
        yield
    finally:
        DBOS.destroy(destroy_registry=True)
