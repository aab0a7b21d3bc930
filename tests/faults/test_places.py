"""Disks that are full, folders that take no files, a database that goes away: told, and no record is lost by them."""

import errno
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.files import dump_json_record, write_text
from corpus.home import Home
from corpus.records.run import RunStatus
from reproduce.endings import UNWRITTEN, how_it_ended
from reproduce.queue import JobStatus, job, submit
from tests import postgres
from tests.faults.conftest import STEPPING
from tests.queue.looks import landed
from tests.queue.workers import workers

NO_FILES = Path("/sys/kernel")  # a folder of Linux in which nobody, not even root, can make anything


@pytest.fixture
def sealed_off():
    """A folder that takes no files."""
    if not NO_FILES.is_dir():
        pytest.skip("only Linux has a folder that takes no files even from root")
    return NO_FILES / "codepeft"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/a/out/x"), RunStatus.DISK_FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), RunStatus.DISK_FULL),
        (RuntimeError("I/O error: No space left on device (os error 28)"), RunStatus.DISK_FULL),
        (OSError(errno.EROFS, "Read-only file system", "/elsewhere"), RunStatus.READ_ONLY),
        (PermissionError(errno.EACCES, "Permission denied", "/a/out/x"), RunStatus.READ_ONLY),
        (PermissionError(errno.EACCES, "Permission denied", "/data/that/may/not/be/read"), RunStatus.FAILED),
    ],
)  # fmt: skip
def test_errors_of_writing_have_statuses_of_their_own(error, status):
    """A full disk and a folder that takes no files are told apart from each other and from what cannot be read."""
    found, reason = how_it_ended(error, Path("/a/out"))
    assert found is status
    assert "\n" not in reason


def test_a_full_disk_ends_a_run_with_a_record(tmp_path, spec_that):
    """The kernel's own answer on a full device, met while events are written, becomes the record's status."""
    pytest.importorskip("torch")
    from reproduce.run import execute
    from reproduce.specs import check
    from tests.reproduce.conftest import tiny

    if not Path("/dev/full").exists():
        pytest.skip("only Linux has a device that is always full")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "events.jsonl").symlink_to("/dev/full")
    record = execute(tiny(), check(tiny()), tmp_path / "out", Home(tmp_path))
    assert record.status is RunStatus.DISK_FULL
    assert record.error.startswith("the disk is full ([Errno 28]")
    assert (tmp_path / "out" / "record.json").exists()


def test_a_run_that_cannot_write_its_record_says_so_by_its_exit_status(tmp_path, sealed_off):
    """Where no record can be left, one sentence and the exit status tell the worker why."""
    pytest.importorskip("torch")
    from tests.reproduce.conftest import tiny

    write_text(tmp_path / "spec.json", dump_json_record(tiny()))
    command = [sys.executable, "-m", "reproduce.run", str(tmp_path / "spec.json"), str(sealed_off)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == UNWRITTEN[RunStatus.READ_ONLY], done.stderr
    assert done.stderr.startswith("no record could be written: ")


def test_a_record_that_cannot_be_put_in_place_is_kept_until_it_can(home, begin, sweep_of, until, sealed_off):
    """The run is done but its records' folder takes no files: its status says so, and once it does, it lands."""
    (spec,) = sweep_of(1)
    home.runs.mkdir(parents=True)
    (home.runs / spec.recipe).symlink_to(sealed_off.parent)
    submit([spec], home=home)
    begin()
    until(lambda: job(spec.run_id(), home=home).status is JobStatus.READ_ONLY)
    (home.runs / spec.recipe).unlink()
    until(lambda: job(spec.run_id(), home=home).status is JobStatus.FINISHED)
    assert landed(home, spec).status is RunStatus.FINISHED
    assert (home.work / spec.run_id() / "finished.txt").read_text().count("\n") == 1


def test_a_database_that_goes_away_costs_no_run(tmp_path, sweep_of, until):
    """Its server stopped in the middle of a sweep and started again, each run is measured once and comes home."""
    pytest.importorskip("psycopg")
    binaries = postgres.programs()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    specs = sweep_of(3)
    with postgres.restartable(binaries) as server:
        asker, machine = Home(tmp_path / "asker", server.url), Home(tmp_path / "machine", server.url)
        submit(specs, home=asker)
        with workers(machine) as start:
            worker = start(settings=replace(STEPPING, lease=60.0))
            until(lambda: list(machine.work.glob("*/begun.txt")))
            server.stop()
            until(lambda: list(machine.work.glob("*/finished.txt")))  # what was begun goes on meanwhile
            server.start()
            until(lambda: all(job(spec.run_id(), home=asker).status is JobStatus.FINISHED for spec in specs))
            assert worker.poll() is None
    assert [(machine.work / spec.run_id() / "begun.txt").read_text().count("\n") for spec in specs] == [1, 1, 1]
    assert {landed(asker, spec).status for spec in specs} == {RunStatus.FINISHED}
