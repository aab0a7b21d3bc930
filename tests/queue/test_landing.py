"""From a spec to a record: submitted, run by a worker, landed."""

import hashlib
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from corpus.errors import RecordError, UnknownNameError
from corpus.records.run import RunStatus
from reproduce.queue import Answer, JobStatus, events, job, jobs, log_tail, measured, submit
from reproduce.queue.execute import environment
from tests.queue.looks import ended, landed, starts
from tests.queue.stand_in import leave_record


def answers(specs, home, **options):
    """What became of each request."""
    return [job.answer for job in submit(specs, home=home, **options)]


def test_submitted_specs_are_run_in_order_and_land_once(home, spec_that, start_worker):
    """Runs land as sound records with their items beside them, in the order submitted, and are not run again."""
    specs = [spec_that("finish", seed) for seed in range(3)]
    assert answers(specs, home) == [Answer.QUEUED] * 3
    assert answers(specs, home) == [Answer.ALREADY_QUEUED] * 3
    assert [state.status for state in jobs(home=home)] == [JobStatus.QUEUED] * 3
    worker = start_worker("--until-idle")
    _, errors = worker.communicate(timeout=30)
    assert worker.returncode == 0, errors
    assert [line.split(maxsplit=2)[2] for line in errors.splitlines()] == [
        f"{spec.run_id()} {word}" for spec in specs for word in ("begins", "finished")
    ]
    records = [landed(home, spec) for spec in specs]
    assert [record.status for record in records] == [RunStatus.FINISHED] * 3
    assert sorted(records, key=lambda record: record.started_at) == records
    for spec, record in zip(specs, records, strict=True):
        assert record.items_file == f"{spec.run_id()}.items.csv.gz"
        items = (home.runs / spec.recipe / record.items_file).read_bytes()
        assert hashlib.sha256(items).hexdigest() == record.items_sha256
        assert starts(home, spec) == 1
        assert measured(spec, home=home) == home.runs / spec.recipe / f"{spec.run_id()}.json"
    assert answers(specs, home) == [Answer.ALREADY_MEASURED] * 3
    assert {state.status for state in jobs(home=home)} == {JobStatus.FINISHED}
    run_id = specs[0].run_id()
    assert log_tail(run_id, 5, home=home) == ["a line of the log"]
    assert [event.step for event in events(run_id, home=home)] == [4]
    assert job(run_id, home=home).event.phase == "training"
    assert_asking_is_light(home, "['finished', 'finished', 'finished'] []")


def assert_asking_is_light(home, expected):
    """Asking for runs that have all ended loads neither torch nor DBOS."""
    program = (
        "import sys; from corpus.home import Home; from reproduce.queue import jobs;"
        "print([state.status.value for state in jobs(home=Home.from_environment())],"
        " [name for name in ('torch', 'dbos', 'sqlalchemy') if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], env=environment(home), capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == expected


@pytest.mark.parametrize(
    ("does", "status", "reason"),
    [
        ("not-fetched", RunStatus.FAILED, "the data set is nowhere to be found; say where with CODEPEFT_DATA"),
        ("bad-spec", RunStatus.FAILED, "the run refused its spec; its last words: the model is not one we know"),
        ("crash", RunStatus.LOST, "ended with exit code 1 and left no record; its last words: Segmentation"),
        ("disk-full", RunStatus.DISK_FULL, "could not write its record; its last words: no record could be written"),
        ("faulty-record", RunStatus.FAILED, "left a faulty record: record.json: "),
    ],
)
def test_a_run_that_fails_says_why(served, spec_that, until, does, status, reason):
    """What cannot be fetched, ends without a record or leaves a faulty one becomes a record with one reason."""
    spec = spec_that(does)
    submit([spec], home=served)
    state = until(lambda: ended(served, spec))
    record = landed(served, spec)
    assert record.status is status
    assert reason in record.error
    assert (state.status.value, state.error) == (status.value, record.error)
    assert measured(spec, home=served) is None


def test_a_failed_repetition_does_not_replace_a_finished_record(served, spec_that, until):
    """A finished run is repeated only when forced, and its record stays when the repetition comes to nothing."""
    spec = spec_that("finish-once")
    submit([spec], home=served)
    until(lambda: ended(served, spec))
    before = landed(served, spec)
    assert answers([spec], served) == [Answer.ALREADY_MEASURED]
    assert answers([spec], served, force=True) == [Answer.QUEUED]
    assert until(lambda: ended(served, spec)).status is JobStatus.LOST
    assert landed(served, spec) == before
    assert before.status is RunStatus.FINISHED


def test_a_shipped_record_does_not_stand_for_a_run_here(home, spec_that, tmp_path, monkeypatch):
    """A spec whose finished record ships with the package was measured elsewhere, and is run when it is asked for."""
    spec = spec_that("finish")
    monkeypatch.setattr("corpus.home.SHIPPED_RUNS", tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    leave_record(spec, out, datetime.now(UTC), RunStatus.FINISHED)
    place = tmp_path / spec.recipe / f"{spec.run_id()}.json"
    place.parent.mkdir(exist_ok=True)
    (out / "record.json").rename(place)
    assert answers([spec], home) == [Answer.QUEUED]


def test_a_queue_that_was_never_opened_can_be_read(home, spec_that):
    """Before the first worker the queue is empty, takes specs, and knows which runs it has."""
    assert jobs(home=home) == []
    assert not home.queue_file.exists()
    with pytest.raises(UnknownNameError, match="unknown run 'none'"):
        job("none", home=home)
    assert answers([spec_that("finish")], home) == [Answer.QUEUED]
    with pytest.raises(UnknownNameError, match="did you mean"):
        job("stand-in--lora--s0", home=home)
    with pytest.raises(UnknownNameError):
        log_tail("../worker", home=home)


def test_a_spoilt_folder_does_not_hide_the_others(home, spec_that):
    """A spec changed by hand is left out of the list, and named when its run is asked for."""
    specs = [spec_that("finish", seed) for seed in range(2)]
    submit(specs, home=home)
    spoilt, sound = (spec.run_id() for spec in specs)
    (home.work / spoilt / "spec.json").write_text('{"recipe": 1}')
    assert [state.id for state in jobs(home=home)] == [sound]
    with pytest.raises(RecordError, match=r"spec.json: task: Field required"):
        job(spoilt, home=home)
