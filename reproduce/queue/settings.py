"""How a worker works; nothing here changes what a run measures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WorkerSettings:
    """Programs to start and times to keep, in seconds."""

    run: str = "reproduce.run"  # module started as `python -m <run> spec.json out/`
    fetch: str = "reproduce.fetch:fetch_inputs"  # called as fetch(spec, home) in a process of its own
    poll: float = 0.5  # between two looks at the queue
    watch: float = 0.1  # between two looks at a child
    grace: float = 3.0  # between asking a child to end and ending it
    lock_wait: float = 10.0  # for a run's previous process, or a leaving worker, to let go
    beat: float = 2.0  # between two signs of life in a shared queue
    lease: float = 30.0  # without a sign, after which a worker of a shared queue counts as dead
    memory_gb: float | None = None  # that a run may take; None: as much as there is
    hours: float | None = None  # that a run may take; None: as many as it wants

    def arguments(self) -> list[str]:
        """Return the settings as arguments of ``python -m reproduce.queue.worker``."""
        limits = {"memory-gb": self.memory_gb, "hours": self.hours}
        return [
            f"--run={self.run}", f"--fetch={self.fetch}", f"--poll={self.poll}", f"--watch={self.watch}",
            f"--grace={self.grace}", f"--lock-wait={self.lock_wait}", f"--beat={self.beat}", f"--lease={self.lease}",
            *(f"--{name}={limit}" for name, limit in limits.items() if limit is not None),
        ]  # fmt: skip
