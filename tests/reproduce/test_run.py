"""One run from spec to record, through the command itself, and its ways to fail."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch")

from corpus import Home
from corpus.files import dump_json_record, write_text
from corpus.records.run import RunRecord, RunSpec, RunStatus
from reproduce.run import execute
from reproduce.specs import check
from tests.reproduce.conftest import tiny

pytestmark = pytest.mark.long
Finish = Callable[[RunSpec], tuple[int, RunRecord]]


def test_a_run_leaves_a_complete_record_and_repeats(finish: Finish, lab: Home, tmp_path: Path):
    """Run twice, a spec gives the same metrics, losses and items file, bit for bit, and says what it took."""
    status, record = finish(tiny())
    assert (status, record.status, record.error) == (0, RunStatus.FINISHED, None)
    for scores in (record.metrics, record.baseline, record.validation):
        assert 0 <= scores["mrr"].low <= scores["mrr"].value <= scores["mrr"].high <= 1
    assert record.metrics["mrr"].items == 16
    assert [step for step, _ in record.train_loss] == [1, 2]
    absent = {name for name in RunRecord.model_fields if getattr(record, name) is None}
    not_asked_for = {"validations", "best_step", "stopped_at", "resumed_at", "num_head_params", "layers_reused",
                     "superseded_because"}  # fmt: skip
    assert absent <= {"error", "load_average", "shared_time", *not_asked_for}
    assert record.baseline_kind == "untuned"
    assert record.num_trainable_params == 73_728
    assert record.train_tokens > 0

    packed = (tmp_path / "out" / record.items_file).read_bytes()
    assert hashlib.sha256(packed).hexdigest() == record.items_sha256
    items = list(csv.DictReader(io.StringIO(gzip.decompress(packed).decode())))
    assert sum(float(item["tuned"]) for item in items) / 16 == pytest.approx(record.metrics["mrr"].value)
    assert sum(float(item["untuned"]) for item in items) / 16 == pytest.approx(record.baseline["mrr"].value)

    events = [json.loads(line) for line in (tmp_path / "out" / "events.jsonl").read_text().splitlines()]
    phases = list(dict.fromkeys(event["phase"] for event in events))
    assert phases == ["loading", "baseline", "training", "validation", "test", "saving", "finished"]
    kept = sum(path.stat().st_size for path in (tmp_path / "out" / "adapter").glob("*.safetensors"))
    assert record.adapter_file_size == kept

    text = (tmp_path / "out" / "record.json").read_text()
    for folder in (lab.root, tmp_path, Path.cwd(), Path.home(), Path(sys.prefix)):
        assert str(folder) not in text  # a record can be handed on

    again = run_here(tiny(), lab, tmp_path / "again")  # in another process than the first
    assert again.metrics == record.metrics
    assert again.train_loss == record.train_loss
    assert again.items_sha256 == record.items_sha256


def test_cancelling_leaves_a_record(start: Callable[[RunSpec], subprocess.Popen[str]], tmp_path: Path):
    """SIGTERM in the middle of training ends the run with exit 1 and a cancelled record of what was known."""
    process = start(tiny(steps=100_000))
    events = tmp_path / "out" / "events.jsonl"
    for _ in range(1200):  # two minutes at most
        if process.poll() is not None or (events.exists() and '"training"' in events.read_text()):
            break
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    record = RunRecord.model_validate_json((tmp_path / "out" / "record.json").read_text())
    assert (process.returncode, record.status) == (1, RunStatus.CANCELLED), said
    assert record.error == "stopped by SIGTERM"
    assert record.baseline
    assert not record.metrics


def run_here(spec: RunSpec, home: Home, out: Path) -> RunRecord:
    """Run a spec in this process."""
    return execute(spec, check(spec), out, home)


def test_weights_are_validated_once(lab: Home, tmp_path: Path):
    """The validation score of a record is that of its best step; weights that were validated are not so again."""
    record = run_here(tiny(steps=4, evaluate_every=2, learning_rate=0.01), lab, tmp_path)
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    begun = [event for event in events if event["phase"] == "validation" and event.get("step") == 0]
    values = {each.step: each.value for each in record.validations}
    assert len(begun) == len(values) == 2
    assert record.validation["mrr"].value == values[record.best_step] == max(values.values())


def test_loss_that_is_not_a_number_is_its_own_status(lab: Home, tmp_path: Path):
    """A learning rate out of all bounds ends as not_a_number, with the step, keeping the baseline."""
    spec = tiny("full-finetuning", steps=4, learning_rate=1e30, warmup_steps=0)
    record = run_here(spec, lab, tmp_path)
    assert record.status is RunStatus.NOT_A_NUMBER
    assert "became" in record.error
    assert record.baseline
    assert not record.metrics


def test_missing_data_end_as_a_failed_record(tmp_path: Path):
    """A run whose data are not here fails in one sentence, before anything is trained."""
    spec = tiny().model_copy(
        update={"dataset": "scd-88", "task": "clone-detection", "metric": "map_at_r", "test_items": 40}
    )
    spec = spec.model_copy(update={"validation_items": 16})
    record = run_here(spec, Home(tmp_path / "empty"), tmp_path / "out")
    assert record.status is RunStatus.FAILED
    assert record.error.startswith("data set scd-88 is not here")
    assert record.data_files is None
    assert record.model_files is not None


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (MemoryError(), RunStatus.OUT_OF_MEMORY),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), RunStatus.OUT_OF_MEMORY),
        (RuntimeError("two\nlines"), RunStatus.FAILED),
    ],
    ids=["python", "torch-cpu", "anything"],
)
def test_how_errors_are_filed(error, status, lab: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Running out of memory has its own status; anything else is failed, told in one line."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("reproduce.measuring.measure", fail)
    record = run_here(tiny(), lab, tmp_path)
    assert record.status is status
    assert "\n" not in record.error


BAD = {
    "method": ({"method": "lorra"}, "did you mean lora, "),
    "metric": ({"metric": "map_at_r"}, "package-functions is measured by mrr"),
    "task": ({"task": "clone-detection"}, "package-functions is a data set for code-search"),
    "settings": ({"method_settings": {"rank": 8}}, "it has: r, lora_alpha"),
    "items": ({"test_items": 1}, "the smallest trial on package-functions has 2"),
    "field": ({"colour": "red"}, "colour"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_spec_is_refused_and_nothing_written(name, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A spec that cannot be run is told in words with exit 2; no folder is made."""
    from reproduce.run import main

    change, told = BAD[name]
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    content = {**json.loads(dump_json_record(tiny())), **change}
    write_text(tmp_path / "spec.json", json.dumps(content))
    try:
        assert main([str(tmp_path / "spec.json"), str(tmp_path / "out")]) == 2
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_spec_that_is_no_json_is_refused_by_the_command(tmp_path: Path):
    """The command itself exits with 2 and one line."""
    (tmp_path / "spec.json").write_text("{")
    command = [sys.executable, "-m", "reproduce.run", str(tmp_path / "spec.json"), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "spec.json: line 1: not JSON" in done.stderr
    assert not (tmp_path / "out").exists()
