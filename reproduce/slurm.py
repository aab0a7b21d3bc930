"""Runs as a job array of a Slurm cluster: a folder with specs and two scripts, submitted where there is ``sbatch``.

``arrays/<array>/`` holds ``specs/<index>.json``, ``array.sh`` (one job a spec: the same command that the queue starts),
``collect.sh`` (a job after all of them, which lands their records), ``logs/`` and ``out/<index>/``. The folder must lie
where the nodes can read and write it. A job that is requeued goes on from its run's checkpoint.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import CodepeftError, RequestError, lookup
from corpus.files import dump_json_record, read_json_record, write_text
from corpus.home import Home
from corpus.records.run import RunRecord, RunSpec, RunStatus
from reproduce.queue.landing import Ending, land_out, last_words

CORES = 2  # of a job; as many threads as a run takes
SPECS, LOGS, OUT, ARRAY, COLLECT = "specs", "logs", "out", "array.sh", "collect.sh"


class SbatchError(CodepeftError):
    """The cluster refused the job array; its folder is complete and can be submitted by hand."""


@dataclass(frozen=True)
class JobArray:
    """A job array's folder."""

    folder: Path

    @property
    def specs(self) -> list[RunSpec]:
        """The specs in the order of their indices."""
        files = sorted((self.folder / SPECS).glob("*.json"), key=lambda file: int(file.stem))
        return [read_json_record(file, RunSpec) for file in files]

    def out(self, index: int) -> Path:
        """Return where the job of an index writes."""
        return self.folder / OUT / str(index)

    def log(self, index: int) -> Path:
        """Return where the output of the job of an index goes."""
        return self.folder / LOGS / f"{index}.txt"


@dataclass(frozen=True)
class Collected:
    """What was landed now, and the runs that have no record yet."""

    landed: tuple[RunRecord, ...]
    outstanding: tuple[str, ...]


def write_array(
    name: str, specs: Sequence[RunSpec], *, home: Home, gpu: bool = False, options: Sequence[str] = ()
) -> JobArray:
    """Write the folder of a job array, in place of what an earlier one of the same name left.

    ``options``: further options of sbatch, each as on its command line. Raise RequestError for one that is not.
    """
    for option in options:
        if not option.startswith("--") or not option.isprintable():
            raise RequestError(
                f"{option!r} is no option of sbatch; give it as on its command line, e.g. --partition=gpu"
            )
    array = JobArray(home.arrays / name)
    if array.folder.exists():
        shutil.rmtree(array.folder)
    for index, spec in enumerate(specs):
        write_text(array.folder / SPECS / f"{index}.json", dump_json_record(spec))
    (array.folder / LOGS).mkdir()
    (array.folder / OUT).mkdir()
    own = [f"--array=0-{len(specs) - 1}", f"--cpus-per-task={CORES}", "--requeue", *(["--gres=gpu:1"] if gpu else [])]
    run = f'exec {_python()} -m reproduce.run "{SPECS}/$index.json" "{OUT}/$index"'
    write_text(array.folder / ARRAY, _script(array, home, f"codepeft-{name}", "%a", [*own, *options], [
        'index="${SLURM_ARRAY_TASK_ID:?this script is a job array: submit it with sbatch}"', run,
    ]))  # fmt: skip
    collect = f"exec {_python()} -m explorer collect --ended {shlex.quote(name)}"
    write_text(array.folder / COLLECT, _script(array, home, f"collect-{name}", "collect", options, [collect]))
    return array


def _script(array: JobArray, home: Home, job: str, log: str, options: Sequence[str], commands: Sequence[str]) -> str:
    known = {"CODEPEFT_HOME": home.root, "CODEPEFT_DATA": home.data, "CODEPEFT_DATABASE_URL": home.database_url}
    lines = [
        "#!/usr/bin/env bash",
        f"#SBATCH --job-name={job}",
        f'#SBATCH --output="{array.folder / LOGS / log}.txt"',
        *(f"#SBATCH {option}" for option in options),
        "set -euo pipefail",
        *(f"export {name}={shlex.quote(str(value))}" for name, value in known.items() if value is not None),
        f"cd {shlex.quote(str(array.folder))}",
        *commands,
    ]
    return "\n".join(lines) + "\n"


def _python() -> str:
    return shlex.quote(sys.executable)


def submit_array(array: JobArray) -> tuple[str, str] | None:
    """Submit the array and the job that collects after it; return their numbers, None where there is no sbatch.

    Raise SbatchError when the cluster refuses.
    """
    sbatch = shutil.which("sbatch")
    if sbatch is None:
        return None
    first = _submit([sbatch, "--parsable", str(array.folder / ARRAY)])
    second = _submit([sbatch, "--parsable", f"--dependency=afterany:{first}", str(array.folder / COLLECT)])
    return first, second


def _submit(command: list[str]) -> str:
    said = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (fixed arguments)
    if said.returncode != 0:
        reason = (said.stderr.strip() or said.stdout.strip() or f"exit status {said.returncode}").splitlines()[-1]
        raise SbatchError(f"sbatch refused {command[-1]}: {reason}; mend that and submit the script by hand")
    return said.stdout.strip().partition(";")[0]  # with --parsable: number;cluster


def arrays(*, home: Home) -> dict[str, JobArray]:
    """Return the job arrays written here by name."""
    folders = sorted(home.arrays.iterdir()) if home.arrays.is_dir() else []
    return {folder.name: JobArray(folder) for folder in folders if (folder / ARRAY).is_file()}


def collect(name: str, *, home: Home, ended: bool = False) -> Collected:
    """Land the records that an array's jobs have left; may be repeated. Raise UnknownNameError for an unknown array.

    ``ended``: no job of it runs any more, so that a run without a record is lost and gets one that says so.
    """
    array = lookup("job array", name, arrays(home=home))
    landed, outstanding = [], []
    for index, spec in enumerate(array.specs):
        ending = None
        if ended:
            reason = f"the job {index} of {name} ended without a record{last_words(array.log(index))}"
            ending = Ending(datetime.now(UTC), RunStatus.LOST, reason)
        record = land_out(spec, array.out(index), ending, home=home)
        if record is None:
            outstanding.append(spec.run_id())
        else:
            landed.append(record)
    return Collected(tuple(landed), tuple(outstanding))
