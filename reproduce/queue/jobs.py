"""What the queue's runs are doing, cheap enough to ask every second."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from corpus.errors import RecordError
from corpus.files import read_json_record, read_run
from corpus.home import Home
from corpus.records.base import Record
from corpus.records.run import RunRecord, RunSpec
from reproduce.queue.broker import Standing, Ticket, broker, tickets
from reproduce.queue.folders import RunFolder, all_folders, folder_of
from reproduce.queue.measured import own_record
from reproduce.queue.places import is_shared
from reproduce.queue.presence import workers_present
from reproduce.queue.roster import WorkerSign
from reproduce.queue.settle import collect, status_of_broken
from reproduce.queue.tails import tail


class JobStatus(StrEnum):
    """Where a run stands: in the queue, at work, or how it ended (as in RunStatus)."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    OUT_OF_MEMORY = "out_of_memory"
    NOT_A_NUMBER = "not_a_number"
    DISK_FULL = "disk_full"
    READ_ONLY = "read_only"
    LOST = "lost"

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to the run unless somebody asks."""
        return self not in (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.CANCELLING)


class Event(BaseModel):
    """One line that a run wrote while it ran. None: not said."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    time: AwareDatetime | None = None
    phase: str | None = None
    step: int | None = None
    steps: int | None = None
    loss: float | None = None
    tokens_per_second: float | None = None
    metric: str | None = None
    value: float | None = None  # of the metric, where an evaluation ended
    memory_gb: float | None = None
    message: str | None = None


class JobState(Record):
    """One run as the queue knows it."""

    id: str
    spec: RunSpec
    status: JobStatus
    since: AwareDatetime
    error: str | None = None  # one sentence, when it ended badly
    event: Event | None = None  # the last one
    host: str | None = None  # the machine that is at it, where the queue is shared


def jobs(*, home: Home) -> list[JobState]:
    """Return every run that was ever queued here: those at work, those waiting in their order, then the latest ended.

    A run whose worker is gone counts as queued: the next worker begins it again.
    """
    folders = all_folders(home).values()
    seen = _look(folders, home)
    states = [state for folder in folders if (state := _state(folder, seen, home))]
    waiting = sorted((state for state in states if not state.status.ended), key=_waiting_order)
    ended = sorted((state for state in states if state.status.ended), key=lambda state: state.since, reverse=True)
    return [*waiting, *ended]


def job(run_id: str, *, home: Home) -> JobState:
    """Return one run; raise UnknownNameError when it was never queued here, RecordError when its files are faulty."""
    folder = folder_of(run_id, home=home)
    return _state_of(folder.spec(), folder, _look([folder], home), home=home)


def log_tail(run_id: str, lines: int = 50, *, home: Home) -> list[str]:
    """Return the last lines of a run's output, without line ends; raise UnknownNameError for an unknown run."""
    text = tail(folder_of(run_id, home=home).log)
    return text.splitlines()[-lines:] if lines > 0 else []


def events(run_id: str, *, home: Home) -> list[Event]:
    """Return all that a run reported of its latest attempt; raise UnknownNameError for an unknown run."""
    file = folder_of(run_id, home=home).events_file
    return list(_parsed(file.read_text(encoding="utf-8", errors="replace"))) if file.exists() else []


@dataclass(frozen=True)
class _Seen:
    """What the queue says: each run's latest row, and the workers that live."""

    latest: Mapping[str, Ticket]
    workers: Mapping[str, WorkerSign]


def _look(folders: Collection[RunFolder], home: Home) -> _Seen:
    """Look into the queue, unless every run has its end in its folder; land what came back through a shared one."""
    if all(_is_settled(folder) for folder in folders):
        return _Seen({}, {})  # asking takes seconds the first time, for importing DBOS
    if is_shared(home):
        with broker(home) as queue:
            rows = collect(queue, home)
    else:
        rows = tickets(home)
    return _Seen({ticket.run_id: ticket for ticket in rows}, workers_present(home))


def _is_settled(folder: RunFolder) -> bool:
    try:
        return folder.is_settled()
    except RecordError:
        return False


def _waiting_order(state: JobState) -> tuple[bool, datetime]:
    return state.status is JobStatus.QUEUED, state.since


def _state(folder: RunFolder, seen: _Seen, home: Home) -> JobState | None:
    try:
        return _state_of(_read_spec(folder.spec_file, _stamp(folder.spec_file)), folder, seen, home=home)
    except RecordError:
        return None  # one folder spoilt by hand must not hide the others


def _state_of(spec: RunSpec, folder: RunFolder, seen: _Seen, *, home: Home) -> JobState:
    event = last_event(folder.events_file)
    ticket = seen.latest.get(folder.run_id)
    if ticket is not None and not folder.has_ended(ticket.attempt):
        sign = seen.workers.get(ticket.executor or "")
        if is_shared(home):
            event = _told_event(sign, ticket.attempt) or event
        if (status := _status_in_queue(ticket, sign)) is not None:
            running = status is JobStatus.RUNNING
            return JobState(
                id=folder.run_id,
                spec=spec,
                status=status,
                since=(ticket.taken_at if running else None) or ticket.submitted_at,
                error=ticket.error if status.ended else None,
                event=None if status is JobStatus.QUEUED else event,
                host=sign.host if running and sign and is_shared(home) else None,
            )
    record = _record(spec, folder, home)
    if record is None:
        since = datetime.fromtimestamp(folder.spec_file.stat().st_mtime, tz=UTC)
        error = "it is not in the queue and left no record; resume it"
        return JobState(id=folder.run_id, spec=spec, status=JobStatus.LOST, since=since, error=error, event=event)
    status = JobStatus(record.status.value)
    return JobState(
        id=folder.run_id, spec=spec, status=status, since=record.finished_at, error=record.error, event=event
    )


def _status_in_queue(ticket: Ticket, sign: WorkerSign | None) -> JobStatus | None:
    """Return where an attempt without a record in place stands; ``sign``: of its worker, None: it is dead."""
    match ticket.standing:
        case Standing.QUEUED:
            return JobStatus.QUEUED
        case Standing.TAKEN:
            return JobStatus.QUEUED if sign is None else JobStatus.RUNNING
        case Standing.CANCELLED:
            return JobStatus.CANCELLING
        case Standing.BROKEN:  # its worker could not write; the record follows when there is room
            return JobStatus(status_of_broken(ticket).value)
        case _:
            return None


def _told_event(sign: WorkerSign | None, attempt: str) -> Event | None:
    told = sign.attempts.get(attempt) if sign else None
    return Event.model_validate(told) if told else None


def _record(spec: RunSpec, folder: RunFolder, home: Home) -> RunRecord | None:
    for path in (folder.record_file, own_record(spec, home=home)):
        if path.exists():
            return _read_run(path, _stamp(path))
    return None


def _stamp(path: Path) -> tuple[int, int]:
    """Return what changes when a file does: part of the key under which its content is kept."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_mtime_ns, status.st_ino


@lru_cache(maxsize=1024)
def _read_spec(path: Path, stamp: tuple[int, int]) -> RunSpec:
    spec: RunSpec = read_json_record(path, RunSpec)
    return spec


@lru_cache(maxsize=1024)
def _read_run(path: Path, stamp: tuple[int, int]) -> RunRecord:
    return read_run(path)


def _parsed(text: str) -> Iterator[Event]:
    for line in text.splitlines():
        try:
            yield Event.model_validate_json(line)
        except ValidationError:
            continue  # a line that is being written, or cut off by the process's end


def last_event(path: Path) -> Event | None:
    """Return the last whole event in a file; None before the first."""
    for line in reversed(tail(path).splitlines()):
        if event := next(_parsed(line), None):
            return event
    return None
