"""What the laboratory's tests share: the real small model, the real embedded data set, invented small splits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus import Home
from corpus.files import dump_json_record, read_run, write_text
from corpus.records.run import RunRecord, RunSpec
from reproduce.data.splits import Labelled
from reproduce.environment import prepare_libraries
from reproduce.plan import plan

prepare_libraries()

# float32: a processor without bfloat16 takes twenty times as long for it
TINY = {"steps": 2, "warmup_steps": 1, "classes_per_batch": 4, "max_length": 48, "precision": "float32"}


def tiny(method: str = "lora", *, seed: int = 0, **training: Any) -> RunSpec:
    """Return the code-search experiment cut down to seconds."""
    spec = plan(experiment="package-functions-search", method=method, seeds=[seed])[0]
    settings = spec.training.model_copy(update={**TINY, **training})
    return spec.model_copy(update={"training": settings, "validation_items": 12, "test_items": 16, "recipe": "trial"})


@pytest.fixture
def start(lab: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[RunSpec], subprocess.Popen[str]]:
    """Return a function that starts ``python -m reproduce.run`` on a spec, writing into tmp_path/out."""
    monkeypatch.setenv("CODEPEFT_HOME", str(lab.root))
    monkeypatch.delenv("CODEPEFT_DATA", raising=False)

    def begin(spec: RunSpec) -> subprocess.Popen[str]:
        write_text(tmp_path / "spec.json", dump_json_record(spec))
        command = [sys.executable, "-m", "reproduce.run", str(tmp_path / "spec.json"), str(tmp_path / "out")]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    return begin


@pytest.fixture
def finish(
    start: Callable[[RunSpec], subprocess.Popen[str]], tmp_path: Path
) -> Callable[[RunSpec], tuple[int, RunRecord]]:
    """Return a function that runs a spec to its end and returns exit status and record."""

    def run(spec: RunSpec) -> tuple[int, RunRecord]:
        process = start(spec)
        _, said = process.communicate(timeout=240)
        assert (tmp_path / "out" / "record.json").exists(), said
        return process.returncode, read_run(tmp_path / "out" / "record.json")

    return run


@pytest.fixture(scope="session")
def toy() -> Labelled:
    """Three classes of four short programs."""
    shapes = {
        1: "print({0} + {0})",
        2: "for i in range({0}):\n    total += i",
        3: "def f{0}(text):\n    return text[::-1]",
    }
    rows = [(label, shape.format(number)) for label, shape in shapes.items() for number in range(4)]
    return Labelled(
        ids=tuple(str(at) for at in range(len(rows))),
        texts=tuple(text for _, text in rows),
        labels=tuple(label for label, _ in rows),
    )
