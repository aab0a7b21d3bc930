"""Sweeps of runs in steps, and workers that take them."""

from dataclasses import replace

import pytest

from corpus.records.run import RunSpec
from tests.queue.conftest import spec_that, until  # noqa: F401  (fixtures)
from tests.queue.workers import SETTINGS, workers

STEPPING = replace(SETTINGS, run="tests.faults.stepper", poll=0.1, beat=0.2, lease=2.0)


@pytest.fixture(scope="session")
def sweep_of(spec_that):  # noqa: F811
    """Makes the specs of a sweep."""

    def make(runs: int) -> list[RunSpec]:
        return [spec_that("steps", seed) for seed in range(runs)]

    return make


@pytest.fixture
def begin(home):
    """Starts a worker for the test's folder."""
    with workers(home) as start:
        yield lambda *arguments: start(*arguments, settings=STEPPING)
