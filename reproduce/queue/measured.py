"""Which runs need no running: their record was made here already."""

from __future__ import annotations

import contextlib
from pathlib import Path

from corpus.errors import RecordError
from corpus.files import read_run
from corpus.home import SHIPPED_RUNS, Home
from corpus.records.run import RunRecord, RunSpec, RunStatus


def own_record(spec: RunSpec, *, home: Home) -> Path:
    """Return where the record of a run of one's own lies or will lie."""
    return home.runs / spec.recipe / f"{spec.run_id()}.json"


def sound_records(home: Home) -> dict[Path, RunRecord]:
    """Return the records that ship and those of one's own, by file; faulty ones are for `codepeft check` to name."""
    found = {}
    for path in [*sorted(SHIPPED_RUNS.glob("*/*.json")), *sorted(home.runs.glob("*/*.json"))]:
        with contextlib.suppress(RecordError):
            found[path] = read_run(path)
    return found


def measured(spec: RunSpec, *, home: Home) -> Path | None:
    """Return the finished record of exactly this spec that was made here; None when there is none.

    Records that ship with the package do not count: they tell what another machine measured.
    """
    path = own_record(spec, home=home)
    return path if is_finished(path, spec) else None


def is_finished(path: Path, spec: RunSpec) -> bool:
    """Return whether a file holds a sound, finished record of exactly this spec."""
    if not path.is_file():
        return False
    try:
        record = read_run(path)
    except RecordError:
        return False  # `codepeft check` names the fault; measuring anew mends it
    return record.status is RunStatus.FINISHED and record.spec_digest == spec.digest()
