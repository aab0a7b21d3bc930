"""A run's work folder: ``work/<run>/`` with the spec, the log, what the run writes, and at the end the record."""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Self

from pydantic import AwareDatetime

from corpus.errors import Problem, RecordError, lookup
from corpus.files import dump_json_record, read_json_record, read_run, write_text
from corpus.home import Home
from corpus.records.base import Record, Text
from corpus.records.run import RunRecord, RunSpec
from reproduce.queue.processes import Identity, identity, is_alive
from reproduce.run import CHECKPOINT_FOLDER

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_@-]*")  # no separators, no leading dot: always a folder inside work/


class Attempt(Record):
    """One attempt at a run, as far as it got. Written by the worker, read by the next worker if this one dies."""

    id: Text
    started_at: AwareDatetime
    pid: int | None = None  # of the process at work, None before it started
    created: float | None = None  # its start time, seconds since the epoch
    host: Text | None = None  # the machine of the worker; None in files of earlier versions
    worker_pid: int | None = None
    worker_created: float | None = None
    landed: bool = False  # its record is in place

    @property
    def process(self) -> Identity | None:
        """The process at work, if one was started."""
        return None if self.pid is None or self.created is None else Identity(self.pid, self.created)

    @classmethod
    def begun_here(cls, attempt_id: str) -> Self:
        """Return an attempt that this process begins now."""
        me = identity(os.getpid())
        return cls(
            id=attempt_id,
            started_at=datetime.now(UTC),
            host=platform.node() or None,
            worker_pid=me.pid,
            worker_created=me.created,
        )

    @property
    def is_orphaned(self) -> bool:
        """Whether its worker was of this machine and is gone, so that its process is nobody's."""
        if self.worker_pid is None or self.worker_created is None:
            return True
        if self.host != (platform.node() or None):
            return False
        return not is_alive(Identity(self.worker_pid, self.worker_created))


class RunFolder:
    """The places of one run."""

    def __init__(self, home: Home, run_id: str) -> None:
        self.run_id = run_id
        self.root = home.work / run_id
        self.spec_file = self.root / "spec.json"
        self.attempt_file = self.root / "attempt.json"
        self.wanted_file = self.root / "wanted"
        self.record_file = self.root / "record.json"
        self.lock_file = self.root / "lock"
        self.log = self.root / "log.txt"
        self.fetch_error = self.root / "fetch-error.txt"
        self.out = self.root / "out"
        self.events_file = self.out / "events.jsonl"

    def spec(self) -> RunSpec:
        """Return what the run is to do; raise RecordError when the file is missing, faulty or another run's."""
        spec: RunSpec = read_json_record(self.spec_file, RunSpec)
        if spec.run_id() != self.run_id:
            problem = f"it is the spec of {spec.run_id()}, not of {self.run_id}; the file was changed by hand"
            raise RecordError([Problem(self.spec_file.name, "", problem)])
        return spec

    def write_spec(self, spec: RunSpec) -> None:
        """Write down what the run is to do."""
        write_text(self.spec_file, dump_json_record(spec))

    def attempt(self) -> Attempt | None:
        """Return the latest attempt that a worker began; None when there was none."""
        if not self.attempt_file.exists():
            return None
        attempt: Attempt = read_json_record(self.attempt_file, Attempt)
        return attempt

    def write_attempt(self, attempt: Attempt) -> None:
        """Write down how far an attempt got."""
        write_text(self.attempt_file, dump_json_record(attempt))

    def record(self) -> RunRecord | None:
        """Return how the latest attempt ended; None when it did not end yet."""
        return read_run(self.record_file) if self.record_file.exists() else None

    def want(self, attempt_id: str) -> None:
        """Write down which attempt was queued last."""
        write_text(self.wanted_file, attempt_id)

    def has_ended(self, attempt_id: str) -> bool:
        """Return whether an attempt, or one after it, has its record in place."""
        attempt = self.attempt()
        return attempt is not None and attempt.landed and attempt.id >= attempt_id

    def wanted(self) -> str | None:
        """Return the attempt that was queued last from this folder; None when none was."""
        return self.wanted_file.read_text(encoding="utf-8") if self.wanted_file.exists() else None

    def is_settled(self) -> bool:
        """Return whether the attempt queued last has its record in place, so that the queue has nothing to add."""
        wanted = self.wanted()
        return wanted is not None and self.has_ended(wanted)

    def clear(self) -> None:
        """Remove what an earlier attempt left, but for its last checkpoint: the run goes on from there."""
        for entry in self.out.iterdir() if self.out.is_dir() else ():
            if entry.name != CHECKPOINT_FOLDER:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        for file in (self.log, self.record_file, self.fetch_error):
            file.unlink(missing_ok=True)
        self.out.mkdir(parents=True, exist_ok=True)


def all_folders(home: Home) -> Mapping[str, RunFolder]:
    """Return the work folders by run, in the order of their names."""
    if not home.work.is_dir():
        return {}
    names = sorted(entry.name for entry in home.work.iterdir() if _RUN_ID.fullmatch(entry.name))
    return {name: RunFolder(home, name) for name in names if (home.work / name / "spec.json").is_file()}


def folder_of(run_id: str, *, home: Home) -> RunFolder:
    """Return a run's work folder; raise UnknownNameError for a run that was never queued here."""
    if _RUN_ID.fullmatch(run_id) and (home.work / run_id / "spec.json").is_file():
        return RunFolder(home, run_id)
    return lookup("run", run_id, all_folders(home))
