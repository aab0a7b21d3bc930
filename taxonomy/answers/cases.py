"""A case: two numbers that a claim says something about."""

from __future__ import annotations

from dataclasses import dataclass

from taxonomy.answers.sides import Side
from taxonomy.answers.welch import Difference

SHARES_OF_ITEMS = frozenset(
    {
        "accuracy", "exact_match", "recall_at_1", "pass@1", "humaneval_score", "mbpp_score", "plausible_pass@1",
        "plausible_pass@10", "correctly_repaired", "plausibly_repaired", "generation_success_rate",
    }
)  # fmt: skip
"""Metrics whose value is a number of right items over the number of items."""


@dataclass(frozen=True)
class Case:
    """A method's number and what it is compared with.

    Scores are in points of 100, higher is better; shares of trained weights in percent, memory in GB, time in seconds.
    ``against`` None: the comparison is with a stated level.
    """

    what: str  # in words: method, model, data set, language, metric
    method: str | None
    task: str | None
    metric: str | None  # None: not a score, or scores of several metrics
    value: float
    against: float | None
    difference: Difference | None  # None without a baseline
    ratio: float | None  # the difference in percent of the baseline; None without one, or where it is zero
    items: float | None  # the value in test items, where their number is known and the metric is a share of them
    rows: tuple[str, ...]  # reported numbers, or runs

    @property
    def share(self) -> float | None:
        """The value in percent of the baseline; None without one, or where it is zero."""
        return 100 * self.value / self.against if self.against else None


def percent(points: float, of: float | None) -> float | None:
    """Return a difference in percent of what it is a difference to; None where that is absent or zero."""
    return 100 * points / of if of else None


def rows_in(*found: Side | None) -> tuple[str, ...]:
    """Return the ids of the numbers on the sides of a case, each once."""
    return tuple(dict.fromkeys(side.row.id for side in found if side))
