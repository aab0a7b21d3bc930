"""Workers as processes of their own, and specs for the stand-in that they run."""

import pytest

from corpus.home import Home
from corpus.records.run import RunSpec
from tests.queue.workers import wait_until, workers


@pytest.fixture(scope="session")
def spec_that():
    """Makes a spec whose run does what is asked for."""

    def make(does, seed=0):
        return RunSpec.model_validate(
            {
                "recipe": "stand-in", "papers": [], "task": "clone-detection", "dataset": "none", "model": "none",
                "method": "lora", "method_settings": {"does": does}, "scale": "quick", "seed": seed,
                "metric": "map_at_r",
                "training": {
                    "steps": 4, "learning_rate": 1e-3, "weight_decay": 0, "warmup_steps": 0, "max_grad_norm": 1,
                    "classes_per_batch": 2, "items_per_class": 2, "temperature": 0.1, "max_length": 16,
                    "precision": "float32",
                },
            }
        )  # fmt: skip

    return make


@pytest.fixture(scope="session")
def until():
    """The function that waits for a condition."""
    return wait_until


@pytest.fixture
def start_worker(home):
    """Starts a worker for the test's folder."""
    with workers(home) as start:
        yield start


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """A folder whose worker, with two slots, serves many tests; they tell their runs apart by the spec."""
    home = Home(root=tmp_path_factory.mktemp("served"))
    with workers(home) as start:
        start("--slots=2")
        yield home
