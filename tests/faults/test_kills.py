"""Kills at random moments, the same ones each time: of the worker, of a run, of who asks. Nothing is lost by them."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from contextlib import suppress

import psutil
import pytest

from corpus.files import read_run
from corpus.home import Home
from corpus.records.run import RunStatus
from reproduce.queue import resume_sweep, submit_sweep, sweep_id, sweep_state, sweeps
from reproduce.queue.execute import environment
from tests.faults.conftest import STEPPING
from tests.queue.looks import alive
from tests.queue.workers import SEARCHED, wait_until, workers

STEPPER = "tests.faults.stepper"


def scores(home: Home) -> dict[str, tuple[str, float]]:
    """What the records say, by run."""
    records = [read_run(file) for file in home.runs.rglob("*.json")]
    return {record.id: (record.status.value, record.metrics["map_at_r"].value) for record in records}


def lines(home: Home, name: str) -> dict[str, list[int]]:
    """The process numbers that the runs noted in their files of a name, by run."""
    return {file.parent.name: [int(n) for n in file.read_text().split()] for file in home.work.glob(f"*/{name}")}


def running(home: Home) -> list[int]:
    """The processes at work on runs of a folder."""
    found = []
    for pid in {pid for pids in lines(home, "begun.txt").values() for pid in pids}:
        try:
            if STEPPER in psutil.Process(pid).cmdline() and alive(pid):
                found.append(pid)
        except psutil.NoSuchProcess:
            continue
    return sorted(found)


def assert_whole(home: Home) -> None:
    """No two processes at one run, no run measured twice, no process left, no half file."""
    assert not list(home.work.glob("*/overlap"))
    assert {run: len(pids) for run, pids in lines(home, "finished.txt").items() if len(pids) != 1} == {}
    assert running(home) == []
    assert [file for file in home.root.rglob("*") if ".unfinished" in file.name] == []
    for file in home.root.rglob("*.json"):
        json.loads(file.read_text())


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, sweep_of):
    """The scores of the sweep where nothing is killed."""
    home = Home(tmp_path_factory.mktemp("undisturbed"))
    with workers(home) as start:
        submit_sweep("faults", sweep_of(6), home=home)
        start("--until-idle", "--slots=2", settings=STEPPING).communicate(timeout=120)
    found = scores(home)
    assert {status for status, _ in found.values()} == {"finished"}
    assert_whole(home)
    return found


def test_a_sweep_whose_worker_is_killed_ends_with_the_same_records(home, begin, sweep_of, undisturbed, until):
    """Killed with -9 in the middle and started again, the worker ends with the records of an undisturbed sweep."""
    submit_sweep("faults", sweep_of(6), home=home)
    first = begin("--slots=2")
    until(lambda: scores(home) and running(home))
    first.kill()
    first.wait()
    assert 0 < len(scores(home)) < 6
    begin("--slots=2", "--until-idle").communicate(timeout=120)
    assert scores(home) == undisturbed
    assert_whole(home)
    begun = [pid for pids in lines(home, "begun.txt").values() for pid in pids]
    assert len(begun) <= 6 + 2  # only what was at work began again


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_random_kills_lose_nothing(home, begin, sweep_of, undisturbed, tmp_path, seed):
    """Whoever is killed whenever: gone on with, the sweep ends with the records of an undisturbed one."""
    moments = random.Random(seed)  # noqa: S311  (repeatable, not secret)
    specs = sweep_of(6)
    (tmp_path / "specs.json").write_text(json.dumps([spec.model_dump(mode="json") for spec in specs]))
    ask(home, tmp_path, killed_after=moments.uniform(0.5, 3.0))
    ask(home, tmp_path)  # as whoever saw the first one die does
    worker = begin("--slots=2")
    pause = threading.Event()
    for victim in moments.sample(["worker", "run", "run", "asker"], 4):
        if victim == "asker":
            ask(home, tmp_path, killed_after=moments.uniform(0.5, 3.0))
            continue
        if victim == "run":
            wait_until(lambda: running(home) or is_over(home, specs))
        pause.wait(moments.uniform(0.0, 0.4))
        if victim == "worker":
            worker.kill()
            worker.wait()
            worker = begin("--slots=2")
        elif found := running(home):
            kill(moments.choice(found))
    ask(home, tmp_path)
    worker.terminate()
    worker.communicate(timeout=60)
    name = sweep_id("faults", specs)
    assert list(sweeps(home=home)) == [name]
    for status in sweep_state(sweeps(home=home)[name], home=home).statuses.values():
        assert status is None or status.value in ("finished", "queued", "lost")
    for file in home.runs.rglob("*.json"):
        record = read_run(file)
        assert record.status is RunStatus.FINISHED or "ended by SIGKILL" in record.error
    resume_sweep(name, home=home)
    begin("--slots=2", "--until-idle").communicate(timeout=120)
    assert scores(home) == undisturbed
    assert_whole(home)


def ask(home: Home, folder, killed_after: float | None = None) -> None:
    """Ask for the sweep in a process of its own; kill it after some seconds."""
    command = [sys.executable, "-m", "tests.faults.asking", str(folder / "specs.json")]
    asking = subprocess.Popen(command, env={**environment(home), "PYTHONPATH": SEARCHED})
    try:
        assert asking.wait(timeout=killed_after or 60) == 0
    except subprocess.TimeoutExpired:
        assert killed_after is not None
        asking.kill()
        asking.wait()


def is_over(home: Home, specs) -> bool:
    """Whether nothing is left to kill."""
    return len(lines(home, "finished.txt")) == len(specs)


def kill(pid: int) -> None:
    """Kill a run's process, unless it has just ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
