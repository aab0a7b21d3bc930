"""The worker: takes queued runs, one after another, until it is told to stop or has been idle for long enough.

``python -m reproduce.queue.worker`` serves the folder named by CODEPEFT_HOME: one worker a folder where the queue is
embedded, any number on any number of machines where it is shared. SIGTERM or SIGINT ends it, and what it was running is
begun again by the next.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from types import FrameType

from corpus.errors import CodepeftError
from corpus.home import Home
from reproduce.lifeline import end_with_parent
from reproduce.queue.answers import packed
from reproduce.queue.broker import EXECUTOR, GPU_QUEUE, QUEUE, Broker, broker, serving
from reproduce.queue.devices import Devices
from reproduce.queue.errors import QueueAwayError, WorkerBusyError
from reproduce.queue.execute import Executor
from reproduce.queue.locks import FileLock
from reproduce.queue.places import is_shared
from reproduce.queue.presence import announce, embedded_worker, is_announced, lock_file, withdraw
from reproduce.queue.processes import identity
from reproduce.queue.settings import WorkerSettings
from reproduce.queue.settle import collect, reap, settle
from reproduce.queue.signs import Stranded, signs_of_life, take_from_the_dead, worker_name
from reproduce.queue.slots import serve_slots

_log = logging.getLogger("reproduce.queue")

STRANDED_BEATS = 5  # signs of life for which a row may be neither begun nor ended


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
    gpu_slots: int = 0,
    first_gpu: int = 0,
    hide_gpus: bool = False,
    background: bool = False,
    settings: WorkerSettings | None = None,
) -> None:
    """Take queued runs, ``slots`` at once, beside ``gpu_slots`` of those that wait for an accelerator.

    Returns when the queue is empty (``until_idle``), when it has been for ``idle_seconds``, or on SIGTERM and SIGINT.
    With GPU slots each of their runs sees one accelerator, counted from ``first_gpu``, and the other runs see none
    (as with ``hide_gpus``). A ``background`` worker of a shared queue serves a folder alone.

    Raise WorkerBusyError when another worker serves the folder of an embedded queue, QueueAwayError when a shared
    queue's database cannot be reached at the start, QueueMissingError when DBOS is not installed.
    """
    settings = settings or WorkerSettings()
    patience = 0.0 if until_idle else idle_seconds
    shared = is_shared(home)
    with _stop_on_signal() as stopping:
        alone = background or not shared
        with _sole_worker(home, settings, stopping, announced=not shared) if alone else nullcontext():
            if shared and slots + gpu_slots > 1:
                with broker(home):  # what is wrong with the database is said here, once
                    pass
                serve_slots(home, slots, gpu_slots, patience, settings, stopping)
            else:
                numbers = {QUEUE: slots, GPU_QUEUE: gpu_slots}
                devices = Devices(gpu_slots, first=first_gpu, hide=hide_gpus)
                served = {queue: number for queue, number in numbers.items() if number}
                _serve(home, served, devices, patience, settings, stopping)


def _serve(
    home: Home,
    slots: Mapping[str, int],
    devices: Devices,
    patience: float | None,
    settings: WorkerSettings,
    stopping: threading.Event,
) -> None:
    """Take runs of the queues named, each with its number of slots."""
    busy, me, shared = _Busy(), identity(os.getpid()), is_shared(home)
    name = worker_name(me.pid, me.created) if shared else EXECUTOR
    with broker(home) as queue:
        for run_id in reap(home):
            _log.info("%s was left running by an earlier worker; ended, to begin again", run_id)
        executor = Executor(home, settings, lambda attempt: queue.hold(attempt, name), stopping, devices)

        def execute(attempt: str, spec: str | None, gpu: bool) -> str | None:
            with busy(attempt):
                record = executor(attempt, spec, gpu)
                return packed(record, home=home) if record is not None and shared else None

        queue.set_slots(slots, poll=settings.poll)
        signs = signs_of_life(name, home, me.pid, busy.now, settings) if shared else nullcontext()
        with signs, serving(home, execute, poll=settings.poll, executor=name, queues=list(slots)):
            try:
                if shared:
                    _watch_shared(queue, home, name, list(slots), busy, stopping, patience, settings)
                else:
                    _watch(queue, home, busy, stopping, patience, settings)
            finally:
                stopping.set()
                busy.wait_until_none(settings.grace + settings.lock_wait)
        if home.work.is_dir() and not shared:
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


def _watch_shared(
    queue: Broker,
    home: Home,
    name: str,
    queues: list[str],
    busy: _Busy,
    stopping: threading.Event,
    patience: float | None,
    settings: WorkerSettings,
) -> None:
    """Give out again what dead workers had, until told to stop or idle for longer than ``patience`` seconds.

    Idle means that nothing waits or runs anywhere: what another worker has may come back to be taken.
    """
    idle_since = time.monotonic()
    next_tidying = 0.0
    stranded = Stranded(name, patience=STRANDED_BEATS * settings.beat)
    while not stopping.wait(settings.poll):
        if not home.root.is_dir():
            _log.warning("the folder that this worker serves is gone")
            return
        try:
            if time.monotonic() >= next_tidying:
                for run_id in take_from_the_dead(queue, home):
                    _log.info("%s was with a worker that gives no sign of life; it is given out again", run_id)
                for run_id in stranded.give_out(queue, busy.now):
                    _log.info("%s was taken here and is not at work; it is given out again", run_id)
                queue.forget_old()
                collect(queue, home)
                next_tidying = time.monotonic() + settings.beat
            if busy.now() or any(ticket.queue in queues for ticket in queue.waiting()):
                idle_since = time.monotonic()
            elif patience is not None and time.monotonic() - idle_since >= patience:
                return
        except QueueAwayError as error:
            _log.warning("%s; tried again", error)
            idle_since = time.monotonic()
            stopping.wait(settings.beat)


@contextmanager
def _sole_worker(home: Home, settings: WorkerSettings, stopping: threading.Event, *, announced: bool) -> Iterator[None]:
    """Hold the folder's lock; wait for a worker that is leaving, refuse beside one that stays."""
    with FileLock(lock_file(home)) as lock:
        looks = max(1, round(settings.lock_wait / settings.watch))
        while not lock.acquire():
            looks -= 1
            pid = embedded_worker(home)
            if pid is not None or looks == 0 or stopping.wait(settings.watch):
                raise WorkerBusyError(pid)
        if announced:
            announce(home)
        try:
            yield
        finally:
            if announced:
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
    parser.add_argument("--gpu-slots", type=int, default=0, help="runs at once of those that wait for an accelerator")
    parser.add_argument("--first-gpu", type=int, default=0, help="the first accelerator of the GPU slots")
    parser.add_argument("--no-gpu", action="store_true", help="runs see no accelerator")
    parser.add_argument("--background", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--run", default=default.run, help=argparse.SUPPRESS)
    parser.add_argument("--fetch", default=default.fetch, help=argparse.SUPPRESS)
    times = ("poll", "watch", "grace", "lock-wait", "beat", "lease")
    for name in times:
        parser.add_argument(f"--{name}", type=float, default=getattr(default, name.replace("-", "_")), help="seconds")
    parser.add_argument("--memory-gb", type=float, help="memory that a run may take")
    parser.add_argument("--hours", type=float, help="time that a run may take")
    chosen = parser.parse_args(arguments)
    end_with_parent(signal.SIGTERM)
    logging.basicConfig(format="%(asctime)s %(message)s")
    _log.setLevel(logging.INFO)
    kept = {name: getattr(chosen, name) for name in (time.replace("-", "_") for time in times)}
    settings = WorkerSettings(
        run=chosen.run, fetch=chosen.fetch, memory_gb=chosen.memory_gb, hours=chosen.hours, **kept
    )
    try:
        worker(
            home=Home.from_environment(),
            until_idle=chosen.until_idle,
            idle_seconds=chosen.idle_seconds,
            slots=chosen.slots,
            gpu_slots=chosen.gpu_slots,
            first_gpu=chosen.first_gpu,
            hide_gpus=chosen.no_gpu,
            background=chosen.background,
            settings=settings,
        )
    except CodepeftError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
