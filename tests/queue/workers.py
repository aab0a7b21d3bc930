"""Worker processes with the stand-in in the run's place, and waiting for what they do."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from reproduce.queue import WorkerSettings
from reproduce.queue.execute import environment

STAND_IN = "tests.queue.stand_in"
SETTINGS = WorkerSettings(run=STAND_IN, fetch=f"{STAND_IN}:fetch", poll=0.1, watch=0.05, grace=1.0, lock_wait=5.0)
SEARCHED = str(Path(__file__).parents[2])  # where programs started here find the stand-in


def wait_until(condition, seconds=180.0):
    """Return the condition's first true value; fail when it has none in time."""
    end, pause = time.monotonic() + seconds, threading.Event()
    while time.monotonic() < end:
        if value := condition():
            return value
        pause.wait(0.05)
    pytest.fail(f"waited {seconds} seconds in vain")


@contextmanager
def workers(*homes):
    """Yield what starts worker processes, for the first folder unless told; at the end all are gone, with children."""
    started = []

    def start(*arguments, settings=SETTINGS, home=homes[0]):
        command = [sys.executable, "-m", "reproduce.queue.worker", *settings.arguments(), *arguments]
        searched = {**environment(home), "PYTHONPATH": SEARCHED}
        process = subprocess.Popen(command, env=searched, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    try:
        yield start
    finally:
        for process in started:
            process.kill()
            process.communicate()
        for home in homes:
            for file in home.work.glob("*/starts.txt"):
                for pid in file.read_text().split():
                    _kill_stand_in(int(pid))


def _kill_stand_in(pid):
    try:
        if STAND_IN in psutil.Process(pid).cmdline():
            os.killpg(pid, signal.SIGKILL)
    except (psutil.NoSuchProcess, ProcessLookupError):
        pass
