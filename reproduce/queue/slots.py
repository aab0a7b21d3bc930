"""Several slots of a shared queue: a worker process for each, since DBOS keeps one number of slots for all workers."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading

from corpus.home import Home
from reproduce.lifeline import PARENT
from reproduce.queue.execute import environment
from reproduce.queue.settings import WorkerSettings

_log = logging.getLogger("reproduce.queue")


def serve_slots(
    home: Home,
    slots: int,
    gpu_slots: int,
    patience: float | None,
    settings: WorkerSettings,
    stopping: threading.Event,
) -> None:
    """Keep a worker process for each slot until told to stop, or until all have been idle for ``patience`` seconds."""
    wanted = [["--slots=1", "--gpu-slots=0", *(["--no-gpu"] if gpu_slots else [])] for _ in range(slots)]
    wanted += [["--slots=0", "--gpu-slots=1", f"--first-gpu={number}"] for number in range(gpu_slots)]
    common = [*settings.arguments(), *([f"--idle-seconds={patience}"] if patience is not None else [])]
    processes = {number: _start([*each, *common], home) for number, each in enumerate(wanted)}
    try:
        while processes and not stopping.wait(settings.poll):
            for number, process in list(processes.items()):
                if process.poll() is None:
                    continue
                if process.returncode == 0:
                    del processes[number]
                else:
                    _log.warning("the worker of slot %d ended with %d; it is started again", number, process.returncode)
                    stopping.wait(settings.beat)
                    processes[number] = _start([*wanted[number], *common], home)
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait()


def _start(arguments: list[str], home: Home) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  (this interpreter, our own module)
        [sys.executable, "-m", "reproduce.queue.worker", *arguments],
        stdin=subprocess.DEVNULL,
        env={**environment(home), PARENT: str(os.getpid())},
        process_group=0,  # an interrupt at the terminal reaches the parent alone, which passes it on
    )
