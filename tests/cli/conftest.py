"""The command line, called as a program and, faster, inside the test's own process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from corpus import Home
from explorer.cli import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document that standard output holds."""
        return json.loads(self.out)


@pytest.fixture
def call(monkeypatch, capsys, known_home):
    """Return a function that runs a command in this process, in a home with a current index unless told otherwise."""

    def run(*arguments: str, home: Home = known_home) -> Outcome:
        monkeypatch.setenv("CODEPEFT_HOME", str(home.root))
        monkeypatch.setattr(sys, "argv", ["codepeft", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        written = capsys.readouterr()
        return Outcome(ended.value.code or 0, written.out, written.err)

    return run


@pytest.fixture
def program(known_home):
    """Return a function that runs a command as a program of its own."""

    def run(*arguments: str, home: Home = known_home, **environment: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "explorer", *arguments],
            cwd=ROOT,
            env={**os.environ, "CODEPEFT_HOME": str(home.root), **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run
