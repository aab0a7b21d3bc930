"""What training has shown against its baseline: whether it moved the score by more than seeds differ."""

from __future__ import annotations

from enum import StrEnum

from scipy.special import stdtrit


class Signal(StrEnum):
    """What a run's training has shown against its baseline."""

    BETTER = "better than its baseline"
    WORSE = "worse than its baseline"
    NONE = "no signal: as far from its baseline as seeds from one another"


def gain_interval(
    mean: float, std: float | None, seeds: int, baseline: float | None, confidence: float = 0.95
) -> tuple[float, float] | None:
    """Return the interval of mean minus baseline over seeds (Student's t); None with one seed or no baseline.

    The baseline is taken as known: it is that of the same items, and trained on nothing.
    """
    if std is None or baseline is None:
        return None
    half = float(stdtrit(seeds - 1, (1 + confidence) / 2)) * std / seeds**0.5
    return mean - baseline - half, mean - baseline + half


def signal_of(gain: tuple[float, float] | None, better: str) -> Signal | None:
    """Return what a gain's interval shows, by a metric of which ``better`` is "higher" or "lower"; None without one."""
    if gain is None:
        return None
    if gain[0] <= 0 <= gain[1]:
        return Signal.NONE
    return Signal.BETTER if (gain[0] > 0) == (better == "higher") else Signal.WORSE
