"""Names of attempts: each time a run is queued it gets a new one, and later names sort after earlier ones."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def new_attempt(run_id: str) -> str:
    """Return a name for a further attempt at a run: the run's name, a dot, the time in nanoseconds."""
    return f"{run_id}.{time.time_ns():016x}"


def run_of(attempt: str) -> str:
    """Return the run that an attempt belongs to."""
    return attempt.rpartition(".")[0]


def submitted_at(attempt: str) -> datetime:
    """Return when the attempt was queued."""
    return datetime.fromtimestamp(int(attempt.rpartition(".")[2], 16) / 1e9, tz=UTC)
