"""Checkpoints: where an interrupted run goes on, and the best weights so far. Only safetensors and JSON are written.

A checkpoint holds what is trained, the optimizer's two moments of it, the generators of random numbers, and the loop's
state. What is frozen is the pinned model's and is not copied. Batches are drawn anew from the seed up to the step.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from pydantic import TypeAdapter
from safetensors.torch import load_file, save_file
from torch import nn

from corpus.files import write_text

if TYPE_CHECKING:
    from reproduce.training import State

SECONDS = 60.0  # between two checkpoints
_TENSORS, _BEST, _STATE = "tensors.safetensors", "best.safetensors", "state.json"


class Checkpoints:
    """The checkpoints of one run in a folder of its own; ``folder`` None keeps only the best weights, in memory.

    ``writes`` False: another process writes them, this one goes on from them.
    """

    def __init__(self, folder: Path | None, run_digest: str, *, every: float = SECONDS, writes: bool = True) -> None:
        self._writes = writes
        self._folder, self._digest, self._every = folder, run_digest, every
        self._best: dict[str, torch.Tensor] | None = None
        self._last = time.monotonic()

    def restore(self, tuned: nn.Module, optimizer: torch.optim.Optimizer) -> State | None:
        """Put the last checkpoint in place and return the loop's state; None when this run has none."""
        from reproduce.training import State

        if self._folder is None or not (self._folder / _STATE).is_file():
            return None
        content = json.loads((self._folder / _STATE).read_text(encoding="utf-8"))
        if content["run"] != self._digest:
            return None
        _load_trained(tuned, load_file(self._folder / content["tensors"]), optimizer)
        if content["best"]:
            self._best = load_file(self._folder / content["best"])
        _set_generators(load_file(self._folder / content["tensors"]), content["python"])
        state = TypeAdapter(State).validate_python(content["state"])
        state.resumed_at.append(state.step)
        return state

    def save_if_due(self, tuned: nn.Module, optimizer: torch.optim.Optimizer, state: State) -> None:
        """Write a checkpoint if the last one is old enough."""
        if self._folder is not None and self._writes and time.monotonic() - self._last >= self._every:
            self._save(self._folder, tuned, optimizer, state)
            self._last = time.monotonic()

    def keep_best(self, tuned: nn.Module) -> None:
        """Keep a copy of the trained weights as they are."""
        self._best = {name: value.detach().to("cpu", copy=True) for name, value in _trained(tuned).items()}

    def restore_best(self, tuned: nn.Module) -> None:
        """Put the best weights in place."""
        if self._best is not None:
            _copy_into(_trained(tuned), self._best)

    def remove(self) -> None:
        """Remove the folder: the run has ended."""
        if self._folder is not None and self._writes:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _save(self, folder: Path, tuned: nn.Module, optimizer: torch.optim.Optimizer, state: State) -> None:
        """Write new files under new names, then the state that names them, then remove the old ones."""
        folder.mkdir(parents=True, exist_ok=True)
        tensors = f"{state.step}-{_TENSORS}"
        best = f"{state.best_step}-{_BEST}" if self._best is not None else None
        _write(folder / tensors, {**_flat(tuned, optimizer), **_generators()})
        if best is not None and self._best is not None and not (folder / best).exists():
            _write(folder / best, self._best)
        content = {
            "run": self._digest,
            "tensors": tensors,
            "best": best,
            "python": random.getstate(),
            "state": TypeAdapter(type(state)).dump_python(state, mode="json"),
        }
        write_text(folder / _STATE, json.dumps(content))
        for path in folder.glob("*.safetensors"):
            if path.name not in (tensors, best):
                path.unlink()


def _write(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    save_file({name: value.detach().cpu().contiguous() for name, value in tensors.items()}, unfinished)
    unfinished.replace(path)


def _trained(tuned: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value for name, value in tuned.named_parameters() if value.requires_grad}


def _flat(tuned: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    tensors = {f"weight/{name}": value for name, value in _trained(tuned).items()}
    for name, parameter in _trained(tuned).items():
        for key, value in optimizer.state[parameter].items():
            tensors[f"{key}/{name}"] = value
    return tensors


def _load_trained(tuned: nn.Module, tensors: dict[str, torch.Tensor], optimizer: torch.optim.Optimizer) -> None:
    own = _trained(tuned)
    _copy_into(own, {name: tensors[f"weight/{name}"] for name in own})
    for name, parameter in own.items():
        optimizer.state[parameter] = {
            key: tensors[f"{key}/{name}"].to(parameter.device)
            for key in ("step", "exp_avg", "exp_avg_sq")
            if f"{key}/{name}" in tensors
        }


def _copy_into(own: dict[str, torch.Tensor], values: dict[str, torch.Tensor]) -> None:
    with torch.no_grad():
        for name, value in own.items():
            value.copy_(values[name])


def _generators() -> dict[str, torch.Tensor]:
    found = {"generator/torch": torch.get_rng_state()}
    if torch.cuda.is_available():
        found["generator/cuda"] = torch.cuda.get_rng_state()
    return found


def _set_generators(tensors: dict[str, torch.Tensor], python: Any) -> None:
    version, internal, gauss = python
    random.setstate((version, tuple(internal), gauss))
    torch.set_rng_state(tensors["generator/torch"])
    if "generator/cuda" in tensors and torch.cuda.is_available():
        torch.cuda.set_rng_state(tensors["generator/cuda"])
