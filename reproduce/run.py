"""One run: ``python -m reproduce.run spec.json out/`` turns a spec file into a record file.

Writes ``out/record.json`` (complete, whether or not the run finished), ``out/items.csv.gz`` (per-item scores),
``out/adapter/`` (what a user would keep) and appends to ``out/events.jsonl`` on the way. Touches no network and no
database: the model and the data must be on the machine (``reproduce.fetch``). Under torchrun several processes share it
(``reproduce.team``).

Exit status: 0 finished; 1 the run failed, the record says how; 2 the spec cannot be run, nothing was written; 3 the
disk is full and 4 the folder cannot be written to, so that there is no record.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from corpus.errors import CodepeftError
from corpus.files import dump_json_record, read_json_record, write_text
from corpus.home import Home
from corpus.records.run import Ingredient, RunRecord, RunSpec, RunStatus
from reproduce import machine
from reproduce.endings import UNWRITTEN, Cancelled, how_it_ended, writing_failed
from reproduce.environment import prepare_libraries
from reproduce.events import EventLog
from reproduce.lifeline import end_with_parent
from reproduce.specs import Checked, check
from reproduce.team import Team

if TYPE_CHECKING:  # both load torch or much data; they are not needed to refuse a spec
    from reproduce.data import Opened
    from reproduce.measuring import Bench
    from reproduce.model_files import ModelFiles

RECORD_FILE = "record.json"
EVENTS_FILE = "events.jsonl"
CHECKPOINT_FOLDER = "checkpoint"
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True)
class Inputs:
    """The files that go into a run, verified."""

    files: ModelFiles
    data: Opened


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the spec file named by the first argument into the folder named by the second; return the exit status."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if len(arguments) != 2:
        print("usage: python -m reproduce.run spec.json out/", file=sys.stderr)  # noqa: T201
        return 2
    end_with_parent(signal.SIGKILL)
    stop_when_asked()
    prepare_libraries()
    try:
        spec: RunSpec = read_json_record(Path(arguments[0]), RunSpec)
        checked = check(spec)
        if checked.dataset.kind == "programs":
            _require_consent()
        Team.from_environment().require_shares(spec)
    except CodepeftError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    try:
        record = execute(spec, checked, Path(arguments[1]), Home.from_environment())
    except OSError as error:
        status = writing_failed(error, Path(arguments[1]))
        if status is None:
            raise
        print(f"no record could be written: {error}", file=sys.stderr)  # noqa: T201
        return UNWRITTEN[status]
    return 0 if record.status is RunStatus.FINISHED else 1


def execute(
    spec: RunSpec,
    checked: Checked,
    out: Path,
    home: Home,
    *,
    inputs: Inputs | None = None,
    bench: Bench | None = None,
    known: Mapping[str, Any] | None = None,
) -> RunRecord:
    """Run a checked spec and return its record, which is also written; a failure is a record too.

    ``inputs``, ``bench`` and further fields of the record (``known``) are given where runs share what they begin with
    (``reproduce.together``). To be called in the main thread, as signals are held back while the record is written.
    Raises OSError when not even the record can be written.
    """
    team = Team.from_environment()
    own = team.folder(out)
    events = EventLog(own / EVENTS_FILE)
    (own / RECORD_FILE).unlink(missing_ok=True)  # an earlier attempt's is not this one's
    known = {
        **(known or {}),
        "started_at": datetime.now(UTC),
        "load_average": machine.load_average(),
        "versions": machine.versions(),
        "code_commit": machine.code_version(),
    }
    status, reason = RunStatus.FINISHED, None
    try:
        _inputs_then_measure(spec, checked, out, home, events, known, inputs, bench, team)
    except BaseException as error:
        status, reason = how_it_ended(error, own)
        if team.first:
            status, reason = team.blame(status, reason, out)
        if not isinstance(error, Cancelled | CodepeftError):
            traceback.print_exc()
    with _signals_held_back():
        if "hardware" not in known or known["hardware"].device == "cpu":
            known["peak_memory_gb"] = round(machine.peak_memory_gb(), 3)
        record = RunRecord(
            id=spec.run_id(),
            spec_digest=spec.digest(),
            spec=spec,
            status=status,
            error=reason,
            finished_at=datetime.now(UTC),
            **known,
        ).sealed()
        write_text(own / RECORD_FILE, dump_json_record(record))
        with contextlib.suppress(OSError):  # the record says it already
            events.tell(status.value, message=reason)
    return record


def _inputs_then_measure(
    spec: RunSpec,
    checked: Checked,
    out: Path,
    home: Home,
    events: EventLog,
    known: dict[str, Any],
    inputs: Inputs | None,
    bench: Bench | None,
    team: Team,
) -> None:
    # First what may be missing, then what takes long to load.
    if inputs is None:
        events.tell("loading", message="verifying model and data files")
        inputs = inputs_of(checked, home, known)
    known.update(_ingredients(checked, inputs.files, inputs.data))

    if bench is None:
        events.tell("loading", message="loading the libraries and the model")
    from reproduce.measuring import measure, set_up

    if bench is None:
        bench = set_up(spec, checked, inputs, events, known, team)
    measure(spec, checked, bench, out, events, known)


def inputs_of(checked: Checked, home: Home, known: dict[str, Any]) -> Inputs:
    """Return the files that a spec names; raise ModelError or DataError when one is missing or another.

    The model's are noted in ``known`` before the data are looked for.
    """
    from reproduce.data import open_dataset
    from reproduce.model_files import resolve

    files = resolve(checked.model, home)
    known.update(_ingredients(checked, files, None))
    return Inputs(files=files, data=open_dataset(checked.dataset, home))


def _ingredients(checked: Checked, files: ModelFiles, data: Opened | None) -> dict[str, Ingredient]:
    """Return the fields of the record that say what went into the run."""
    model = checked.model
    found = {
        "model_files": Ingredient(
            name=model.published_as, revision=model.revision, sha256=files.sha256, origin=files.origin
        )
    }
    if data is not None:
        found["data_files"] = Ingredient(name=checked.dataset.id, sha256=data.sha256, origin=data.origin)
    return found


def _require_consent() -> None:
    from reproduce.sandbox import require_consent

    require_consent()


def stop_when_asked() -> None:
    """Let the signals that ask for an end raise Cancelled in the main thread."""
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    _ignore_further()
    raise Cancelled(f"stopped by {signal.Signals(number).name}")


def _ignore_further() -> None:
    """A second request must not cut off the record that the first one asks for."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def _signals_held_back() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    _ignore_further()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    sys.exit(main())
