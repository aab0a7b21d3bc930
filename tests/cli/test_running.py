"""Commands about many runs, short of running any."""

from __future__ import annotations

import pytest

from corpus.files import dump_json_record, write_text
from reproduce.queue import submit_sweep
from tests import examples
from tests.queue.conftest import spec_that  # noqa: F401  (a fixture)

SEARCH = "package-functions-search"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (f"reproduce {SEARCH} --on pbs", "'pbs' is not one of 'here', 'slurm'"),
        (f"reproduce {SEARCH} --priority 12", "Input should be less than or equal to 9"),
        ("worker --slots 0", "a worker without slots takes nothing; give --slots or --gpu-slots"),
        ("sweep none", "unknown sweep 'none'; there is none yet"),
        ("resume sweep--none", "unknown sweep 'sweep--none'; there is none yet"),
        ("collect none", "unknown job array 'none'; there is none yet"),
        (f"reproduce {SEARCH} --method lora --seed 0 --on slurm --sbatch partition", "is no option of sbatch"),
    ],
)
def test_bad_requests_are_one_sentence_and_2(arguments, said, call, indexed_home):
    """What cannot be meant ends with 2 and says what can; nothing is written."""
    before = sorted(indexed_home.root.iterdir())
    outcome = call(*arguments.split(), home=indexed_home)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in " ".join(outcome.err.replace("│", " ").split())
    assert sorted(indexed_home.root.iterdir()) == before


def test_a_gpu_that_is_not_there_is_refused(call, indexed_home, monkeypatch):
    """With an embedded queue and no device, a run that asks for one would wait for ever."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    outcome = call("reproduce", SEARCH, "--method", "lora", "--gpu", home=indexed_home)
    assert (outcome.code, outcome.out) == (2, "")
    assert "there is no GPU here; leave out --gpu, or set CODEPEFT_DATABASE_URL to a shared queue" in outcome.err
    assert not indexed_home.queue_file.exists()


def test_a_sweep_is_listed_shown_and_stopped(call, home, spec_that):  # noqa: F811
    """Its runs with their status, its methods with the seeds measured so far; cancelled and resumed by its name."""
    asked, _ = submit_sweep("P36", [spec_that("finish", seed) for seed in range(2)], home=home)
    assert call("sweep", "--json", home=home).document == [
        {
            "id": asked.id, "subject": "P36", "asked_at": asked.asked_at.isoformat(), "runs": 2, "finished": 0,
            "active": True,
        }
    ]  # fmt: skip
    shown = call("sweep", asked.id, "--json", home=home).document
    assert set(shown["statuses"].values()) == {"queued"}
    assert [(cell["method"], cell["seeds"], cell["finished"], cell["mean"]) for cell in shown["results"]] == [
        ("lora", 2, 0, None)
    ]
    assert "0 of 2" in call("sweep", asked.id, home=home).out
    assert call("cancel", asked.id, home=home).out == f"{asked.id}: 2 runs are being stopped\n"
    assert set(call("sweep", asked.id, "--json", home=home).document["statuses"].values()) == {"cancelled"}


def test_a_superseded_run_says_so(call, indexed_home):
    """The list tells it in place of its status, the run's own view tells why."""
    record = examples.run(0.7, superseded_because="its experiment has other settings now").sealed()
    write_text(indexed_home.runs / record.spec.recipe / f"{record.id}.json", dump_json_record(record))
    (listed,) = [line for line in call("runs", home=indexed_home).out.splitlines() if record.id in line]
    assert "superseded" in listed
    shown = call("run", record.id, home=indexed_home).out
    assert "no answer counts this run any more: its experiment has other settings now" in " ".join(shown.split())
