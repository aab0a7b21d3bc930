"""How far a run is, from the events that it wrote: pure functions, cheap enough for every look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reproduce.queue import Event


@dataclass(frozen=True)
class Point:
    """One report of training. None: not said."""

    step: int
    loss: float | None
    tokens_per_second: float | None
    memory_gb: float | None


@dataclass(frozen=True)
class Progress:
    """Where a run is. ``seconds_left``: of the present phase, as fast as it went so far; None: not known yet."""

    phase: str | None
    step: int | None
    steps: int | None
    seconds_left: float | None
    tokens_per_second: float | None
    memory_gb: float | None  # largest so far
    points: tuple[Point, ...]
    scores: tuple[tuple[str, float], ...]  # by phase, as each ended
    validations: tuple[tuple[int, float], ...]  # (training step, score on validation data) on the way


def progress(events: Sequence[Event], metric: str) -> Progress:
    """Return where a run is; ``metric``: the one whose scores its phases end with."""
    last = events[-1] if events else None
    points = tuple(
        Point(event.step, event.loss, event.tokens_per_second, event.memory_gb)
        for event in events
        if event.step is not None and event.loss is not None
    )
    memory = [event.memory_gb for event in events if event.memory_gb is not None]
    return Progress(
        phase=last.phase if last else None,
        step=last.step if last else None,
        steps=last.steps if last else None,
        seconds_left=seconds_left(events),
        tokens_per_second=points[-1].tokens_per_second if points else None,
        memory_gb=max(memory, default=None),
        points=points,
        scores=tuple(scores(events, metric)),
        validations=tuple(validations(events, metric)),
    )


def validations(events: Sequence[Event], metric: str) -> list[tuple[int, float]]:
    """Return each validation's score with the training step before it."""
    found, step = [], 0
    for event in events:
        if event.phase == "training" and event.step is not None:
            step = event.step
        elif event.phase == "validation" and event.metric == metric and event.value is not None:
            found.append((step, event.value))
    return found


def seconds_left(events: Sequence[Event]) -> float | None:
    """Return how long the present phase will take from its last report on; None before it got anywhere."""
    if not events:
        return None
    phase = events[-1].phase
    same = [event for event in events if event.phase == phase and event.step is not None and event.time is not None]
    if len(same) < 2:
        return None
    first, last = same[0], same[-1]
    if first.time is None or last.time is None or first.step is None or last.step is None or not last.steps:
        return None
    done = last.step - first.step
    if done <= 0:
        return None
    return (last.time - first.time).total_seconds() / done * max(0, last.steps - last.step)


def scores(events: Sequence[Event], metric: str) -> list[tuple[str, float]]:
    """Return the scores that phases ended with: a run says them as ``map_at_r 0.5410``."""
    found = []
    for event in events:
        name, _, value = (event.message or "").partition(" ")
        if name == metric and event.phase:
            try:
                found.append((event.phase, float(value)))
            except ValueError:
                continue
    return found
