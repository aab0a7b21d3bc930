"""Reported numbers and measured results of the same task, data set and metric, next to each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from corpus.records import ReportedResult
from taxonomy.measured import Measured

_Key: TypeAlias = tuple[str, str | None, str, bool]


@dataclass(frozen=True)
class Beside:
    """What papers report and what was measured here. Models and settings may differ: nothing is averaged.

    Of a data set that we divided anew (``own_split``) there are measured results only.
    """

    task: str
    dataset: str | None
    metric: str
    own_split: bool
    reported: tuple[ReportedResult, ...]
    measured: tuple[Measured, ...]


def side_by_side(reported: Iterable[ReportedResult], measured: Iterable[Measured]) -> tuple[Beside, ...]:
    """Return the groups; those with measured results first, then those with the most papers and numbers."""
    rows: dict[_Key, list[ReportedResult]] = {}
    for row in reported:
        rows.setdefault((row.task, row.dataset, row.metric, False), []).append(row)
    results: dict[_Key, list[Measured]] = {}
    for result in measured:
        results.setdefault((result.task, result.dataset, result.metric, result.own_split), []).append(result)
    groups = [
        Beside(*key, tuple(rows.get(key, ())), tuple(results.get(key, ()))) for key in dict.fromkeys([*results, *rows])
    ]
    return tuple(sorted(groups, key=_weight, reverse=True))


def _weight(group: Beside) -> tuple[int, int, int]:
    return len(group.measured), len({row.paper for row in group.reported}), len(group.reported)
