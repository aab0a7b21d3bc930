"""Generated programs end in a result, whatever they try, and are not run without consent."""

from __future__ import annotations

import os

import pytest

from reproduce.errors import SpecError
from reproduce.sandbox import CONSENT, Limits, network_barrier, run_program

QUICK = Limits(seconds=8, processor_seconds=1, memory_mb=256)


@pytest.fixture(autouse=True)
def consent(monkeypatch):
    """The user allowed it."""
    monkeypatch.setenv(CONSENT, "1")


def test_nothing_runs_without_consent(monkeypatch, tmp_path):
    """Without consent the program is not started, and one sentence says what to set."""
    monkeypatch.delenv(CONSENT)
    with pytest.raises(SpecError, match=r"set CODEPEFT_RUN_GENERATED_CODE=1 to allow it") as told:
        run_program(f"open({str(tmp_path / 'made')!r}, 'w')")
    assert "\n" not in str(told.value)
    assert not list(tmp_path.iterdir())


def test_program_that_passes_and_program_that_fails():
    """A program that ends by itself passed; one whose assertion fails did not, and its error is told."""
    assert run_program("import math, json, re\nassert math.gcd(4, 6) == 2\n", QUICK).passed
    failed = run_program("assert 1 == 2, 'not so'\n", QUICK)
    assert (failed.outcome, failed.said) == ("failed", "AssertionError: not so")
    assert run_program("def broken(:\n", QUICK).outcome == "failed"
    assert run_program("raise SystemExit(3)\n", QUICK).outcome == "failed"


@pytest.mark.parametrize(
    ("source", "outcomes"),
    [
        ("while True: pass", {"out of time", "killed"}),
        ("while True:\n    try:\n        while True: pass\n    except BaseException: pass", {"out of time", "killed"}),
        ("x = 'a' * 10**10", {"failed"}),
        ("x = []\nwhile True: x.append('a' * 10**6 + str(len(x)))", {"failed", "killed", "out of time"}),
        ("def f(): f()\nf()", {"failed"}),
        ("import os\nos.fork()", {"failed"}),
        ("import os\nwhile True: os.fork()", {"failed"}),
        ("import subprocess\nsubprocess.run(['true'])", {"failed"}),
        ("import os\nos.system('true')", {"failed"}),
        ("import socket\nsocket.create_connection(('127.0.0.1', 9), 1)", {"failed"}),
        ("import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/')", {"failed"}),
        ("import ctypes\nctypes.CDLL(None)", {"failed"}),
        ("open('big', 'wb').write(b'a' * 10**8)", {"failed", "killed"}),
        ("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)", {"failed"}),
        ("import sys\nwhile True: sys.stderr.write('a' * 10**6)", {"failed", "killed", "out of time"}),
    ],
    ids=[
        "endless-loop", "stubborn-loop", "memory-at-once", "memory-bit-by-bit", "recursion", "fork", "fork-bomb",
        "subprocess", "shell", "socket", "url", "foreign-library", "large-file", "kills-parent", "floods-output",
    ],
)  # fmt: skip
def test_what_a_program_tries_ends_in_a_result(source, outcomes):
    """Whatever it tries, the program ends and is told apart from one that passed."""
    assert run_program(source, QUICK).outcome in outcomes


def test_writing_outside_is_refused_and_inside_allowed(tmp_path):
    """A program may write into its own folder and nowhere else, also through another name; the folder is removed."""
    outside = tmp_path / "made"
    for way in (
        "open({0!r}, 'w')",
        "import os; os.open({0!r}, os.O_CREAT | os.O_WRONLY)",
        "import os; os.mkdir({0!r})",
    ):
        refused = run_program(way.format(str(outside)), QUICK)
        assert "refused" in refused.said
    kept = tmp_path / "kept"
    kept.write_text("x")
    assert not run_program(f"import os; os.remove({str(kept)!r})", QUICK).passed
    assert kept.exists()
    assert not outside.exists()
    assert run_program("open('mine', 'w').write('x'); assert open('mine').read() == 'x'", QUICK).passed


def test_environment_is_empty_and_folder_fresh(monkeypatch):
    """No variable of the user reaches the program, and nothing lies in its folder but itself."""
    monkeypatch.setenv("SECRET_TOKEN", "x")
    source = "import os\nassert 'SECRET_TOKEN' not in os.environ\nassert os.listdir('.') == ['program.py']\n"
    assert run_program(source, QUICK).passed


def test_network_barrier_is_known():
    """What keeps programs from the network on this machine can be told in a record."""
    assert network_barrier() in ("namespace", "sockets refused")


@pytest.mark.skipif(not os.environ.get("CODEPEFT_DATA"), reason="CODEPEFT_DATA names no folder of data sets")
def test_published_solutions_pass_their_tests():
    """The authors' solutions of ten tasks of MBPP and of all QuixBugs programs pass; faulty programs fail."""
    from corpus import Home
    from reproduce.data import open_dataset
    from reproduce.registry import datasets

    home = Home.from_environment()
    for name, items in (("mbpp-mxeval", 5), ("humaneval", 5), ("quixbugs", None)):
        split = open_dataset(datasets()[name], home).test.head(items)
        for at, solution in enumerate(split.solutions):
            assert run_program(split.program(at, solution)).passed, split.ids[at]
    split = open_dataset(datasets()["quixbugs"], home).test
    wrong = [run_program(split.program(at, prompt), QUICK).passed for at, prompt in enumerate(split.prompts[:6])]
    assert not any(wrong)
