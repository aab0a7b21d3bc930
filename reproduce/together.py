"""Runs that share what does not depend on method and seed: ``python -m reproduce.together folder...``.

Each folder holds a ``spec.json`` and gets ``out/`` with the record, as ``python -m reproduce.run`` would write it, and
``log.txt``. The specs are alike but for method, learning rate and seed. The libraries are loaded, the data read and
tokenised, the model loaded and the baseline measured once; each run is then a fork of this process, so that none sees
what another left behind. A fork may not follow the start of a thread pool or of a GPU: the runs take one thread each,
on the CPU. Run as many of these processes as there are cores.

Prints the name of each run when it has ended. Exit status: 0 every run finished; 1 some run left another record or
none; 2 the specs cannot be run together, nothing was written.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import CodepeftError, RequestError
from corpus.files import read_json_record
from corpus.home import Home
from corpus.records.run import RunSpec, RunStatus
from reproduce.environment import prepare_libraries
from reproduce.events import EventLog
from reproduce.lifeline import PARENT, end_with_parent
from reproduce.run import EVENTS_FILE, Inputs, execute, inputs_of, stop_when_asked
from reproduce.specs import Checked, check

if TYPE_CHECKING:
    from reproduce.measuring import Bench

_OWN_FIELDS = {"method": True, "method_settings": True, "seed": True, "papers": True, "fidelity": True}
"""What may differ between runs that share a bench, beside the learning rate."""


@dataclass(frozen=True)
class Shared:
    """What was made ready once; nothing where that failed, so that each run finds out and says so in its record."""

    inputs: Inputs | None
    bench: Bench | None
    seconds: float


def likeness(spec: RunSpec) -> tuple[Any, ...]:
    """Return what specs must have in common to be run together."""
    same = spec.model_dump(mode="json", exclude={**_OWN_FIELDS, "training": {"learning_rate"}}, exclude_none=True)
    return (repr(same), check(spec).method.quantization)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the spec of each folder named; return the exit status."""
    folders = [Path(argument) for argument in (sys.argv[1:] if arguments is None else arguments)]
    os.environ["CODEPEFT_THREADS"], os.environ["CODEPEFT_DEVICE"] = "1", "cpu"
    end_with_parent(signal.SIGTERM)
    stop_when_asked()
    prepare_libraries()
    try:
        specs: list[RunSpec] = [read_json_record(folder / "spec.json", RunSpec) for folder in folders]
        if len({likeness(spec) for spec in specs}) != 1:
            raise RequestError("runs go together when their specs differ in method, learning rate and seed alone")
        checked = [check(spec) for spec in specs]
    except CodepeftError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    home = Home.from_environment()
    shared = _made_ready(specs[0], checked[0], folders[0] / "out", home)
    ended_well = True
    for folder, spec, each in zip(folders, specs, checked, strict=True):
        ended_well &= _in_a_fork(folder, spec, each, home, shared) == 0
        print(spec.run_id(), flush=True)  # noqa: T201
    return 0 if ended_well else 1


def _made_ready(spec: RunSpec, checked: Checked, out: Path, home: Home) -> Shared:
    begin = time.perf_counter()
    inputs: Inputs | None = None
    try:
        inputs = inputs_of(checked, home, {})
        from reproduce.measuring import set_up

        bench = set_up(spec, checked, inputs, EventLog(out / EVENTS_FILE), {})
    except Exception as error:  # whatever it is, each run will meet it again and note it
        print(f"nothing could be shared: {error}", file=sys.stderr)  # noqa: T201
        return Shared(inputs, None, 0.0)
    return Shared(inputs, bench, time.perf_counter() - begin)


def _in_a_fork(folder: Path, spec: RunSpec, checked: Checked, home: Home, shared: Shared) -> int:
    """Run one spec in a process of its own; return 0 when it finished, 1 when not, minus the signal that ended it."""
    sys.stdout.flush()
    sys.stderr.flush()
    parent = str(os.getpid())
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 1
    try:
        os.environ[PARENT] = parent
        end_with_parent(signal.SIGKILL)
        with (folder / "log.txt").open("a", encoding="utf-8") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        record = execute(
            spec,
            checked,
            folder / "out",
            home,
            inputs=shared.inputs,
            bench=shared.bench,
            known={"shared_time": round(shared.seconds, 3)} if shared.bench else {},
        )
        status = 0 if record.status is RunStatus.FINISHED else 1
    finally:
        os._exit(status)  # not the parent's clean-up


if __name__ == "__main__":
    sys.exit(main())
