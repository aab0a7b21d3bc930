"""Processes that end with the one that started them, so that a killed worker leaves nothing running behind it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PARENT = "CODEPEFT_PARENT"  # the number of the process to end with, in the environment
_PR_SET_PDEATHSIG = 1  # prctl(2)


def end_with_parent(number: signal.Signals) -> None:
    """Have the kernel send this process a signal when its parent dies, if the environment names the parent.

    On Linux alone. Elsewhere, and for what this process starts in its turn, the next worker of the folder ends what
    was left (``reproduce.queue.settle.reap``).
    """
    named = os.environ.pop(PARENT, None)  # popped: it is not the parent of what is started from here
    if named is None or sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(number))
    if os.getppid() != int(named):  # it died before the kernel was asked
        os.kill(os.getpid(), number)
