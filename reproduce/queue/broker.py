"""The queue itself: everything that knows DBOS.

One workflow stands for one attempt at a run; its name is the attempt's. DBOS keeps the rows, hands each to one
worker, counts the slots, and gives a dead worker's rows out again. Beside it we keep:

- the run's deduplication by name (DBOS's ``deduplication_id``, held while an attempt is queued or running);
- the spec, in the row: a worker on another machine has no other way to it. The record goes back the same way, as the
  workflow's result (``answers.py``), where the queue is shared;
- the child process. A workflow here is one function without DBOS steps: what it did is seen in the run's folder, so
  a repeated workflow looks there first. Cancelling a workflow only changes its row; the worker reads it and ends
  the child;
- the ends that no workflow writes (cancelled in the queue, broken, given up). The worker lands those and then
  deletes the row: the record is the history, the queue holds only what is still to happen.

DBOS takes two seconds to import, so it is imported where it is used.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from corpus.files import dump_json_record
from corpus.home import Home
from corpus.records.run import RunSpec
from reproduce.queue.attempts import run_of, submitted_at
from reproduce.queue.errors import QueueAwayError, QueueMissingError
from reproduce.queue.places import is_shared, queue_url

if TYPE_CHECKING:
    from dbos import DBOSClient, WorkflowHandle

APPLICATION = "codepeft"
QUEUE = "runs"
GPU_QUEUE = "gpu-runs"  # of runs that were asked to wait for a GPU slot
WORKFLOW = "measure"
VERSION = "1"  # DBOS gives back a dead worker's rows to workers of the same version only; ours do not depend on code
EXECUTOR = "worker"  # the embedded queue's worker, for DBOS; a lock sees to it that only one bears the name
RECOVERIES = 20  # times a run is begun again after the worker died with it
HIGHEST = 9
PRIORITY = 5  # of runs for which none was asked
KEPT = timedelta(days=30)  # for which a shared queue keeps what has ended, for its askers to collect


Execute: TypeAlias = "Callable[[str, str | None, bool], str | None]"
"""Carries out an attempt; given its name, its spec as JSON, and whether it was asked to use a GPU slot."""


class Hold(StrEnum):
    """Whether a worker may go on with an attempt."""

    OURS = "ours"
    CANCELLED = "cancelled"
    TAKEN_OVER = "taken over"  # it was thought dead, and another worker has the attempt now


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
    executor: str | None = None  # the worker that has it or had it last
    answer: str | None = None  # what the worker of a shared queue gave back
    queue: str = QUEUE

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

    def enqueue(self, attempt: str, spec: RunSpec, *, priority: int = PRIORITY, gpu: bool = False) -> str:
        """Queue an attempt at a run, unless one is queued or running already; return the one that is.

        ``priority``: 0 to HIGHEST, the higher is taken first. ``gpu``: only a GPU slot may take it.
        """
        from dbos import WorkflowSerializationFormat

        with _away():
            handle: WorkflowHandle[str | None] = self._client.enqueue(
                {
                    "workflow_name": WORKFLOW,
                    "queue_name": GPU_QUEUE if gpu else QUEUE,
                    "workflow_id": attempt,
                    "deduplication_id": run_of(attempt),
                    "duplication_policy": "return-existing",
                    "priority": HIGHEST + 1 - priority,  # DBOS takes the smallest number first, from 1 on
                    "serialization_type": WorkflowSerializationFormat.PORTABLE,
                },
                attempt,
                dump_json_record(spec),
                gpu,
            )
            return str(handle.workflow_id)

    def tickets(self, attempts: Sequence[str] | None = None) -> list[Ticket]:
        """Return the rows, or those of the attempts named, oldest attempt first."""
        if attempts is not None and not attempts:
            return []
        with _away():
            rows = self._client.list_workflows(
                name=WORKFLOW,
                workflow_ids=None if attempts is None else list(attempts),
                load_input=False,
                load_output=True,
            )
        return sorted((_ticket(row) for row in rows), key=lambda ticket: ticket.attempt.rpartition(".")[2])

    def waiting(self) -> list[Ticket]:
        """Return the rows that are queued or taken, oldest attempt first."""
        with _away():
            rows = self._client.list_workflows(
                name=WORKFLOW, status=["ENQUEUED", "DELAYED", "PENDING"], load_input=False, load_output=False
            )
        return sorted((_ticket(row) for row in rows), key=lambda ticket: ticket.attempt.rpartition(".")[2])

    def hold(self, attempt: str, executor: str) -> Hold:
        """Return whether a worker still has an attempt; a row that is gone counts as cancelled."""
        tickets = self.tickets([attempt])
        if not tickets or tickets[0].standing is Standing.CANCELLED:
            return Hold.CANCELLED
        return Hold.OURS if tickets[0].executor == executor else Hold.TAKEN_OVER

    def cancel(self, attempts: Sequence[str]) -> None:
        """Mark attempts as cancelled. What runs goes on until its worker reads this."""
        with _away():
            self._client.cancel_workflows(list(attempts))

    def set_slots(self, slots: Mapping[str, int], *, poll: float) -> None:
        """Say how many attempts of each queue a worker takes at once, and how often, in seconds, it looks for them.

        Said before the worker starts taking: a queue that DBOS meets later waits a second for its first look.
        """
        with _away():
            for queue, number in slots.items():
                self._client.register_queue(queue, worker_concurrency=number, polling_interval_sec=poll)

    def give_out_again(self, attempt: str, executor: str) -> bool:
        """Queue an attempt again that a worker took and will not end; say whether it still was that worker's.

        DBOS changes the row only while it names that worker, so that several may ask for the same at once.
        """
        with _away():  # DBOS has no public way to do so for one row: its own recovery calls this for each
            return bool(self._client._sys_db.reenqueue_for_recovery(attempt, [executor], QUEUE))

    def forget(self, attempt: str) -> None:
        """Delete an attempt's row."""
        with _away():
            self._client.delete_workflow(attempt)

    def forget_old(self) -> None:
        """Delete the rows of attempts that ended so long ago that nobody will collect them."""
        before = (datetime.now(UTC) - KEPT).isoformat()
        with _away():
            old = self._client.list_workflows(
                name=WORKFLOW, status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
                completed_before=before, load_input=False, load_output=False,
            )  # fmt: skip
            self._client.delete_workflows([row.workflow_id for row in old])


def _ticket(row: Any) -> Ticket:
    taken = None if row.dequeued_at is None else datetime.fromtimestamp(row.dequeued_at / 1000, tz=UTC)
    error = None if row.error is None else str(row.error)
    return Ticket(
        attempt=row.workflow_id,
        standing=_STANDINGS[row.status],
        taken_at=taken,
        ever_taken=row.executor_id is not None,
        error=error,
        executor=row.executor_id,
        answer=row.output if isinstance(row.output, str) else None,
        queue=row.queue_name or QUEUE,
    )


@contextmanager
def _away() -> Iterator[None]:
    """Turn the errors of a database that cannot be reached into one sentence."""
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except DBAPIError as error:
        raise QueueAwayError(error) from None


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
    if is_shared(home):
        _migrate_once(queue_url(home))
    else:
        DBOS.migrate(queue_url(home))  # a client alone finds no tables before the first worker ran
    with _away():
        client = DBOSClient(
            system_database_url=queue_url(home), application_name=APPLICATION, retry_connection_errors=False
        )
    try:
        yield Broker(client)
    finally:
        client.destroy()


@lru_cache(maxsize=8)
def _migrate_once(url: str) -> None:
    from dbos import DBOS

    with _away():
        DBOS.migrate(url)


def tickets(home: Home, attempts: Sequence[str] | None = None) -> list[Ticket]:
    """Return the queue's rows, or those of the attempts named, oldest first; a queue never opened is empty."""
    if not is_shared(home) and not home.queue_file.exists():
        return []
    with broker(home) as opened:
        return opened.tickets(attempts)


@contextmanager
def serving(
    home: Home, execute: Execute, *, poll: float, executor: str = EXECUTOR, queues: Sequence[str] = (QUEUE,)
) -> Iterator[None]:
    """Hand queued attempts to ``execute``, as many at once as there are slots, until the block ends.

    An attempt whose ``execute`` raises a BaseException that is no Exception stays taken, and is queued again when
    the next worker starts.
    """
    from dbos import DBOS

    _quiet()
    DBOS(
        config={
            "name": APPLICATION,
            "system_database_url": queue_url(home),
            "executor_id": executor,
            "application_version": VERSION,
            "log_level": "ERROR",
            "notification_listener_polling_interval_sec": poll,  # unused here, but leaving waits for its thread
            "sys_db_pool_size": 4,
        }
    )
    DBOS.listen_queues(list(queues))

    @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=RECOVERIES)
    def measure(attempt: str, spec: str | None = None, gpu: bool = False) -> str | None:
        return execute(attempt, spec, gpu)

    DBOS.launch()
    try:
        yield
    finally:
        DBOS.destroy(destroy_registry=True)
