"""Scales on which effects are pooled: points as they are, or their inverse hyperbolic sine."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import Field

from corpus.records.base import Record


class Scale(Record):
    """A monotone scale for effects in points of 100.

    ``asinh``: ``z = asinh(points / unit)`` (Burbidge, Magee and Robb 1988, JASA 83(401)). Near zero it is linear, far
    from zero it grows like a logarithm, so that one effect of twenty points does not drown those of one or two, and a
    normal distribution on it has heavy tails in points. Because the scale is monotone, quantiles and so intervals and
    medians go through it unchanged; means do not.
    """

    kind: Literal["points", "asinh"]
    unit_points: float = Field(default=1.0, gt=0)  # where the scale turns from linear to logarithmic

    def forward(self, points: float) -> float:
        """Return an effect in points of 100 on the scale."""
        return math.asinh(points / self.unit_points) if self.kind == "asinh" else points

    def backward(self, value: float) -> float:
        """Return a value on the scale in points of 100."""
        return math.sinh(value) * self.unit_points if self.kind == "asinh" else value

    def variance(self, points: float, variance: float) -> float:
        """Return a variance in points squared on the scale, by the delta method at ``points``."""
        return variance / (self.unit_points**2 + points**2) if self.kind == "asinh" else variance
