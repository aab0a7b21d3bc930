"""One attempt at a run, from its row in the queue to its record.

May be called again for the same attempt after a worker died with it; what is on disk says what is left to do.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from corpus.files import write_text
from corpus.home import Home
from corpus.records.run import RunRecord, RunStatus
from reproduce.lifeline import PARENT
from reproduce.queue.attempts import run_of
from reproduce.queue.broker import Hold
from reproduce.queue.devices import Devices
from reproduce.queue.errors import QueueAwayError
from reproduce.queue.folders import Attempt, RunFolder
from reproduce.queue.landing import Ending, ending_of_process, land, left_finished
from reproduce.queue.limits import Limits
from reproduce.queue.locks import FileLock
from reproduce.queue.processes import Child, kill_orphan
from reproduce.queue.settings import WorkerSettings

_log = logging.getLogger("reproduce.queue")


class WorkerStoppingError(BaseException):
    """The worker ends, or may not go on with the attempt; it stays taken, for another worker to begin again.

    No Exception, because DBOS records those as the workflow's end.
    """


@dataclass(frozen=True)
class Executor:
    """Carries out attempts, several at once if need be, each in the thread that calls it."""

    home: Home
    settings: WorkerSettings
    hold: Callable[[str], Hold]
    stopping: threading.Event
    devices: Devices = field(default_factory=lambda: Devices(0))

    def __call__(self, attempt_id: str, spec: str | None = None, gpu: bool = False) -> RunRecord | None:
        """Carry out an attempt and return its landed record, None when it was cancelled before it began.

        ``spec``: as JSON, for a folder that does not have it yet. Raise WorkerStoppingError when the worker ends
        meanwhile or the attempt is another worker's by now.
        """
        if self._is_cancelled(attempt_id):
            return None  # nothing was begun; the worker's settling writes the record
        folder = RunFolder(self.home, run_of(attempt_id))
        if spec is not None and not folder.spec_file.exists():
            write_text(folder.spec_file, spec)
        wanted = folder.spec()
        if end_orphans(folder):
            _log.info("%s was left running by a worker that is gone; ended, to begin again", folder.run_id)
        with FileLock(folder.lock_file) as lock, self.devices.for_run(gpu) as devices:
            if not lock.acquire_within(self.settings.lock_wait, stop=self.stopping):
                self._stop_if_asked()
                reason = "an earlier process of this run could not be ended; end it, then resume the run"
                return land(wanted, Ending(datetime.now(UTC), RunStatus.LOST, reason), home=self.home)
            earlier = folder.attempt()
            if earlier is not None and earlier.id == attempt_id and earlier.landed:
                return folder.record()
            if earlier is not None and earlier.id == attempt_id and left_finished(wanted, home=self.home):
                attempt, ending = earlier, Ending(earlier.started_at, RunStatus.FINISHED, "")
            else:
                attempt = Attempt.begun_here(attempt_id)
                folder.write_attempt(attempt)
                folder.clear()
                _log.info("%s begins", folder.run_id)
                ending = self._work(attempt, folder, lock, devices)
                self._is_cancelled(attempt_id)  # so that a run that was taken over meanwhile is not landed here too
            try:
                record = land(wanted, ending, home=self.home)
                folder.write_attempt(attempt.model_copy(update={"landed": True}))
            except OSError as error:
                _log.warning("the record of %s cannot be written (%s); it is tried again", folder.run_id, error)
                raise  # the row then says so, until the worker's settling can write
            _log.info("%s %s%s", folder.run_id, record.status, f": {record.error}" if record.error else "")
            return record

    def _work(self, attempt: Attempt, folder: RunFolder, lock: FileLock, devices: Mapping[str, str]) -> Ending:
        files = [str(folder.spec_file), str(folder.fetch_error), self.settings.fetch]
        code = self._run(attempt, folder, lock, devices, ["-m", "reproduce.queue.fetching", *files])
        if isinstance(code, Ending):
            return code
        if code != 0:
            ending = ending_of_process(code, attempt.started_at, folder.log)
            if folder.fetch_error.exists():
                reason = folder.fetch_error.read_text(encoding="utf-8").strip()
                ending = Ending(attempt.started_at, RunStatus.FAILED, reason)
            return ending
        killed_before = killed_for_memory()
        arguments = ["-m", self.settings.run, str(folder.spec_file), str(folder.out)]
        code = self._run(attempt, folder, lock, devices, arguments)
        if isinstance(code, Ending):
            return code
        short_of_memory = code == -signal.SIGKILL and killed_for_memory() > killed_before
        return ending_of_process(code, attempt.started_at, folder.log, short_of_memory=short_of_memory)

    def _run(
        self, attempt: Attempt, folder: RunFolder, lock: FileLock, devices: Mapping[str, str], arguments: list[str]
    ) -> int | Ending:
        """Run one process; return its exit code, or how the attempt ended when the process was not left to its end."""
        cancelled = Ending(attempt.started_at, RunStatus.CANCELLED, "cancelled by its user")
        self._stop_if_asked()
        if self._is_cancelled(attempt.id):
            return cancelled
        variables = {**environment(self.home), **devices, PARENT: str(os.getpid())}
        child = Child(arguments, log=folder.log, environment=variables, keep=lock.descriptor)
        folder.write_attempt(attempt.model_copy(update={"pid": child.identity.pid, "created": child.identity.created}))
        looks_until_asking = max(1, round(self.settings.poll / self.settings.watch))
        hold, looks, limits = Hold.OURS, 0, Limits.of(self.settings)
        while child.running and hold is Hold.OURS and not self.stopping.wait(self.settings.watch):
            looks += 1
            if looks % looks_until_asking == 0:
                hold = self._hold(attempt.id)
                if broken := limits.broken_by(child):
                    child.collect()  # at once, and without a record of its own: what it says now is that it was stopped
                    return Ending(attempt.started_at, *broken)
        if child.running:
            child.ask_to_end(patience=self.settings.grace)
        code = child.collect()
        if hold is Hold.CANCELLED:
            return cancelled
        self._stop_if(hold)
        self._stop_if_asked()
        return code

    def _is_cancelled(self, attempt_id: str) -> bool:
        hold = self._hold(attempt_id)
        self._stop_if(hold)
        return hold is Hold.CANCELLED

    def _hold(self, attempt_id: str) -> Hold:
        """Return whether the attempt is still ours; while the database is away nothing says otherwise."""
        try:
            return self.hold(attempt_id)
        except QueueAwayError as error:
            _log.warning("%s; %s goes on", error, run_of(attempt_id))
            return Hold.OURS

    def _stop_if(self, hold: Hold) -> None:
        if hold is Hold.TAKEN_OVER:
            _log.warning(
                "an attempt was given to another worker, since this one gave no sign of life; it is left to it"
            )
            raise WorkerStoppingError

    def _stop_if_asked(self) -> None:
        if self.stopping.is_set():
            raise WorkerStoppingError


def environment(home: Home) -> dict[str, str]:
    """Return the environment in which a process finds the same folders as this one."""
    named = {"CODEPEFT_HOME": str(home.root), "CODEPEFT_DATA": home.data, "CODEPEFT_DATABASE_URL": home.database_url}
    return {**os.environ, **{name: str(value) for name, value in named.items() if value is not None}}


def end_orphans(folder: RunFolder) -> bool:
    """Kill what a vanished worker left running of an attempt; say whether there was something."""
    attempt = folder.attempt()
    if attempt is None or attempt.landed or attempt.process is None or not attempt.is_orphaned:
        return False
    return kill_orphan(attempt.process)


def killed_for_memory() -> int:
    """Return how many processes the system has killed for want of memory since it started; 0 where it does not tell."""
    counters = Path("/proc/vmstat")
    if counters.is_file():
        for line in counters.read_text(encoding="ascii").splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0
