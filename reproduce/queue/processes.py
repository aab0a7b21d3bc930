"""Child processes in groups of their own: starting, watching and ending them.

A process is known by its number and its start time, since numbers are used again.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

CLOCK_TOLERANCE = 2.0  # seconds: start times are computed from the boot time, which moves when the clock is set
LAST_WAIT = 5.0  # seconds for the system to clear away what was killed


@dataclass(frozen=True)
class Identity:
    """A process that a later process of the same number is not mistaken for."""

    pid: int
    created: float  # seconds since the epoch


def identity(pid: int) -> Identity:
    """Return who has this number now; raise psutil.NoSuchProcess when nobody has."""
    return Identity(pid, psutil.Process(pid).create_time())


def is_alive(who: Identity) -> bool:
    """Return whether the process still runs; one that ended and waits to be collected does not."""
    try:
        process = psutil.Process(who.pid)
        same = abs(process.create_time() - who.created) < CLOCK_TOLERANCE
        return bool(same and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


class Child:
    """A process started here, leader of a session and process group of its own."""

    def __init__(
        self, arguments: Sequence[str], *, log: Path, environment: Mapping[str, str], keep: int | None
    ) -> None:
        """Start ``python <arguments>``, its output appended to ``log``, with descriptor ``keep`` left open in it."""
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603  (this interpreter, our own module)
                [sys.executable, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                pass_fds=() if keep is None else (keep,),
                start_new_session=True,
            )
        self.identity = identity(self._process.pid)

    @property
    def running(self) -> bool:
        """Whether the leader still runs. Does not collect it, so that its number stays taken."""
        return self._process.returncode is None and is_alive(self.identity)

    def resident_bytes(self) -> int:
        """Return the memory that the leader and the processes it started hold now; 0 when they have ended."""
        with contextlib.suppress(psutil.NoSuchProcess):
            leader = psutil.Process(self.identity.pid)
            return sum(_resident(process) for process in [leader, *leader.children(recursive=True)])
        return 0

    def ask_to_end(self, *, patience: float) -> None:
        """Ask the group to end and give the leader some seconds to do so; ``collect`` then ends what is left."""
        _signal_group(self.identity.pid, signal.SIGTERM)
        waiting = threading.Event()
        for _ in range(max(1, round(patience / 0.05))):
            if not self.running:
                return
            waiting.wait(0.05)

    def collect(self) -> int:
        """End what is left of the group, then return the leader's exit code (negative: the signal that ended it)."""
        _signal_group(self.identity.pid, signal.SIGKILL)  # before collecting: till then the number stays taken
        return self._process.wait(timeout=LAST_WAIT)


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def kill_orphan(who: Identity) -> bool:
    """Kill the process group that a vanished worker left, if it is still the same; say whether it was there."""
    if not is_alive(who):
        return False
    _signal_group(who.pid, signal.SIGKILL)
    with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
        psutil.Process(who.pid).wait(LAST_WAIT)
    return True


def _signal_group(leader: int, number: signal.Signals) -> None:
    # nothing is left, or (on macOS) only the leader that waits to be collected
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)
