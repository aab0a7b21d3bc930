"""One attempt at a run, from its row in the queue to its record.

May be called again for the same attempt after a worker died with it; what is on disk says what is left to do.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from corpus.home import Home
from corpus.records.run import RunStatus
from reproduce.queue.attempts import run_of
from reproduce.queue.folders import Attempt, RunFolder
from reproduce.queue.landing import Ending, ending_of_process, land, left_finished
from reproduce.queue.locks import FileLock
from reproduce.queue.processes import Child, kill_orphan
from reproduce.queue.settings import WorkerSettings

_log = logging.getLogger("reproduce.queue")


class WorkerStoppingError(BaseException):
    """The worker ends; the attempt stays taken, for the next worker to begin again.

    No Exception, because DBOS records those as the workflow's end.
    """


@dataclass(frozen=True)
class Executor:
    """Carries out attempts, several at once if need be, each in the thread that calls it."""

    home: Home
    settings: WorkerSettings
    is_cancelled: Callable[[str], bool]
    stopping: threading.Event

    def __call__(self, attempt_id: str) -> None:
        """Carry out an attempt; raise WorkerStoppingError when the worker ends meanwhile."""
        if self.is_cancelled(attempt_id):
            return  # nothing was begun; the worker's settling writes the record
        folder = RunFolder(self.home, run_of(attempt_id))
        spec = folder.spec()
        with FileLock(folder.lock_file) as lock:
            if not lock.acquire_within(self.settings.lock_wait, stop=self.stopping):
                self._stop_if_asked()
                reason = "an earlier process of this run could not be ended; end it, then resume the run"
                land(spec, Ending(datetime.now(UTC), RunStatus.LOST, reason), home=self.home)
                return
            earlier = folder.attempt()
            if earlier is not None and earlier.id == attempt_id and earlier.landed:
                return
            if earlier is not None and earlier.id == attempt_id and left_finished(spec, home=self.home):
                attempt, ending = earlier, Ending(earlier.started_at, RunStatus.FINISHED, "")
            else:
                attempt = Attempt(id=attempt_id, started_at=datetime.now(UTC))
                folder.write_attempt(attempt)
                folder.clear()
                _log.info("%s begins", folder.run_id)
                ending = self._work(attempt, folder, lock)
            record = land(spec, ending, home=self.home)
            folder.write_attempt(attempt.model_copy(update={"landed": True}))
            _log.info("%s %s%s", folder.run_id, record.status, f": {record.error}" if record.error else "")

    def _work(self, attempt: Attempt, folder: RunFolder, lock: FileLock) -> Ending:
        cancelled = Ending(attempt.started_at, RunStatus.CANCELLED, "cancelled by its user")
        files = [str(folder.spec_file), str(folder.fetch_error), self.settings.fetch]
        code = self._run(attempt, folder, lock, ["-m", "reproduce.queue.fetching", *files])
        if code is None:
            return cancelled
        if code != 0:
            ending = ending_of_process(code, attempt.started_at, folder.log)
            if folder.fetch_error.exists():
                reason = folder.fetch_error.read_text(encoding="utf-8").strip()
                ending = Ending(attempt.started_at, RunStatus.FAILED, reason)
            return ending
        code = self._run(attempt, folder, lock, ["-m", self.settings.run, str(folder.spec_file), str(folder.out)])
        if code is None:
            return cancelled
        return ending_of_process(code, attempt.started_at, folder.log)

    def _run(self, attempt: Attempt, folder: RunFolder, lock: FileLock, arguments: list[str]) -> int | None:
        """Run one process to its end; return its exit code, None when the attempt was cancelled."""
        self._stop_if_asked()
        if self.is_cancelled(attempt.id):
            return None
        child = Child(arguments, log=folder.log, environment=environment(self.home), keep=lock.descriptor)
        folder.write_attempt(attempt.model_copy(update={"pid": child.identity.pid, "created": child.identity.created}))
        looks_until_asking = max(1, round(self.settings.poll / self.settings.watch))
        cancelled, looks = False, 0
        while child.running and not cancelled and not self.stopping.wait(self.settings.watch):
            looks += 1
            cancelled = looks % looks_until_asking == 0 and self.is_cancelled(attempt.id)
        if child.running:
            child.ask_to_end(patience=self.settings.grace)
        code = child.collect()
        if cancelled:
            return None
        self._stop_if_asked()
        return code

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
    return attempt is not None and not attempt.landed and attempt.process is not None and kill_orphan(attempt.process)
