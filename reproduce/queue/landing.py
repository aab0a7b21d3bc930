"""The end of an attempt: its record put in place, or one written for it when it left none."""

from __future__ import annotations

import hashlib
import signal
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import Problem, RecordError
from corpus.files import dump_json_record, read_run, write_bytes, write_text
from corpus.home import Home
from corpus.records.run import RunRecord, RunSpec, RunStatus
from reproduce.endings import UNWRITTEN
from reproduce.queue.answers import unpacked
from reproduce.queue.folders import RunFolder
from reproduce.queue.measured import is_finished, own_record
from reproduce.queue.tails import tail

LAST_WORDS = 300  # characters quoted from the log
BAD_SPEC = 2  # exit code of a run that refused its spec and wrote nothing


@dataclass(frozen=True)
class Ending:
    """How an attempt ended, as its worker saw it; the record it left, if any, says more."""

    started_at: datetime
    status: RunStatus
    reason: str


def ending_of_process(code: int, started_at: datetime, log: Path, *, short_of_memory: bool = False) -> Ending:
    """Return how a process ended that was not cancelled, by its exit code (negative: the signal that ended it).

    ``short_of_memory``: the system killed a process for want of memory while this one ran.
    """
    words = last_words(log)
    if short_of_memory:
        return Ending(started_at, RunStatus.OUT_OF_MEMORY, f"the system ended it for want of memory{words}")
    for status, number in UNWRITTEN.items():
        if code == number:
            return Ending(started_at, status, f"the run could not write its record{words}")
    if code == BAD_SPEC:
        return Ending(started_at, RunStatus.FAILED, f"the run refused its spec{words}")
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        hint = " (often the system's answer to a lack of memory)" if -code == signal.SIGKILL else ""
        return Ending(started_at, RunStatus.LOST, f"the process was ended by {name}{hint} and left no record{words}")
    return Ending(started_at, RunStatus.LOST, f"the process ended with exit code {code} and left no record{words}")


def last_words(log: Path) -> str:
    """Return the last line of a run's output as the end of a sentence; nothing when it said nothing."""
    lines = [line.strip() for line in tail(log).splitlines() if line.strip()]
    return f"; its last words: {lines[-1][:LAST_WORDS]}" if lines else ""


def land(spec: RunSpec, ending: Ending, *, home: Home) -> RunRecord:
    """Put the attempt's record in place and return it: its own when it left a sound one, else one made of its ending.

    It becomes ``work/<run>/record.json`` and ``runs/<recipe>/<run>.json`` with the items file beside it. An earlier
    finished record is only replaced by a finished one. May be repeated: what is in ``out/`` stays there.
    """
    folder = RunFolder(home, spec.run_id())
    record = _put(_record_left(spec, folder.out) or _record_made(spec, ending), folder.out, home)
    write_text(folder.record_file, dump_json_record(record))
    return record


def land_out(spec: RunSpec, out: Path, ending: Ending | None, *, home: Home) -> RunRecord | None:
    """Put the record that a run left in a folder of any place among the user's runs, as ``land`` does, and return it.

    ``ending``: what to record when it left none; None: nothing, and None is returned.
    """
    record = _record_left(spec, out)
    if record is None and ending is not None:
        record = _record_made(spec, ending)
    return None if record is None else _put(record, out, home)


def _put(record: RunRecord, out: Path, home: Home) -> RunRecord:
    spec = record.spec
    target = own_record(spec, home=home)
    if record.status is RunStatus.FINISHED or not is_finished(target, spec):
        if record.items_file is not None:
            write_bytes(target.with_name(_items_name(spec)), (out / record.items_file).read_bytes())
            record = record.model_copy(update={"items_file": _items_name(spec)}).sealed()
        write_text(target, dump_json_record(record))
    return record


def land_answer(spec: RunSpec, text: str, *, home: Home) -> RunRecord:
    """Put in place what a worker elsewhere gave back through the queue; raise RecordError when it is damaged."""
    returned, folder = unpacked(text), RunFolder(home, spec.run_id())
    folder.clear()
    record = returned.record
    if record.items_file is not None and returned.items is not None:
        write_bytes(folder.out / record.items_file, returned.items)
    write_text(folder.out / "record.json", dump_json_record(record))
    return land(spec, Ending(record.started_at, record.status, record.error or ""), home=home)


def left_finished(spec: RunSpec, *, home: Home) -> bool:
    """Return whether the run's process left a sound record of a finished run."""
    record = _record_left(spec, RunFolder(home, spec.run_id()).out)
    return record is not None and record.status is RunStatus.FINISHED


def _record_left(spec: RunSpec, out: Path) -> RunRecord | None:
    """Return the record that the process wrote; None when there is none, a failed one when it is unsound."""
    path = out / "record.json"
    if not path.exists():
        return None
    try:
        record = read_run(path)
        if record.id != spec.run_id() or record.spec_digest != spec.digest():
            raise RecordError([Problem(path.name, "id", f"it belongs to {record.id}")])
        _check_items(record, out)
    except RecordError as error:
        now = datetime.now(UTC)
        return _record_made(spec, Ending(now, RunStatus.FAILED, f"the run left a faulty record: {error.problems[0]}"))
    return record


def _check_items(record: RunRecord, out: Path) -> None:
    if record.items_file is None:
        return
    file = out / record.items_file
    if Path(record.items_file).name != record.items_file or not file.is_file():
        raise RecordError([Problem("record.json", "items_file", f"there is no file {record.items_file} beside it")])
    if hashlib.sha256(file.read_bytes()).hexdigest() != record.items_sha256:
        raise RecordError([Problem("record.json", "items_sha256", f"{record.items_file} has another digest")])


def _record_made(spec: RunSpec, ending: Ending) -> RunRecord:
    return RunRecord(
        id=spec.run_id(),
        spec_digest=spec.digest(),
        spec=spec,
        status=ending.status,
        error=ending.reason,
        started_at=ending.started_at,
        finished_at=datetime.now(UTC),
    ).sealed()


def _items_name(spec: RunSpec) -> str:
    return f"{spec.run_id()}.items.csv.gz"
