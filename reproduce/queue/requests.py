"""What a user can ask of the queue: run this, stop that, try it again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.home import Home
from corpus.records.run import RunSpec
from reproduce.queue.attempts import new_attempt
from reproduce.queue.broker import PRIORITY, Broker, broker
from reproduce.queue.errors import NotInQueueError
from reproduce.queue.folders import RunFolder, folder_of
from reproduce.queue.jobs import JobState, JobStatus, job
from reproduce.queue.measured import measured
from reproduce.queue.places import is_shared
from reproduce.queue.settle import collect, settle_without_worker


class Answer(StrEnum):
    """What became of a request to run a spec."""

    QUEUED = "queued"
    ALREADY_QUEUED = "already queued"  # or running
    ALREADY_MEASURED = "already measured"


@dataclass(frozen=True)
class Job:
    """One spec, the name of its run, and what became of the request."""

    id: str
    spec: RunSpec
    answer: Answer


def submit(
    specs: Iterable[RunSpec], *, home: Home, force: bool = False, priority: int = PRIORITY, gpu: bool = False
) -> list[Job]:
    """Queue a run for each spec, in their order; nothing runs until a worker does.

    ``priority``: 0 to 9, the higher is taken first. ``gpu``: the runs wait for a worker's GPU slot.

    A spec with a finished record of one's own is not run again unless forced; one that is queued or running is not
    queued twice, forced or not. Raise QueueMissingError when DBOS is not installed.
    """
    wanted = list(specs)
    due = {spec.run_id(): spec for spec in wanted if force or measured(spec, home=home) is None}
    answers = _enqueue_all(list(due.values()), home=home, force=force, priority=priority, gpu=gpu) if due else {}
    return [Job(spec.run_id(), spec, answers.get(spec.run_id(), Answer.ALREADY_MEASURED)) for spec in wanted]


def _enqueue_all(specs: Sequence[RunSpec], *, home: Home, force: bool, priority: int, gpu: bool) -> dict[str, Answer]:
    answers = {}
    with broker(home) as queue:
        # A queue tells its own rows apart by the run's name, but not those of the queue for the other kind of slot.
        active = {ticket.run_id: ticket.attempt for ticket in queue.waiting()}
        if is_shared(home):
            collect(queue, home)
        for spec in specs:
            folder = RunFolder(home, spec.run_id())
            # A record is in place before its row ends: what is neither in the rows read above nor measured now is due.
            if spec.run_id() not in active and not force and measured(spec, home=home) is not None:
                continue
            folder.write_spec(spec)  # before its row: a worker may take it at once
            if spec.run_id() in active:
                folder.want(active[spec.run_id()])
                answers[spec.run_id()] = Answer.ALREADY_QUEUED
            else:
                new = _enqueue(folder, spec, queue, priority=priority, gpu=gpu)
                answers[spec.run_id()] = Answer.QUEUED if new else Answer.ALREADY_QUEUED
    return answers


def _enqueue(folder: RunFolder, spec: RunSpec, queue: Broker, *, priority: int = PRIORITY, gpu: bool = False) -> bool:
    """Queue a new attempt at a run; return False when one is queued or running already."""
    attempt = new_attempt(folder.run_id)
    folder.want(attempt)  # before its row, so that an earlier attempt's end is not taken for its own
    active = queue.enqueue(attempt, spec, priority=priority, gpu=gpu)
    if active != attempt:
        folder.want(active)
    return active == attempt


def cancel(run_id: str, *, home: Home) -> JobState:
    """Stop a run: take it off the queue, or have the worker end its processes. Return its state now.

    A running one is ``cancelling`` until its worker has ended it (seconds). Raise UnknownNameError for a run that
    was never queued here, NotInQueueError for one that is neither queued nor running.
    """
    folder_of(run_id, home=home)
    with broker(home) as queue:
        active = [ticket.attempt for ticket in queue.waiting() if ticket.run_id == run_id]
        queue.cancel(active)
    if not active:
        raise NotInQueueError(run_id, job(run_id, home=home).status, "only a queued or running run can be cancelled")
    settle_without_worker(home)
    return job(run_id, home=home)


def resume(run_id: str, *, home: Home) -> JobState:
    """Queue a run that did not finish once more, from its beginning. Return its state now.

    Raise UnknownNameError for a run that was never queued here, NotInQueueError for one that is queued, running or
    finished.
    """
    folder = folder_of(run_id, home=home)
    status = job(run_id, home=home).status
    if status is JobStatus.FINISHED:
        raise NotInQueueError(run_id, status, "submit its spec with force to measure it again")
    with broker(home) as queue:
        if not _enqueue(folder, folder.spec(), queue):
            raise NotInQueueError(run_id, status, "there is nothing to resume")
    return job(run_id, home=home)
