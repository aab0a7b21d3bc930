"""The worker: takes queued runs, one after another, until it is told to stop or has been idle for long enough.

``python -m reproduce.queue.worker`` serves the folder named by CODEPEFT_HOME. One worker a folder; SIGTERM or SIGINT
ends it, and what it was running is begun again by the next.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from corpus.errors import CodepeftError
from corpus.home import Home
from reproduce.queue.broker import Broker, broker, serving
from reproduce.queue.errors import WorkerBusyError
from reproduce.queue.execute import Executor
from reproduce.queue.locks import FileLock
from reproduce.queue.presence import announce, is_announced, lock_file, withdraw, worker_alive
from reproduce.queue.settings import WorkerSettings
from reproduce.queue.settle import reap, settle

_log = logging.getLogger("reproduce.queue")


class _Busy:
    """The attempts at work in this process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._attempts: set[str] = set()

    @contextmanager
    def __call__(self, attempt: str) -> Iterator[None]:
        with self._changed:
            self._attempts.add(attempt)
        try:
            yield
        finally:
            with self._changed:
                self._attempts.discard(attempt)
                self._changed.notify_all()

    def now(self) -> frozenset[str]:
        with self._changed:
            return frozenset(self._attempts)

    def wait_until_none(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._attempts, seconds)


def worker(
    *,
    home: Home,
    until_idle: bool = False,
    idle_seconds: float | None = None,
    slots: int = 1,
    settings: WorkerSettings | None = None,
) -> None:
    """Take this folder's queued runs, ``slots`` at once.

    Returns when the queue is empty (``until_idle``), when it has been for ``idle_seconds``, or on SIGTERM and SIGINT.
    Raise WorkerBusyError when another worker serves the folder, QueueMissingError when DBOS is not installed.
    """
    settings = settings or WorkerSettings()
    patience = 0.0 if until_idle else idle_seconds
    with _stop_on_signal() as stopping, _sole_worker(home, settings, stopping), broker(home) as queue:
        for run_id in reap(home):
            _log.info("%s was left running by an earlier worker; ended, to begin again", run_id)
        busy = _Busy()
        executor = Executor(home, settings, queue.is_cancelled, stopping)

        def execute(attempt: str) -> None:
            with busy(attempt):
                executor(attempt)

        queue.set_slots(slots, poll=settings.poll)
        with serving(home, execute, poll=settings.poll):
            try:
                _watch(queue, home, busy, stopping, patience, settings)
            finally:
                stopping.set()
                busy.wait_until_none(settings.grace + settings.lock_wait)
        if home.work.is_dir():
            settle(queue, home)  # what was cancelled while this worker was ending


def _watch(
    queue: Broker, home: Home, busy: _Busy, stopping: threading.Event, patience: float | None, settings: WorkerSettings
) -> None:
    """Settle what is over, again and again, until told to stop or idle for longer than ``patience`` seconds.

    Also ends when the folder is deleted: the queue's open file would outlive it, and with it this worker.
    """
    idle_since = time.monotonic()
    while True:
        if not is_announced(home):
            _log.warning("the folder that this worker serves is gone, or another worker has taken it over")
            return
        at_work = busy.now()
        if settle(queue, home, busy=at_work) or at_work:
            idle_since = time.monotonic()
        elif patience is not None and time.monotonic() - idle_since >= patience:
            withdraw(home)  # from here on a request starts a new worker; one made before shows in the queue now
            if not settle(queue, home):
                return
            announce(home)
        if stopping.wait(settings.poll):
            return


@contextmanager
def _sole_worker(home: Home, settings: WorkerSettings, stopping: threading.Event) -> Iterator[None]:
    """Hold the folder's lock; wait for a worker that is leaving, refuse beside one that stays."""
    with FileLock(lock_file(home)) as lock:
        looks = max(1, round(settings.lock_wait / settings.watch))
        while not lock.acquire():
            looks -= 1
            pid = worker_alive(home=home)
            if pid is not None or looks == 0 or stopping.wait(settings.watch):
                raise WorkerBusyError(pid)
        announce(home)
        try:
            yield
        finally:
            withdraw(home)


@contextmanager
def _stop_on_signal() -> Iterator[threading.Event]:
    """Yield an event that SIGTERM and SIGINT set, where this thread may handle signals."""
    stopping = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopping
        return

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    earlier = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopping
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def main(arguments: list[str] | None = None) -> int:
    """Serve the folder named by CODEPEFT_HOME and return the exit code."""
    default = WorkerSettings()
    parser = argparse.ArgumentParser(prog="python -m reproduce.queue.worker", description="Takes queued runs.")
    parser.add_argument("--until-idle", action="store_true", help="end when the queue is empty")
    parser.add_argument("--idle-seconds", type=float, help="end when the queue has been empty for so long")
    parser.add_argument("--slots", type=int, default=1, help="runs at once")
    parser.add_argument("--run", default=default.run, help=argparse.SUPPRESS)
    parser.add_argument("--fetch", default=default.fetch, help=argparse.SUPPRESS)
    for name in ("poll", "watch", "grace", "lock-wait"):
        parser.add_argument(f"--{name}", type=float, default=getattr(default, name.replace("-", "_")), help="seconds")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(format="%(asctime)s %(message)s")
    _log.setLevel(logging.INFO)
    settings = WorkerSettings(chosen.run, chosen.fetch, chosen.poll, chosen.watch, chosen.grace, chosen.lock_wait)
    try:
        worker(
            home=Home.from_environment(),
            until_idle=chosen.until_idle,
            idle_seconds=chosen.idle_seconds,
            slots=chosen.slots,
            settings=settings,
        )
    except CodepeftError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
