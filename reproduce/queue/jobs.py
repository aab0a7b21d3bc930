"""What the queue's runs are doing, cheap enough to ask every second."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
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
from reproduce.queue.broker import Standing, Ticket, tickets
from reproduce.queue.folders import RunFolder, all_folders, folder_of
from reproduce.queue.measured import own_record
from reproduce.queue.presence import worker_alive
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


def jobs(*, home: Home) -> list[JobState]:
    """Return every run that was ever queued here: those at work, those waiting in their order, then the latest ended.

    A run whose worker is gone counts as queued: the next worker begins it again.
    """
    folders = all_folders(home).values()
    latest = _latest(folders, home)
    alive = worker_alive(home=home) is not None
    states = [state for folder in folders if (state := _state(folder, latest, alive, home))]
    waiting = sorted((state for state in states if not state.status.ended), key=_waiting_order)
    ended = sorted((state for state in states if state.status.ended), key=lambda state: state.since, reverse=True)
    return [*waiting, *ended]


def job(run_id: str, *, home: Home) -> JobState:
    """Return one run; raise UnknownNameError when it was never queued here, RecordError when its files are faulty."""
    folder = folder_of(run_id, home=home)
    alive = worker_alive(home=home) is not None
    return _state_of(folder.spec(), folder, _latest([folder], home).get(run_id), alive=alive, home=home)


def log_tail(run_id: str, lines: int = 50, *, home: Home) -> list[str]:
    """Return the last lines of a run's output, without line ends; raise UnknownNameError for an unknown run."""
    text = tail(folder_of(run_id, home=home).log)
    return text.splitlines()[-lines:] if lines > 0 else []


def events(run_id: str, *, home: Home) -> list[Event]:
    """Return all that a run reported of its latest attempt; raise UnknownNameError for an unknown run."""
    file = folder_of(run_id, home=home).events_file
    return list(_parsed(file.read_text(encoding="utf-8", errors="replace"))) if file.exists() else []


def _latest(folders: Collection[RunFolder], home: Home) -> dict[str, Ticket]:
    """Return each run's latest row, without asking the queue when every run has its end in its folder."""
    if all(_is_settled(folder) for folder in folders):
        return {}  # asking takes seconds the first time, for importing DBOS
    return {ticket.run_id: ticket for ticket in tickets(home)}


def _is_settled(folder: RunFolder) -> bool:
    try:
        return folder.is_settled()
    except RecordError:
        return False


def _waiting_order(state: JobState) -> tuple[bool, datetime]:
    return state.status is JobStatus.QUEUED, state.since


def _state(folder: RunFolder, latest: Mapping[str, Ticket], alive: bool, home: Home) -> JobState | None:
    try:
        spec = _read_spec(folder.spec_file, _stamp(folder.spec_file))
        return _state_of(spec, folder, latest.get(folder.run_id), alive=alive, home=home)
    except RecordError:
        return None  # one folder spoilt by hand must not hide the others


def _state_of(spec: RunSpec, folder: RunFolder, ticket: Ticket | None, *, alive: bool, home: Home) -> JobState:
    event = _last_event(folder.events_file)
    if ticket is not None and ticket.standing in (Standing.QUEUED, Standing.TAKEN):
        if ticket.standing is Standing.TAKEN and alive:
            since = ticket.taken_at or ticket.submitted_at
            return JobState(id=folder.run_id, spec=spec, status=JobStatus.RUNNING, since=since, event=event)
        return JobState(id=folder.run_id, spec=spec, status=JobStatus.QUEUED, since=ticket.submitted_at)
    if ticket is not None and ticket.standing is Standing.CANCELLED and not folder.has_ended(ticket.attempt):
        return JobState(
            id=folder.run_id, spec=spec, status=JobStatus.CANCELLING, since=ticket.submitted_at, event=event
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


def _last_event(path: Path) -> Event | None:
    for line in reversed(tail(path).splitlines()):
        if event := next(_parsed(line), None):
            return event
    return None
