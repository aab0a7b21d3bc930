"""Many runs: those that share a bench measure what they would alone, and nothing is run twice."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from corpus import Home
from corpus.files import dump_json_record, read_run, write_text
from corpus.records.run import RunStatus
from reproduce.campaign import Campaign, in_groups, main
from reproduce.plan import plan
from reproduce.queue.measured import own_record
from tests import examples
from tests.queue.workers import wait_until

from .conftest import tiny


@pytest.fixture
def home(lab, tmp_path, monkeypatch) -> Home:
    """A home with the fetched data and no runs."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "cache").symlink_to(lab.cache)
    monkeypatch.delenv("CODEPEFT_DATA", raising=False)
    monkeypatch.setenv("CODEPEFT_THREADS", "1")
    return Home(tmp_path / "home")


def test_runs_together_measure_what_a_run_alone_does_and_once(home, finish):
    """A campaign's runs share data, model and baseline, give a lone run's metrics bit for bit, are not due again."""
    specs = [tiny(method, learning_rate=1e-3) for method in ("lora", "bitfit")]
    said: list[str] = []
    Campaign(specs, home, ship=False, tell=said.append).run(slots=1)
    together = [read_run(own_record(spec, home=home)) for spec in specs]
    _, alone = finish(specs[1])
    assert [record.status for record in together] == [RunStatus.FINISHED] * 2
    measured = ("metrics", "baseline", "validation", "train_loss", "items_sha256", "num_trainable_params")
    assert {name: getattr(together[1], name) for name in measured} == {name: getattr(alone, name) for name in measured}
    assert together[1].shared_time
    assert alone.shared_time is None
    assert [line.partition("]")[0] for line in said] == ["[1/2", "[2/2"]
    assert Campaign(specs, home, ship=False, tell=said.append).due == []


@pytest.mark.parametrize(
    ("status", "is_due"), [(RunStatus.NOT_A_NUMBER, False), (RunStatus.FAILED, False), (RunStatus.CANCELLED, True)]
)
def test_what_failed_is_not_tried_again_but_what_was_cut_short_is(home, status, is_due):
    """A failed run has its record and stays as it is; one that was cancelled says nothing and is due."""
    spec = tiny()
    record = examples.run(0.5, asked=spec, status=status)
    write_text(own_record(spec, home=home), dump_json_record(record))
    assert bool(Campaign([spec], home, ship=False, tell=print).due) is is_due


def test_groups_hold_runs_of_one_experiment_and_one_kind_of_weights():
    """Runs are grouped by all that they share; 4-bit weights are not those of the others."""
    in_four_bits = tiny("bitfit").model_copy(update={"method": "qlora"})
    specs = [*plan(experiment="scd-88-clones"), tiny("lora"), in_four_bits, tiny("bitfit")]
    groups = [[spec.run_id() for spec in group] for group in in_groups(specs)]
    assert [len(group) for group in groups] == [9, 3, 2, 1]
    assert sorted(name for group in groups for name in group) == sorted(spec.run_id() for spec in specs)


def test_unlike_specs_are_not_run_together(tmp_path):
    """Two lengths of text are two benches: one sentence, exit 2, nothing written."""
    for spec, name in ((tiny(), "a"), (tiny(max_length=32), "b")):
        write_text(tmp_path / name / "spec.json", dump_json_record(spec))
    command = [sys.executable, "-m", "reproduce.together", str(tmp_path / "a"), str(tmp_path / "b")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "differ in method, learning rate and seed alone" in done.stderr
    assert not (tmp_path / "a" / "out").exists()


def test_what_cannot_be_had_here_is_left_out_and_said(home):
    """Runs whose data are not on the machine and cannot be fetched get no record: they are due where the data are."""
    specs = plan(experiment="bigclonebench-pairs", method="lora")
    said: list[str] = []
    campaign = Campaign(specs, home, ship=False, tell=said.append)
    campaign.run(slots=1)
    assert campaign.failed == len(specs)
    assert len(said) == 1
    assert "3 runs of bigclonebench-pairs are left out" in said[0]
    assert len(Campaign(specs, home, ship=False, tell=said.append).due) == len(specs)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_a_killed_campaign_leaves_no_run_behind(home):
    """A campaign that is killed takes its group and the run in it along."""
    program = (
        "from pathlib import Path; from corpus import Home; from reproduce.campaign import Campaign\n"
        "from tests.reproduce.conftest import tiny\n"
        f"Campaign([tiny(steps=100_000)], Home(Path({str(home.root)!r})), ship=False, tell=print).run(1)"
    )
    campaign = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL)
    out = home.work / tiny(steps=100_000).run_id() / "out"
    events = out / "events.jsonl"
    wait_until(lambda: events.is_file() and '"phase": "training"' in events.read_text())
    started = psutil.Process(campaign.pid).children(recursive=True)
    assert len(started) == 2  # the group and the run
    campaign.kill()
    campaign.wait()
    _, left = psutil.wait_procs(started, timeout=60)
    assert left == []


def test_a_part_of_the_campaign_may_be_asked_for(home, monkeypatch, capsys):
    """Experiments, method and seeds narrow it, and an experiment that is named twice counts once."""
    monkeypatch.setenv("CODEPEFT_HOME", str(home.root))
    asked = ["package-next-lines-t5", "package-next-lines-t5", "--method", "lora", "--seed", "0", "--seed", "1"]
    assert main([*asked, "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("2 of 2 runs have a record; 0 are missing")
