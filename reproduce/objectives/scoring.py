"""From what a metric measured to what is kept."""

from __future__ import annotations

from corpus.records.run import Score
from reproduce.metrics import Measured
from reproduce.objectives.base import Evaluated


def evaluated(measured: Measured) -> Evaluated:
    """Return a metric's value with its interval, and its items."""
    score = Score(value=measured.value, items=len(measured.items), low=measured.low, high=measured.high)
    return Evaluated(measured.items, score)
