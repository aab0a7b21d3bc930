"""Sweeps: runs that were asked for together, e.g. a paper's methods and seeds, watched and stopped as one.

A sweep is a file in the user's folder, written before its first run is queued: whatever is killed in between, the file
says what is still to be queued. How far it is follows from its runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import AwareDatetime, Field

from corpus.errors import RecordError, lookup
from corpus.files import dump_json_record, read_json_record, write_text
from corpus.home import Home
from corpus.records.base import Record, Text
from corpus.records.run import RunSpec
from reproduce.queue.broker import HIGHEST, PRIORITY
from reproduce.queue.jobs import JobState, JobStatus, jobs
from reproduce.queue.measured import measured
from reproduce.queue.requests import Job, cancel, submit

PREFIX = "sweep--"
PASSING = (JobStatus.LOST, JobStatus.DISK_FULL, JobStatus.READ_ONLY, JobStatus.CANCELLED)
"""Ends after which the same run may come out otherwise. One that lacked memory or became NaN would do so again."""


class Sweep(Record):
    """What was asked for together."""

    id: Text
    subject: Text  # the paper or experiment
    asked_at: AwareDatetime
    priority: int = Field(default=PRIORITY, ge=0, le=HIGHEST)
    gpu: bool = False
    specs: tuple[RunSpec, ...] = Field(min_length=1)


@dataclass(frozen=True)
class SweepState:
    """Where a sweep stands. ``statuses``: of each run; None for one that was never queued."""

    sweep: Sweep
    statuses: Mapping[str, JobStatus | None]

    @property
    def finished(self) -> int:
        """How many of its runs were measured to their end."""
        return sum(status is JobStatus.FINISHED for status in self.statuses.values())

    @property
    def active(self) -> bool:
        """Whether anything of it waits or runs."""
        return any(status is not None and not status.ended for status in self.statuses.values())


def sweep_id(subject: str, specs: Sequence[RunSpec]) -> str:
    """Return the name of a sweep: the same runs asked for again are the same sweep."""
    digest = hashlib.sha256("\n".join(sorted(spec.run_id() for spec in specs)).encode()).hexdigest()
    return f"{PREFIX}{subject}--{digest[:8]}"


def submit_sweep(
    subject: str,
    specs: Sequence[RunSpec],
    *,
    home: Home,
    force: bool = False,
    priority: int = PRIORITY,
    gpu: bool = False,
) -> tuple[Sweep, list[Job]]:
    """Write the sweep down and queue its runs; what has a finished record here is skipped unless forced."""
    asked = Sweep(
        id=sweep_id(subject, specs),
        subject=subject,
        asked_at=datetime.now(UTC),
        priority=priority,
        gpu=gpu,
        specs=tuple(specs),
    )
    write_text(home.sweeps / f"{asked.id}.json", dump_json_record(asked))
    return asked, submit(specs, home=home, force=force, priority=priority, gpu=gpu)


def sweeps(*, home: Home) -> Mapping[str, Sweep]:
    """Return the sweeps asked for here by name, latest first; one whose file was spoilt is left out."""
    found = []
    for file in home.sweeps.glob(f"{PREFIX}*.json") if home.sweeps.is_dir() else ():
        try:
            found.append(read_json_record(file, Sweep))
        except RecordError:
            continue
    return {each.id: each for each in sorted(found, key=lambda each: each.asked_at, reverse=True)}


def sweep(name: str, *, home: Home) -> Sweep:
    """Return a sweep; raise UnknownNameError for one that was not asked for here."""
    return lookup("sweep", name, sweeps(home=home))


def sweep_state(asked: Sweep, *, home: Home) -> SweepState:
    """Return where a sweep stands; a run with a finished record counts as finished, however it came about."""
    states = {state.id: state for state in jobs(home=home)}
    return SweepState(asked, {spec.run_id(): _status(spec, states, home) for spec in asked.specs})


def _status(spec: RunSpec, states: Mapping[str, JobState], home: Home) -> JobStatus | None:
    state = states.get(spec.run_id())
    if state is not None and not state.status.ended:
        return state.status
    if measured(spec, home=home) is not None:
        return JobStatus.FINISHED
    return state.status if state else None


def cancel_sweep(name: str, *, home: Home) -> list[str]:
    """Stop all of a sweep that waits or runs; return those runs. Raise UnknownNameError for an unknown sweep."""
    statuses = sweep_state(sweep(name, home=home), home=home).statuses
    active = [run_id for run_id, status in statuses.items() if status is not None and not status.ended]
    for run_id in reversed(active):  # those that wait first, lest one starts in the place of one that was stopped
        cancel(run_id, home=home)
    return active


def resume_sweep(name: str, *, home: Home) -> list[Job]:
    """Queue what of a sweep was never queued or ended for a reason that may have passed; return those runs.

    Raise UnknownNameError for an unknown sweep.
    """
    state = sweep_state(sweep(name, home=home), home=home)
    due = [spec for spec in state.sweep.specs if state.statuses[spec.run_id()] in (None, *PASSING)]
    return submit(due, home=home, priority=state.sweep.priority, gpu=state.sweep.gpu)
