"""Several processes at one run: they share each step's batches and add their gradients up.

Started by torchrun, which names each process in the environment. The spec is that of one process: a step sees the same
batches in the same order, and its gradient is their mean by weight, whoever computed it. Only dropout is drawn anew, as
each process has a generator of its own. The first process evaluates, and its record is the run's.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from corpus.errors import RecordError
from corpus.files import read_run
from corpus.records.run import RunRecord, RunSpec, RunStatus
from reproduce.errors import SpecError, TeamError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch
    from torch import nn

T = TypeVar("T")
LOOKS, LOOK_SECONDS = 30, 0.1  # for the records of the other processes of a run that failed
PATIENCE = timedelta(hours=24)  # with the first process's evaluations; one that dies is noticed at once


@dataclass(frozen=True)
class Team:
    """This process's place among those of its run."""

    rank: int = 0
    size: int = 1

    @classmethod
    def from_environment(cls) -> Team:
        """Return what torchrun says; a team of one where it says nothing."""
        return cls(rank=int(os.environ.get("RANK") or 0), size=int(os.environ.get("WORLD_SIZE") or 1))

    @property
    def first(self) -> bool:
        """Whether this process evaluates and leaves the record."""
        return self.rank == 0

    def folder(self, out: Path) -> Path:
        """Return where this process writes: the others each into a folder of their own inside the run's."""
        return out if self.first else out / f"process-{self.rank}"

    def require_shares(self, spec: RunSpec) -> None:
        """Raise SpecError when a step's batches cannot be shared evenly."""
        batches = spec.training.gradient_accumulation or 1
        if batches % self.size:
            raise SpecError(
                f"{self.size} processes share each step's batches, but a step of this spec has {batches}; "
                f"set gradient_accumulation to a multiple of {self.size}, or start fewer processes"
            )

    @contextmanager
    def together(self, device: torch.device) -> Iterator[None]:
        """Connect the processes for the time of the block."""
        if self.size == 1:
            yield
            return
        from torch import distributed

        backend = "nccl" if device.type == "cuda" and self._has_device_each() else "gloo"
        distributed.init_process_group(backend, timeout=PATIENCE)
        try:
            yield
        finally:
            distributed.destroy_process_group()

    def device(self, device: torch.device) -> torch.device:
        """Return this process's own accelerator of the kind given; processes take turns where there are fewer."""
        import torch

        if self.size == 1 or device.type != "cuda":
            return device
        return torch.device("cuda", int(os.environ.get("LOCAL_RANK") or 0) % torch.cuda.device_count())

    def _has_device_each(self) -> bool:
        import torch

        return torch.cuda.device_count() >= int(os.environ.get("LOCAL_WORLD_SIZE") or self.size)

    def share(self, portions: Sequence[T]) -> Sequence[T]:
        """Return this process's part of a step's batches."""
        return portions[self.rank :: self.size]

    def add_up(self, trainable: Sequence[nn.Parameter], loss: torch.Tensor) -> torch.Tensor:
        """Add the processes' gradients up in place and return the sum of their losses."""
        if self.size == 1:
            return loss
        import torch
        from torch import distributed

        # What no process reached keeps no gradient, so that the optimizer leaves it alone as it would for one process.
        reached = torch.tensor([float(each.grad is not None) for each in trainable], device=loss.device)
        distributed.all_reduce(reached)
        for parameter, count in zip(trainable, reached.tolist(), strict=True):
            if count:
                if parameter.grad is None:
                    parameter.grad = torch.zeros_like(parameter)
                distributed.all_reduce(parameter.grad)
        distributed.all_reduce(loss)
        return loss

    def agree(self, compute: Callable[[], float]) -> float:
        """Have the first process compute a number, and return it in all."""
        if self.size == 1:
            return compute()
        found: list[float | None] = [compute() if self.first else None]
        from torch import distributed

        distributed.broadcast_object_list(found, src=0)
        assert found[0] is not None  # noqa: S101  (for the type checker: the first process put it there)
        return found[0]

    def begin(self, step: int, seed: int) -> None:
        """See that all begin at one step, and draw from other numbers than the first; raise TeamError otherwise."""
        if self.size == 1:
            return
        import torch

        if (first := self.agree(lambda: step)) != step:
            raise TeamError(
                f"process {self.rank} begins after step {step}, the first one after step {first:.0f}; "
                "all must read and write the same folder"
            )
        if not self.first:
            torch.manual_seed((seed * 7919 + step) * 7919 + self.rank)

    def blame(self, status: RunStatus, reason: str, out: Path) -> tuple[RunStatus, str]:
        """Return how the run ended: as another process did, where this one only ended because of it."""
        if self.size == 1 or status not in (RunStatus.CANCELLED, RunStatus.FAILED):
            return status, reason
        pause = threading.Event()
        for _ in range(LOOKS):  # what ended them may be seen here before they have written it down
            others = {rank: self._left_by(rank, out) for rank in range(1, self.size)}
            if all(others.values()):
                break
            pause.wait(LOOK_SECONDS)
        for rank, record in others.items():
            if record is not None and record.status not in (RunStatus.FINISHED, RunStatus.CANCELLED):
                return record.status, f"process {rank}: {record.error}"
        return status, reason

    def _left_by(self, rank: int, out: Path) -> RunRecord | None:
        try:
            return read_run(Team(rank, self.size).folder(out) / "record.json")
        except RecordError:
            return None


ALONE = Team()
"""A run's only process."""
