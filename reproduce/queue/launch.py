"""Starting a worker in the background, so that a run outlives the page or program that asked for it."""

from __future__ import annotations

import subprocess
import sys
import threading

from corpus.home import Home
from reproduce.queue.execute import environment
from reproduce.queue.presence import log_file, worker_alive
from reproduce.queue.settings import WorkerSettings

IDLE = 60.0  # seconds without work after which the worker ends itself


def ensure_worker(
    *, home: Home, idle_seconds: float = IDLE, gpu: bool = False, settings: WorkerSettings | None = None
) -> int:
    """Return the process number of a worker that takes this folder's runs, starting one in the background if none does.

    Call it after ``submit``. Two callers at once may both start one; the second finds the folder taken and ends. For a
    shared queue a worker on any machine will do. ``gpu``: one that is started has a GPU slot too.
    """
    if (pid := worker_alive(home=home)) is not None:
        return pid
    home.work.mkdir(parents=True, exist_ok=True)
    arguments = [
        f"--idle-seconds={idle_seconds}",
        "--background",
        *(["--gpu-slots=1"] if gpu else []),
        *(settings or WorkerSettings()).arguments(),
    ]
    with log_file(home).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  (this interpreter, our own module)
            [sys.executable, "-m", "reproduce.queue.worker", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment(home),
            start_new_session=True,
        )
    threading.Thread(target=process.wait, daemon=True).start()  # collects it, should it end before this process
    return process.pid
