"""Sweeps as the command line shows them: how far they are, and what their finished runs come to so far."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from corpus.files import read_run
from corpus.home import Home
from corpus.records.run import RunSpec
from reproduce.queue import JobStatus, SweepState
from reproduce.queue.measured import measured

Document = dict[str, Any]
NEVER_QUEUED = "not queued"


def sweep_summary(state: SweepState) -> Document:
    """Return a sweep in one line's worth of JSON types."""
    return {
        "id": state.sweep.id,
        "subject": state.sweep.subject,
        "asked_at": state.sweep.asked_at.isoformat(),
        "runs": len(state.statuses),
        "finished": state.finished,
        "active": state.active,
    }


def sweep_document(state: SweepState, *, home: Home) -> Document:
    """Return a sweep with each run's status and, for each method and data set, the mean over the seeds so far."""
    cells: dict[tuple[str, str, str, str], list[RunSpec]] = {}
    for spec in state.sweep.specs:
        cells.setdefault((spec.dataset, spec.model, spec.method, spec.metric), []).append(spec)
    return {
        **sweep_summary(state),
        "statuses": {run_id: _word(status) for run_id, status in state.statuses.items()},
        "results": [_cell(key, specs, home) for key, specs in cells.items()],
    }


def _word(status: JobStatus | None) -> str:
    return NEVER_QUEUED if status is None else status.value


def _cell(key: tuple[str, str, str, str], specs: Sequence[RunSpec], home: Home) -> Document:
    dataset, model, method, metric = key
    places = [place for spec in specs if (place := measured(spec, home=home))]
    values = [run.metrics[metric].value for place in places if metric in (run := read_run(place)).metrics]
    return {
        "dataset": dataset,
        "model": model,
        "method": method,
        "metric": metric,
        "seeds": len(specs),
        "finished": len(places),
        "mean": statistics.fmean(values) if values else None,
        "sd": statistics.stdev(values) if len(values) > 1 else None,
    }
