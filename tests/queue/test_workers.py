"""Workers that come and go: killed with -9, told to stop, refused, started in the background."""

import os
import shutil

import pytest

from corpus.records.run import RunStatus
from reproduce.queue import JobStatus, NotInQueueError, cancel, ensure_worker, job, resume, submit, worker_alive
from reproduce.queue.broker import tickets
from tests.queue.looks import alive, ended, landed, pid_in, starts
from tests.queue.workers import SEARCHED, SETTINGS, workers


@pytest.fixture
def orphan(home, spec_that, start_worker, until):
    """A run whose process goes on after its worker was killed with -9: its spec and the process's number."""
    spec = spec_that("wait-once")
    submit([spec], home=home)
    first = start_worker()
    child = until(lambda: pid_in(home, spec))
    first.kill()
    first.wait(timeout=10)
    assert alive(child)
    assert job(spec.run_id(), home=home).status is JobStatus.QUEUED
    return spec, child


def test_a_killed_workers_run_is_begun_again_and_lands_once(home, orphan, start_worker, until):
    """The next worker ends the process left behind, then runs the run again; told to stop, it leaves it to a third."""
    spec, child = orphan
    (home.work / spec.run_id() / "starts.txt").write_text("")  # so that it waits once more
    second = start_worker()
    again = until(lambda: starts(home, spec) and pid_in(home, spec))
    assert not alive(child)
    second.terminate()
    _, errors = second.communicate(timeout=10)
    assert second.returncode == 0, errors
    assert f"{spec.run_id()} was left running by an earlier worker" in errors
    assert not alive(again)
    assert job(spec.run_id(), home=home).status is JobStatus.QUEUED
    third = start_worker("--until-idle")
    _, errors = third.communicate(timeout=30)
    assert third.returncode == 0, errors
    assert starts(home, spec) == 2
    assert landed(home, spec).status is RunStatus.FINISHED
    assert tickets(home) == []


def test_a_killed_workers_run_can_be_cancelled(home, orphan):
    """With no worker there, cancelling ends the process left behind and writes the record itself."""
    spec, child = orphan
    assert cancel(spec.run_id(), home=home).status is JobStatus.CANCELLED
    assert not alive(child)
    assert landed(home, spec).status is RunStatus.CANCELLED


def test_a_second_worker_is_refused(served, until):
    """A second worker for the same folder ends with one sentence that names the first."""
    first = until(lambda: worker_alive(home=served))
    with workers(served) as start:
        second = start()
        _, errors = second.communicate(timeout=30)
    assert second.returncode == 2
    assert errors.strip() == (
        f"a worker (process {first}) already takes the runs of this folder; leave it to it, or stop it first"
    )


def test_a_worker_in_the_background_runs_what_is_queued_and_leaves(home, spec_that, until, monkeypatch):
    """A run cancelled in the queue and resumed is taken by a background worker, which leaves when it has been idle."""
    monkeypatch.setenv("PYTHONPATH", SEARCHED)
    spec = spec_that("finish")
    submit([spec], home=home)
    assert cancel(spec.run_id(), home=home).status is JobStatus.CANCELLED
    assert landed(home, spec).error == "cancelled by its user before it started"
    assert resume(spec.run_id(), home=home).status is JobStatus.QUEUED
    with pytest.raises(NotInQueueError, match="is queued; there is nothing to resume"):
        resume(spec.run_id(), home=home)
    pid = ensure_worker(home=home, idle_seconds=0.3, settings=SETTINGS)
    assert os.getsid(pid) == pid
    until(lambda: worker_alive(home=home) == pid)
    assert ensure_worker(home=home, settings=SETTINGS) == pid
    assert until(lambda: ended(home, spec)).status is JobStatus.FINISHED
    assert starts(home, spec) == 1
    until(lambda: not alive(pid))
    assert worker_alive(home=home) is None
    assert f"{spec.run_id()} finished" in (home.work / "worker.log").read_text()


def test_a_worker_leaves_when_its_folder_is_deleted(home, spec_that, start_worker, until):
    """Nothing is left to serve then; the queue's open file must keep neither the worker nor its run alive."""
    spec = spec_that("wait")
    submit([spec], home=home)
    worker = start_worker()
    child = until(lambda: pid_in(home, spec))
    shutil.rmtree(home.root)
    _, errors = worker.communicate(timeout=60)
    assert "the folder that this worker serves is gone" in errors
    assert not alive(child)
    assert not home.work.exists()
