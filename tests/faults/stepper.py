"""A run in eight steps of some milliseconds each, which goes on from its checkpoint and tells on those that disturb it.

``python -m tests.faults.stepper spec.json out/``. Its score follows from the steps that it took, each once, so that a
lost or repeated step shows. Beside the spec it leaves ``begun.txt`` and ``finished.txt``, a line each time, and
``overlap`` when two of it ran at once.
"""

import fcntl
import json
import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from corpus.files import dump_json_record, write_text
from corpus.records.run import RunRecord, RunSpec, RunStatus, Score

STEPS = 8
PAUSE = threading.Event()


def main():
    """Take the steps that are left."""
    spec = RunSpec.model_validate_json(Path(sys.argv[1]).read_text())
    out, started_at = Path(sys.argv[2]), datetime.now(UTC)
    with (out.parent / "alone").open("w") as alone:
        try:
            fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            (out.parent / "overlap").touch()
        note(out.parent / "begun.txt")
        checkpoint = out / "checkpoint" / "state.json"
        taken = json.loads(checkpoint.read_text()) if checkpoint.exists() else []
        for step in range(len(taken), STEPS):
            PAUSE.wait(0.05)
            taken.append(step * (spec.seed + 1))
            write_text(checkpoint, json.dumps(taken))
            with (out / "events.jsonl").open("a") as events:
                events.write(json.dumps({"phase": "training", "step": step + 1, "steps": STEPS}) + "\n")
        record = RunRecord(
            id=spec.run_id(), spec_digest=spec.digest(), spec=spec, status=RunStatus.FINISHED, started_at=started_at,
            finished_at=datetime.now(UTC), metrics={spec.metric: Score(value=sum(taken) / 1000, items=len(taken))},
        )  # fmt: skip
        write_text(out / "record.json", dump_json_record(record.sealed()))
        note(out.parent / "finished.txt")


def note(file):
    """Add this process's number to a file."""
    with file.open("a") as lines:
        lines.write(f"{os.getpid()}\n")


if __name__ == "__main__":
    main()
