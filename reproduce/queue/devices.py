"""Which run sees which accelerator: each GPU slot has one of its own, runs in other slots see none."""

from __future__ import annotations

import os
import queue
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

VISIBLE = "CUDA_VISIBLE_DEVICES"


def found_devices() -> list[str]:
    """Return the accelerators that this process may use, by the names that CUDA_VISIBLE_DEVICES takes."""
    named = os.environ.get(VISIBLE)
    if named is not None:
        return [name for name in named.split(",") if name and name != "-1"]
    return [str(number) for number in range(len(list(Path("/dev").glob("nvidia[0-9]*"))))]


class Devices:
    """The accelerators of a worker's GPU slots; with no GPU slot every run sees what the worker sees."""

    def __init__(self, gpu_slots: int, *, first: int = 0, hide: bool = False) -> None:
        """Share the machine's accelerators among the slots in turn, beginning with the one numbered ``first``.

        ``hide``: runs in other slots see none although this worker has no GPU slot.
        """
        self._shared_out = gpu_slots > 0 or hide
        self._free: queue.SimpleQueue[str] = queue.SimpleQueue()
        names = found_devices() or ["0"]  # without a driver's files the run itself says that there is none
        for slot in range(gpu_slots):
            self._free.put(names[(first + slot) % len(names)])

    @contextmanager
    def for_run(self, gpu: bool) -> Iterator[Mapping[str, str]]:
        """Yield what a run's environment says of accelerators."""
        if not gpu:
            yield {VISIBLE: ""} if self._shared_out else {}
            return
        device = self._free.get()
        try:
            yield {VISIBLE: device}
        finally:
            self._free.put(device)
