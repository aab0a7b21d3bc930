"""The queue with the real run in it."""

import dataclasses

import pytest

from corpus.records.run import RunSpec, RunStatus
from reproduce.queue import WorkerSettings, events, log_tail, submit
from tests.laboratory import lend
from tests.queue.looks import landed
from tests.queue.workers import SETTINGS

pytest.importorskip("torch", reason="a real run needs codepeft[reproduce]")
pytestmark = pytest.mark.long


def test_a_real_run_goes_through_the_queue(home, lab, start_worker):
    """A run of three steps, started by the worker as the program that everybody else starts, lands finished."""
    lend(lab, home)
    spec = RunSpec.model_validate(
        {
            "recipe": "trial", "papers": [], "task": "code-search", "dataset": "package-functions",
            "language": "Python", "model": "all-minilm-l6-v2", "method": "bitfit", "scale": "quick", "seed": 0,
            "metric": "mrr", "validation_items": 20, "test_items": 20,
            "training": {
                "steps": 3, "learning_rate": 1e-3, "weight_decay": 0.01, "warmup_steps": 1, "max_grad_norm": 1,
                "classes_per_batch": 4, "items_per_class": 2, "temperature": 0.05, "max_length": 32,
                "precision": "float32",
            },
        }
    )  # fmt: skip
    submit([spec], home=home)
    real = WorkerSettings()
    worker = start_worker("--until-idle", settings=dataclasses.replace(SETTINGS, run=real.run, fetch=real.fetch))
    _, errors = worker.communicate(timeout=300)
    assert worker.returncode == 0, errors
    record = landed(home, spec)
    assert record.status is RunStatus.FINISHED, (record.error, log_tail(spec.run_id(), home=home))
    assert 0 <= record.metrics["mrr"].value <= 1
    assert (home.runs / "trial" / record.items_file).is_file()
    assert events(spec.run_id(), home=home)[-1].phase == "finished"
