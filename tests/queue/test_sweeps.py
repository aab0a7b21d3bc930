"""Runs asked for together: watched, stopped, gone on with."""

import pytest

from corpus.errors import UnknownNameError
from corpus.records.run import RunStatus
from explorer.sweeping import sweep_document
from reproduce.queue import (
    Answer,
    JobStatus,
    cancel,
    cancel_sweep,
    resume_sweep,
    submit_sweep,
    sweep,
    sweep_state,
    sweeps,
)
from tests.queue.looks import ended, landed, starts


@pytest.fixture
def statuses():
    """Where the runs of a sweep stand, in the order of its specs."""

    def look(asked, home):
        return list(sweep_state(sweep(asked.id, home=home), home=home).statuses.values())

    return look


def test_a_sweep_shows_what_its_finished_runs_come_to_so_far(home, spec_that, start_worker):
    """With two of three seeds measured their mean is shown; asked again, only the third is queued."""
    specs = [spec_that("finish", seed) for seed in range(3)]
    submit_sweep("stand-in", specs[:2], home=home)
    start_worker("--until-idle").communicate(timeout=60)
    asked, submitted = submit_sweep("stand-in", specs, home=home)
    assert [job.answer for job in submitted] == [Answer.ALREADY_MEASURED, Answer.ALREADY_MEASURED, Answer.QUEUED]
    document = sweep_document(sweep_state(asked, home=home), home=home)
    assert (document["runs"], document["finished"], document["active"]) == (3, 2, True)
    (cell,) = document["results"]
    assert (cell["seeds"], cell["finished"], cell["mean"], cell["sd"]) == (3, 2, 0.5, 0.0)
    assert next(iter(sweeps(home=home))) == asked.id
    with pytest.raises(UnknownNameError, match="unknown sweep 'none'"):
        sweep("none", home=home)


def test_resuming_a_sweep_takes_up_what_may_come_out_otherwise(home, spec_that, start_worker, statuses):
    """Cancelled and never queued runs are queued, one that became NaN is not; those that are measured stay."""
    finishes, diverges, waits, forgotten = (spec_that(does) for does in ("finish", "diverge", "wait", "finish-once"))
    asked, _ = submit_sweep("stand-in", [finishes, diverges, waits], home=home)
    whole = asked.model_copy(update={"specs": (finishes, diverges, waits, forgotten)})
    (home.sweeps / f"{asked.id}.json").write_text(whole.model_dump_json(exclude_none=True))
    assert statuses(asked, home) == [JobStatus.QUEUED] * 3 + [None]  # as if killed before the last was queued
    assert cancel_sweep(asked.id, home=home) == [each.run_id() for each in (finishes, diverges, waits)]
    assert statuses(asked, home) == [JobStatus.CANCELLED] * 3 + [None]
    assert len(resume_sweep(asked.id, home=home)) == 4
    cancel(waits.run_id(), home=home)
    start_worker("--until-idle").communicate(timeout=60)
    assert statuses(asked, home) == [
        JobStatus.FINISHED, JobStatus.NOT_A_NUMBER, JobStatus.CANCELLED, JobStatus.FINISHED,
    ]  # fmt: skip
    assert [job.id for job in resume_sweep(asked.id, home=home)] == [waits.run_id()]
    assert starts(home, diverges) == 1
    assert landed(home, diverges).status is RunStatus.NOT_A_NUMBER
    assert ended(home, finishes)
