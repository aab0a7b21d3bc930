"""Locks that the system releases when their holder dies, however it dies.

These are advisory locks on files (``flock``, so POSIX). A lock's descriptor can be handed to a child process; the
file then stays locked until both have let go, which is how a run whose worker was killed stays guarded.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Self


class FileLock:
    """An exclusive lock on a file, for use in a ``with`` statement after ``acquire``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock if it is free and say whether it was."""
        import fcntl

        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self.descriptor = descriptor
        return True

    def acquire_within(self, seconds: float, *, every: float = 0.1, stop: threading.Event | None = None) -> bool:
        """Take the lock as soon as it is free; give up after a time or when told to stop."""
        stop = stop or threading.Event()
        for _ in range(max(1, round(seconds / every))):
            if self.acquire():
                return True
            if stop.wait(every):
                return False
        return self.acquire()

    def release(self) -> None:
        """Let go; a child that was handed the descriptor keeps its hold."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
