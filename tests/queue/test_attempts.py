"""One attempt, carried out in this process, as DBOS does it again after a worker died."""

import dataclasses
import threading

import pytest

from corpus.records.run import RunStatus
from reproduce.queue.attempts import new_attempt, run_of, submitted_at
from reproduce.queue.broker import Hold
from reproduce.queue.execute import Executor
from reproduce.queue.folders import RunFolder
from reproduce.queue.locks import FileLock
from tests.queue.looks import landed, starts
from tests.queue.workers import SEARCHED, SETTINGS


@pytest.fixture
def prepared(home, spec_that, monkeypatch):
    """A run's folder, an attempt at it, and what carries it out."""
    monkeypatch.setenv("PYTHONPATH", SEARCHED)
    spec = spec_that("finish")
    folder = RunFolder(home, spec.run_id())
    folder.write_spec(spec)
    settings = dataclasses.replace(SETTINGS, lock_wait=0.2)
    return (
        spec,
        folder,
        new_attempt(spec.run_id()),
        Executor(home, settings, lambda attempt: Hold.OURS, threading.Event()),
    )


def test_an_attempt_is_carried_out_once_however_often_it_is_given_out(home, prepared):
    """A worker that died after the run's end, before or after landing it, does not cost a second run."""
    spec, folder, attempt, execute = prepared
    execute(attempt)
    first = landed(home, spec)
    execute(attempt)
    folder.write_attempt(folder.attempt().model_copy(update={"landed": False}))
    (home.runs / spec.recipe / f"{spec.run_id()}.json").unlink()
    execute(attempt)
    assert landed(home, spec) == first
    assert folder.attempt().landed
    assert starts(home, spec) == 1


def test_a_run_is_not_begun_beside_a_process_that_still_holds_it(home, prepared):
    """A run whose earlier process could not be ended is lost, with the reason, rather than run twice at once."""
    spec, folder, attempt, execute = prepared
    with FileLock(folder.lock_file) as held:
        assert held.acquire()
        execute(attempt)
    assert landed(home, spec).status is RunStatus.LOST
    assert landed(home, spec).error == "an earlier process of this run could not be ended; end it, then resume the run"
    assert starts(home, spec) == 0


def test_later_attempts_sort_after_earlier_ones(spec_that):
    """An attempt's name tells its run and its time, and names sort by time."""
    run_id = spec_that("finish").run_id()
    names = [new_attempt(run_id) for _ in range(100)]
    assert names == sorted(names)
    assert {run_of(name) for name in names} == {run_id}
    assert submitted_at(names[0]) <= submitted_at(names[-1])
