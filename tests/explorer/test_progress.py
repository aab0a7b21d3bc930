"""How far a run is, told from the events that it wrote."""

from datetime import UTC, datetime, timedelta

from explorer.progress import progress
from reproduce.queue import Event

BEGUN = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def event(seconds: float, phase: str, step: int | None = None, **more: object) -> Event:
    """Return an event some seconds after the beginning."""
    steps = 100 if step is not None else None
    return Event(time=BEGUN + timedelta(seconds=seconds), phase=phase, step=step, steps=steps, **more)


def test_nothing_reported_is_not_a_guess():
    """A run that has said nothing has no step, no speed and no time left."""
    found = progress([], "mrr")
    assert (found.phase, found.step, found.seconds_left, found.memory_gb) == (None, None, None, None)


def test_time_left_is_that_of_the_present_phase():
    """The speed is that of this phase alone: twenty steps in ten seconds leave forty seconds for eighty."""
    events = [event(0, "baseline", 0), event(60, "baseline", 100), event(70, "training", 0), event(80, "training", 20)]
    assert progress(events, "mrr").seconds_left == 40


def test_a_phase_without_a_second_report_has_no_time_left():
    """One report tells no speed."""
    assert progress([event(0, "training", 1)], "mrr").seconds_left is None


def test_losses_scores_and_memory_are_as_reported():
    """Points are the reports of training; scores are what phases ended with, of the run's own metric."""
    events = [
        event(0, "baseline", 100, message="mrr 0.5410", memory_gb=0.5),
        event(1, "training", 10, loss=2.0, tokens_per_second=100.0, memory_gb=1.5),
        event(2, "training", 20, loss=1.5, tokens_per_second=110.0, memory_gb=1.25),
        event(3, "validation", 100, message="accuracy 0.9"),
        event(4, "saving", message="mrr is not said here"),
    ]
    found = progress(events, "mrr")
    assert [(point.step, point.loss) for point in found.points] == [(10, 2.0), (20, 1.5)]
    assert found.scores == (("baseline", 0.541),)
    assert (found.tokens_per_second, found.memory_gb) == (110.0, 1.5)


def test_validations_stand_at_the_training_step_before_them():
    """A validation's own steps are items; its score belongs to the step of training that it looks at."""
    events = [
        event(0, "baseline", 100, metric="mrr", value=0.54),
        event(1, "training", 10, loss=2.0),
        event(2, "validation", 40),
        event(3, "validation", 80, metric="mrr", value=0.6),
        event(4, "training", 20, loss=1.5),
        event(5, "validation", 80, metric="mrr", value=0.7),
        event(6, "validation", 80, metric="accuracy", value=0.9),
    ]
    assert progress(events, "mrr").validations == ((10, 0.6), (20, 0.7))
