"""What one run may take of a machine before its worker ends it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from corpus.records.run import RunStatus
from reproduce.queue.processes import Child
from reproduce.queue.settings import WorkerSettings

GB = 1e9


@dataclass(frozen=True)
class Limits:
    """The memory and the time that a worker allows each process of a run; None: as much as there is."""

    memory_gb: float | None
    hours: float | None
    begin: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, settings: WorkerSettings) -> Limits:
        """Return a worker's limits for a process that starts now."""
        return cls(settings.memory_gb, settings.hours)

    def broken_by(self, child: Child) -> tuple[RunStatus, str] | None:
        """Return how a child that took more than it may ends, and why; None while it keeps within the limits."""
        if self.memory_gb is not None and (used := child.resident_bytes() / GB) > self.memory_gb:
            return RunStatus.OUT_OF_MEMORY, (
                f"it took {used:.2f} GB, and the worker allows a run {self.memory_gb:g} GB (--memory-gb)"
            )
        if self.hours is not None and (taken := (time.monotonic() - self.begin) / 3600) > self.hours:
            return RunStatus.FAILED, f"it took {taken:.2g} hours, and the worker allows a run {self.hours:g} (--hours)"
        return None
