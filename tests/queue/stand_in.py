"""Stands in for `python -m reproduce.run spec.json out/`: does what the spec's method_settings["does"] says.

Each start adds a line to starts.txt beside the spec, so that a test can count them.
"""

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import CodepeftError
from corpus.files import dump_json_record, write_text
from corpus.records.run import RunRecord, RunSpec, RunStatus, Score


def fetch(spec, home):
    """Nothing to fetch, unless the spec wants the fetching to fail."""
    if spec.method_settings.get("does") == "not-fetched":
        raise CodepeftError("the data set is nowhere to be found; say where with CODEPEFT_DATA")


def is_there(pid):
    """Whether a process has this number; one that waits to be collected counts."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def leave_record(spec, out, started_at, status, error=None):
    """Write a record, and items when it is of a finished run."""
    items = gzip.compress(b"item,score\n0,1.0\n", mtime=0)
    (out / "items.csv.gz").write_bytes(items)
    finished = status is RunStatus.FINISHED
    record = RunRecord(
        id=spec.run_id(), spec_digest=spec.digest(), spec=spec, status=status, error=error,
        started_at=started_at, finished_at=datetime.now(UTC),
        metrics={spec.metric: Score(value=0.5, items=1)} if finished else {},
        items_file="items.csv.gz" if finished else None,
        items_sha256=hashlib.sha256(items).hexdigest() if finished else None,
    )  # fmt: skip
    write_text(out / "record.json", dump_json_record(record))


def say(out, phase, step):
    """Report how far the run is."""
    event = {"time": datetime.now(UTC).isoformat(), "phase": phase, "step": step, "steps": 4}
    with (out / "events.jsonl").open("a") as events:
        events.write(json.dumps(event) + "\n")


def wait_for_ever(out):
    """Say that and who is waiting, and wait."""
    say(out, "training", 1)
    (out / "waiting").write_text(str(os.getpid()))
    threading.Event().wait()


def be_stubborn(out):
    """Hear no SIGTERM, and have a child that does not either."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    grandchild = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
    (out / "grandchild").write_text(str(grandchild.pid))
    wait_for_ever(out)


def main():
    """Do what the spec says."""
    spec = RunSpec.model_validate_json(Path(sys.argv[1]).read_text())
    out, started_at, does = Path(sys.argv[2]), datetime.now(UTC), spec.method_settings["does"]
    with (out.parent / "starts.txt").open("a") as starts:
        starts.write(f"{os.getpid()}\n")
    first = len((out.parent / "starts.txt").read_text().splitlines()) == 1
    if does == "stubborn" or (does == "stubborn-once" and first):
        be_stubborn(out)
    if does == "stubborn-once" and is_there(int((out.parent / "starts.txt").read_text().split()[0])):
        (out.parent / "overlap").touch()
    if does == "wait":  # until cancelled, as the real run does

        def cancelled(number, frame):
            leave_record(spec, out, started_at, RunStatus.CANCELLED, "told to stop")
            os._exit(1)

        signal.signal(signal.SIGTERM, cancelled)
        wait_for_ever(out)
    if does == "grow":
        taken = bytearray(b"x" * 600_000_000)
        wait_for_ever(out)
        del taken
    if does == "wait-once" and first:
        wait_for_ever(out)
    if does == "wait-elsewhere" and out.parents[2].name == "machine-0":
        wait_for_ever(out)
    if does == "crash" or (does == "finish-once" and not first):
        sys.exit("Segmentation fault, or so it seems")
    if does == "bad-spec":
        sys.stderr.write("the model is not one we know\n")
        sys.exit(2)
    if does == "diverge":
        leave_record(spec, out, started_at, RunStatus.NOT_A_NUMBER, "the loss became nan at step 2 of 4")
        sys.exit(1)
    if does == "disk-full":
        sys.stderr.write("no record could be written: [Errno 28] No space left on device\n")
        sys.exit(3)
    if does == "faulty-record":
        (out / "record.json").write_text('{"id": "something else"}')
        return
    (out / "devices").write_text(os.environ.get("CUDA_VISIBLE_DEVICES", "all"))
    say(out, "training", 4)
    sys.stdout.write("a line of the log\n")
    leave_record(spec, out, started_at, RunStatus.FINISHED)


if __name__ == "__main__":
    main()
