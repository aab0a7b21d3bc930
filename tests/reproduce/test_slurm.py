"""Job arrays: the scripts as a cluster gets them, each job's command run for once, and the records taken home."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from corpus.errors import RequestError, UnknownNameError
from corpus.home import Home
from corpus.records.run import RunStatus
from reproduce.queue import measured
from reproduce.slurm import SbatchError, collect, submit_array, write_array
from tests.reproduce.conftest import tiny

SBATCH = """#!/usr/bin/env bash
# Stands in for Slurm's sbatch: notes its arguments, refuses what is no script, gives out numbers.
for argument in "$@"; do :; done
grep -q '^#SBATCH' "$argument" || { echo "sbatch: error: $argument is no batch script" >&2; exit 1; }
[ -z "${REFUSE:-}" ] || { echo "sbatch: error: invalid partition specified" >&2; exit 1; }
printf '%s\\n' "$*" >> "$NOTES"
echo "$((40 + $(wc -l < "$NOTES")));cluster"
"""


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An sbatch in the path; returns the file in which it notes what it was asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "sbatch").write_text(SBATCH)
    (folder / "sbatch").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("NOTES", str(tmp_path / "notes"))
    return tmp_path / "notes"


def bash(script: Path, *, syntax_only: bool = False, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script as a node does."""
    command = ["bash", *(["-n"] if syntax_only else []), str(script)]
    return subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True, check=False)


def test_an_array_is_submitted_run_and_collected(lab: Home, tmp_path: Path, cluster: Path):
    """Both scripts are sound bash, the array has an index a spec, and each index's command leaves its record."""
    specs = [tiny(seed=seed) for seed in (21, 22)]
    home = Home(tmp_path / "a home", data=lab.data)
    (home.root).mkdir()
    (home.root / "cache").symlink_to(lab.cache)
    array = write_array("P36--1234", specs, home=home, options=["--partition=short"])
    assert submit_array(array) == ("41", "42")
    first, second = cluster.read_text().splitlines()
    assert first == f"--parsable {array.folder}/array.sh"
    assert second == f"--parsable --dependency=afterany:41 {array.folder}/collect.sh"

    script = (array.folder / "array.sh").read_text()
    assert re.findall(r"^#SBATCH (.*)$", script, re.M)[2:] == [
        "--array=0-1", "--cpus-per-task=2", "--requeue", "--partition=short",
    ]  # fmt: skip
    for name in ("array.sh", "collect.sh"):
        assert bash(array.folder / name, syntax_only=True).returncode == 0
    refused = bash(array.folder / "array.sh", SLURM_ARRAY_TASK_ID="")
    assert refused.returncode != 0
    assert "submit it with sbatch" in refused.stderr

    for index in range(2):
        done = bash(array.folder / "array.sh", SLURM_ARRAY_TASK_ID=str(index))
        assert done.returncode == 0, done.stderr
        if index == 0:
            early = collect("P36--1234", home=home)
            assert [record.id for record in early.landed] == [specs[0].run_id()]
            assert early.outstanding == (specs[1].run_id(),)
    done = bash(array.folder / "collect.sh")
    assert done.returncode == 0, done.stderr
    assert all(measured(spec, home=home) for spec in specs)
    assert len(list((home.runs / "trial").glob("*.items.csv.gz"))) == 2


def test_a_job_that_left_no_record_is_lost_once_its_array_has_ended(tmp_path: Path):
    """While jobs may still run nothing is written for it; afterwards the record quotes the end of its output."""
    home, spec = Home(tmp_path), tiny()
    array = write_array("one", [spec], home=home)
    array.log(0).write_text("slurmstepd: error: *** JOB 7 CANCELLED DUE TO TIME LIMIT ***\n")
    assert collect("one", home=home).outstanding == (spec.run_id(),)
    (record,) = collect("one", home=home, ended=True).landed
    assert record.status is RunStatus.LOST
    assert "DUE TO TIME LIMIT" in record.error


def test_what_a_cluster_refuses_is_told_in_its_words(tmp_path: Path, cluster: Path, monkeypatch: pytest.MonkeyPatch):
    """The folder stays, to be submitted by hand."""
    monkeypatch.setenv("REFUSE", "yes")
    array = write_array("one", [tiny()], home=Home(tmp_path))
    with pytest.raises(SbatchError, match=r"refused .*array.sh: sbatch: error: invalid partition specified; mend"):
        submit_array(array)
    assert json.loads((array.folder / "specs" / "0.json").read_text())["recipe"] == "trial"


def test_bad_requests_of_arrays(tmp_path: Path):
    """An option that is none, a newline in one, and an unknown array are refused; nothing is written."""
    home = Home(tmp_path)
    for option in ("partition=gpu", "--wrap=a\nrm -r /"):
        with pytest.raises(RequestError, match="is no option of sbatch"):
            write_array("one", [tiny()], home=home, options=[option])
    assert not home.arrays.exists()
    with pytest.raises(UnknownNameError, match="unknown job array 'none'"):
        collect("none", home=home)


def test_without_a_cluster_nothing_is_submitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Where there is no sbatch the folder is all there is."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert submit_array(write_array("one", [tiny()], home=Home(tmp_path))) is None
