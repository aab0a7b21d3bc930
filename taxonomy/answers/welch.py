"""Differences between two sets of seeds: Welch's interval, one-sided tests, equivalence by two one-sided tests.

Welch, B. L. (1947), Biometrika 34, 28-35: unequal variances; its degrees of freedom by Satterthwaite (1946), Biometrics
Bulletin 2(6), 110-114. Schuirmann, D. J. (1987), J. Pharmacokinet. Biopharm. 15(6), 657-680: two one-sided tests.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import stdtrit


@dataclass(frozen=True)
class Scores:
    """One side: mean and sample standard deviation over runs with different seeds, in points of 100.

    ``std`` None: one run, or a source that gives no spread.
    """

    mean: float
    std: float | None = None
    runs: int = 1

    @property
    def spread(self) -> bool:
        """Whether the side can be tested with: a spread over two runs or more."""
        return self.std is not None and self.runs > 1


@dataclass(frozen=True)
class Difference:
    """First side minus second, in points of 100. ``error`` and ``freedom`` None: a side has no spread over seeds."""

    points: float
    error: float | None = None
    freedom: float | None = None

    @property
    def tested(self) -> bool:
        """Whether there is a spread to test with."""
        return self.error is not None

    def bounds(self, confidence: float = 0.95) -> tuple[float, float] | None:
        """Return the two-sided confidence interval of the difference; None without a spread."""
        if self.error is None or self.freedom is None:
            return None
        half = float(stdtrit(self.freedom, (1 + confidence) / 2)) * self.error
        return self.points - half, self.points + half

    def is_above(self, threshold: float, alpha: float) -> bool:
        """Return whether a one-sided test at level alpha puts the difference above a threshold."""
        bounds = self.bounds(1 - 2 * alpha)
        return bounds is not None and bounds[0] > threshold

    def is_below(self, threshold: float, alpha: float) -> bool:
        """Return whether a one-sided test at level alpha puts the difference below a threshold."""
        bounds = self.bounds(1 - 2 * alpha)
        return bounds is not None and bounds[1] < threshold

    def is_within(self, margin: float, alpha: float) -> bool:
        """Return whether two one-sided tests at level alpha put the difference inside plus and minus margin."""
        return self.is_above(-margin, alpha) and self.is_below(margin, alpha)


def difference(first: Scores, second: Scores) -> Difference:
    """Return first minus second: ``error^2 = s1^2/n1 + s2^2/n2``, with Satterthwaite's degrees of freedom."""
    points = first.mean - second.mean
    if first.std is None or second.std is None or not (first.spread and second.spread):
        return Difference(points)
    parts = (first.std**2 / first.runs, second.std**2 / second.runs)
    variance = sum(parts)
    if variance == 0:
        return Difference(points, 0.0, float(first.runs + second.runs - 2))
    below = parts[0] ** 2 / (first.runs - 1) + parts[1] ** 2 / (second.runs - 1)
    return Difference(points, math.sqrt(variance), variance**2 / below)
