"""Numbers as people read them, with their scale, sign and unit (absent ones say so), and how a run ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from corpus.records import RunRecord
from taxonomy.vocabulary import Metric

NOT_REPORTED = "not reported"
NOT_MEASURED = "not measured"

SCALES: Mapping[str, str] = MappingProxyType(
    {"unit": "0 to 1", "percent": "0 to 100", "ten": "0 to 10", "factor": "a factor"}
)
"""What a metric's scale is called on the pages."""

_DECIMALS: Mapping[str, int] = MappingProxyType({"unit": 3, "percent": 2, "ten": 2, "factor": 2})


def score(value: float | None, metric: Metric) -> str:
    """Return a score on its metric's declared scale."""
    return NOT_REPORTED if value is None else f"{value:.{_DECIMALS[metric.scale]}f}"


def scale_of(metric: Metric) -> str:
    """Return the scale and the direction of a metric in words."""
    return f"{SCALES[metric.scale]}, {metric.better} is better"


def points(value: float | None) -> str:
    """Return a difference in points of 100 with its sign."""
    return NOT_REPORTED if value is None else f"{value:+.2f}"


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: ``1 paper``, ``1,432 numbers``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def duration(seconds: float | None) -> str:
    """Return a time as people say it."""
    if seconds is None:
        return NOT_MEASURED
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def gigabytes(value: float | None) -> str:
    """Return memory in GB."""
    return NOT_MEASURED if value is None else f"{value:.1f} GB"


def learns(backbone: bool) -> str:
    """Return what stands behind a method's name where it was told to train the whole backbone as well."""
    return " (backbone trained too)" if backbone else ""


def about(value: float | None, unit: str) -> str:
    """Return an estimate with its unit; one that nobody made says so."""
    return "not estimated" if value is None else f"about {value:,.4g} {unit}, estimated"


def run_status(run: RunRecord) -> str:
    """Return how a run ended; a finished one that no answer counts any more is superseded."""
    return "superseded" if run.superseded_because else run.status.value.replace("_", " ")


def moment(when: datetime) -> str:
    """Return a time in UTC to the minute."""
    return f"{when:%Y-%m-%d %H:%M} UTC"
