"""A queue on a PostgreSQL server: several workers, each with a folder of its own, as on machines of their own."""

import os
import signal
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from corpus.home import Home
from corpus.records.run import RunStatus
from reproduce.queue import Answer, JobStatus, cancel, job, jobs, measured, submit
from reproduce.queue.errors import QueueAwayError
from reproduce.queue.roster import WorkerSign, roster
from tests.queue.looks import alive, landed, pid_in, starts
from tests.queue.workers import SETTINGS, workers

QUICK = replace(SETTINGS, beat=0.2, lease=2.0)


@pytest.fixture
def url(postgresql):
    """A database without rows of an earlier test."""
    engine = create_engine(postgresql, poolclass=NullPool)
    with engine.begin() as connection:
        found = connection.execute(text("SELECT to_regclass('dbos.workflow_status')")).scalar()
        if found is not None:
            connection.execute(text("DELETE FROM dbos.workflow_status"))
            connection.execute(text("DELETE FROM codepeft_queue.workers"))
    return postgresql


@pytest.fixture
def asker(url, tmp_path):
    """The folder of who asks for runs; no worker serves it."""
    return Home(tmp_path / "asker", url)


@pytest.fixture
def machines(url, tmp_path):
    """Starts a worker with a folder of its own; yields the function, which returns process and folder."""
    homes = [Home(tmp_path / f"machine-{number}", url) for number in range(3)]
    unused = iter(homes)

    with workers(*homes) as start:

        def begin(*arguments, settings=QUICK):
            home = next(unused)
            return start(*arguments, settings=settings, home=home), home

        yield begin


def test_two_workers_share_a_sweep_and_its_records_come_home(asker, machines, spec_that, until):
    """Each run is run once, by one of two workers without a common folder; records and scores land with who asked."""
    specs = [spec_that("finish", seed) for seed in range(6)]
    assert {answer.answer for answer in submit(specs, home=asker)} == {Answer.QUEUED}
    (_, first), (_, second) = machines(), machines()
    until(lambda: all(state.status.ended for state in jobs(home=asker)))
    assert [landed(asker, spec).status for spec in specs] == [RunStatus.FINISHED] * 6
    assert [starts(first, spec) + starts(second, spec) for spec in specs] == [1] * 6
    for spec in specs:
        assert measured(spec, home=asker)
        assert (asker.runs / spec.recipe / landed(asker, spec).items_file).is_file()
    assert {answer.answer for answer in submit(specs, home=asker)} == {Answer.ALREADY_MEASURED}


def test_a_run_of_a_killed_worker_goes_to_another(asker, machines, spec_that, until):
    """After the lease of a worker killed with -9 another takes its run, and the record comes home."""
    spec = spec_that("wait-elsewhere")
    submit([spec], home=asker)
    process, dead = machines()
    until(lambda: pid_in(dead, spec))
    until(lambda: job(spec.run_id(), home=asker).status is JobStatus.RUNNING)
    assert until(lambda: job(spec.run_id(), home=asker).event).step == 1  # told through the database
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    _, other = machines()
    until(lambda: job(spec.run_id(), home=asker).status.ended)
    assert landed(asker, spec).status is RunStatus.FINISHED
    assert (starts(dead, spec), starts(other, spec)) == (1, 1)


def test_a_worker_that_was_thought_dead_leaves_its_run_to_the_other(asker, machines, spec_that, until):
    """Frozen past its lease and thawed, a worker ends its process and records nothing; the other's record stands."""
    spec = spec_that("wait-elsewhere")
    submit([spec], home=asker)
    frozen, its_home = machines()
    child = until(lambda: pid_in(its_home, spec))
    os.kill(frozen.pid, signal.SIGSTOP)
    _, other = machines()
    until(lambda: landed_there(other, spec))
    os.kill(frozen.pid, signal.SIGCONT)
    until(lambda: not alive(child))
    until(lambda: job(spec.run_id(), home=asker).status is JobStatus.FINISHED)
    assert not landed_there(its_home, spec)
    frozen.terminate()
    _, said = frozen.communicate(timeout=30)
    assert "was given to another worker" in said


def landed_there(home, spec):
    """Whether a folder has the run's record."""
    return (home.runs / spec.recipe / f"{spec.run_id()}.json").exists()


def test_cancelling_from_elsewhere_ends_the_run(asker, machines, spec_that, until):
    """A run is cancelled from a folder whose queue is the same, and is over when its worker has ended it."""
    spec = spec_that("wait")
    submit([spec], home=asker)
    _, home = machines()
    child = until(lambda: pid_in(home, spec))
    until(lambda: job(spec.run_id(), home=asker).status is JobStatus.RUNNING)
    cancel(spec.run_id(), home=asker)
    until(lambda: not alive(child), seconds=5)
    until(lambda: job(spec.run_id(), home=asker).status is JobStatus.CANCELLED)
    assert landed(asker, spec).status is RunStatus.CANCELLED


def test_urgent_runs_are_taken_first(asker, machines, spec_that):
    """A run with a higher priority starts before runs that were queued earlier."""
    usual = [spec_that("finish", seed) for seed in range(2)]
    urgent = spec_that("finish", 7)
    submit(usual, home=asker)
    submit([urgent], home=asker, priority=9)
    worker, _ = machines("--until-idle")
    _, said = worker.communicate(timeout=60)
    begun = [line.split()[2] for line in said.splitlines() if line.endswith(" begins")]
    assert begun == [urgent.run_id(), *(spec.run_id() for spec in usual)], said


def test_gpu_runs_wait_for_a_gpu_slot_and_see_one_device(asker, machines, spec_that, until):
    """A worker without GPU slots leaves such a run; two slots, each a process, serve both kinds."""
    spec, other = spec_that("finish", 1), spec_that("finish", 2)
    submit([spec], home=asker, gpu=True)
    submit([other], home=asker)
    worker, home = machines("--until-idle")
    worker.communicate(timeout=60)
    assert [job(each.run_id(), home=asker).status for each in (spec, other)] == [JobStatus.QUEUED, JobStatus.FINISHED]
    again = submit([spec], home=asker)
    assert again[0].answer is Answer.ALREADY_QUEUED
    both, home = machines("--slots=1", "--gpu-slots=1", "--until-idle")
    _, said = both.communicate(timeout=60)
    assert both.returncode == 0, said
    assert job(spec.run_id(), home=asker).status is JobStatus.FINISHED
    assert (home.work / spec.run_id() / "out" / "devices").read_text() == "0"


def test_a_database_that_is_away_is_told_in_one_sentence(tmp_path, spec_that):
    """Without a server there, asking and submitting say what to do, and write no record."""
    home = Home(tmp_path / "home", "postgresql+psycopg://nobody@/none?host=/nowhere")
    with pytest.raises(
        QueueAwayError, match=r"database cannot be used \(.*\); start it or correct CODEPEFT_DATABASE_URL"
    ):
        submit([spec_that("finish")], home=home)


def test_the_roster_forgets_who_is_silent(asker):
    """A worker counts as living until its lease is over or it leaves."""
    asker.root.mkdir()
    workers = roster(asker)
    workers.beat("a", WorkerSign(host="here", pid=1), lease=1000)
    workers.beat("b", WorkerSign(host="there", pid=2), lease=0)
    assert set(workers.present()) == {"a"}
    workers.leave("a")
    assert not workers.present()
