"""Several processes at one run, started by torchrun."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

from corpus import Home
from corpus.files import dump_json_record, read_run, write_text
from corpus.records.run import RunRecord, RunSpec, RunStatus
from reproduce.errors import SpecError
from reproduce.run import execute
from reproduce.specs import check
from reproduce.team import Team
from tests.reproduce.conftest import tiny


def shared_out(spec: RunSpec, lab: Home, folder: Path) -> tuple[int, str]:
    """Run a spec by two processes; return torchrun's exit status and what was said."""
    write_text(folder / "spec.json", dump_json_record(spec))
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    command = [*torchrun, "-m", "reproduce.run", str(folder / "spec.json"), str(folder / "out")]
    environment = {**os.environ, "CODEPEFT_HOME": str(lab.root), "CODEPEFT_THREADS": "1", "CODEPEFT_DEVICE": "cpu"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, done.stderr


def with_two_batches(spec: RunSpec) -> RunSpec:
    """Return a spec whose steps have two batches."""
    return spec.model_copy(update={"training": spec.training.model_copy(update={"gradient_accumulation": 2})})


def test_two_processes_come_to_the_record_of_one(lab: Home, tmp_path: Path):
    """Same spec, same batches, same losses up to dropout's draws; one record, which says that there were two."""
    spec = with_two_batches(tiny("bitfit", steps=3))
    alone = execute(spec, check(spec), tmp_path / "alone", lab)
    code, said = shared_out(spec, lab, tmp_path)
    assert code == 0, said
    record = read_run(tmp_path / "out" / "record.json")
    assert (record.status, record.hardware.processes) == (RunStatus.FINISHED, 2)
    assert alone.hardware.processes is None
    assert record.spec_digest == alone.spec_digest
    assert record.train_tokens == alone.train_tokens
    assert record.num_trainable_params == alone.num_trainable_params
    assert record.baseline == alone.baseline
    first = dict(record.train_loss)[1], dict(alone.train_loss)[1]
    assert first[0] == pytest.approx(first[1], rel=0.05)  # before any weight has moved only dropout differs
    assert record.metrics["mrr"].value == pytest.approx(alone.metrics["mrr"].value, abs=0.1)
    assert_steps_told_once(tmp_path / "out" / "events.jsonl")


def assert_steps_told_once(events: Path) -> None:
    """Only the first process writes into the run's events."""
    told = [line for line in events.read_text().splitlines() if '"phase": "training"' in line]
    assert len(told) == 3


@pytest.mark.slow
def test_a_fault_of_another_process_is_the_runs(lab: Home, tmp_path: Path):
    """Where the loss is no number, both end, and there is one record with that status."""
    spec = with_two_batches(tiny("full-finetuning", steps=4, learning_rate=1e30, warmup_steps=0))
    code, said = shared_out(spec, lab, tmp_path)
    assert code != 0, said
    assert read_run(tmp_path / "out" / "record.json").status is RunStatus.NOT_A_NUMBER


def test_the_others_record_tells_why_the_first_had_to_end(tmp_path: Path):
    """A process that ended only because another did takes over its status and reason."""
    spec, out = tiny(), tmp_path / "out"
    now = "2026-01-01T00:00:00Z"
    record = RunRecord(
        id=spec.run_id(), spec_digest=spec.digest(), spec=spec, status=RunStatus.OUT_OF_MEMORY, error="too large",
        started_at=now, finished_at=now,
    )  # fmt: skip
    team = Team(0, 2)
    write_text(out / "process-1" / "record.json", dump_json_record(record))
    assert team.blame(RunStatus.CANCELLED, "stopped by SIGTERM", out) == (
        RunStatus.OUT_OF_MEMORY, "process 1: too large",
    )  # fmt: skip
    assert team.blame(RunStatus.NOT_A_NUMBER, "nan", out) == (RunStatus.NOT_A_NUMBER, "nan")
    assert Team().blame(RunStatus.CANCELLED, "stopped", out) == (RunStatus.CANCELLED, "stopped")


def test_batches_that_cannot_be_shared_evenly_are_refused():
    """Three batches go to three processes or one, not to two; a step of one batch cannot be shared."""
    spec = tiny()
    three = spec.model_copy(update={"training": spec.training.model_copy(update={"gradient_accumulation": 3})})
    Team(0, 3).require_shares(three)
    Team(0, 1).require_shares(three)
    for each in (three, spec):
        with pytest.raises(SpecError, match="set gradient_accumulation to a multiple of 2, or start fewer processes"):
            Team(1, 2).require_shares(each)
