"""Runs that do not end by themselves: cancelled or killed, then begun again."""

import os
import re
import signal
import time

import pytest

from corpus.records.run import RunStatus
from reproduce.queue import JobStatus, NotInQueueError, cancel, job, resume, submit
from tests.queue.looks import alive, ended, landed, pid_in


@pytest.mark.parametrize("does", ["wait", "stubborn"])
def test_cancelling_ends_the_whole_process_group(served, spec_that, until, does):
    """A cancelled run and the processes it started are gone within five seconds, and its record says so."""
    spec = spec_that(does)
    submit([spec], home=served)
    child = until(lambda: pid_in(served, spec))
    assert job(spec.run_id(), home=served).status is JobStatus.RUNNING
    family = [child, *filter(None, [pid_in(served, spec, "grandchild")])]
    asked = time.monotonic()
    assert cancel(spec.run_id(), home=served).status in (JobStatus.CANCELLING, JobStatus.CANCELLED)
    until(lambda: not any(alive(pid) for pid in family), seconds=5)
    assert time.monotonic() - asked < 5
    assert until(lambda: ended(served, spec)).status is JobStatus.CANCELLED
    assert landed(served, spec).status is RunStatus.CANCELLED
    assert landed(served, spec).error == ("told to stop" if does == "wait" else "cancelled by its user")
    with pytest.raises(NotInQueueError, match="is cancelled; only a queued or running run"):
        cancel(spec.run_id(), home=served)


def test_a_child_that_is_killed_leaves_a_lost_record(served, spec_that, until):
    """A process killed with -9 leaves a record with status lost and the signal's name; resumed, the run finishes."""
    spec = spec_that("wait-once")
    submit([spec], home=served)
    child = until(lambda: pid_in(served, spec))
    os.kill(child, signal.SIGKILL)
    assert until(lambda: ended(served, spec)).status is JobStatus.LOST
    assert "ended by SIGKILL" in landed(served, spec).error
    resume(spec.run_id(), home=served)
    assert until(lambda: ended(served, spec)).status is JobStatus.FINISHED
    assert landed(served, spec).status is RunStatus.FINISHED
    with pytest.raises(NotInQueueError, match="is finished; submit its spec with force"):
        resume(spec.run_id(), home=served)


def test_a_resumed_run_waits_for_the_one_that_is_being_cancelled(served, spec_that, until):
    """A run resumed at once after cancelling starts when the cancelled process has gone, though a slot is free."""
    spec = spec_that("stubborn-once")
    submit([spec], home=served)
    child = until(lambda: pid_in(served, spec))
    cancel(spec.run_id(), home=served)
    assert resume(spec.run_id(), home=served).status in (JobStatus.QUEUED, JobStatus.RUNNING)
    assert until(lambda: ended(served, spec)).status is JobStatus.FINISHED
    assert not alive(child)
    first, second = (served.work / spec.run_id() / "starts.txt").read_text().split()
    assert first != second
    assert not (served.work / spec.run_id() / "overlap").exists()


@pytest.mark.parametrize(
    ("does", "limit", "status", "reason"),
    [
        ("grow", "--memory-gb=0.5", RunStatus.OUT_OF_MEMORY, r"it took 0\.\d+ GB, and the worker allows a run 0\.5 GB"),
        (
            "wait",
            "--hours=0.002",
            RunStatus.FAILED,
            r"it took .* hours, and the worker allows a run 0\.002 \(--hours\)",
        ),
    ],
)
def test_a_run_that_takes_more_than_its_worker_allows_is_ended(
    home, start_worker, spec_that, does, limit, status, reason
):
    """Its record says what it took and what was allowed, and a run within the limits goes on beside it."""
    greedy, modest = spec_that(does), spec_that("finish")
    submit([greedy, modest], home=home)
    start_worker(limit, "--slots=2", "--until-idle").communicate(timeout=60)
    assert landed(home, greedy).status is status
    assert re.search(reason, landed(home, greedy).error)
    assert landed(home, modest).status is RunStatus.FINISHED
    begun = home.work / greedy.run_id() / "starts.txt"
    assert not begun.exists() or not any(alive(int(pid)) for pid in begun.read_text().split())
