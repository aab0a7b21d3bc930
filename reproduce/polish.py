"""Median polish of a table with gaps (Tukey, Exploratory Data Analysis, 1977, chapter 11). No torch."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

ROUNDS = 10


@dataclass(frozen=True)
class Polished:
    """Each value is its row's effect and its column's effect and a residual; the usual column has the effect 0."""

    rows: Mapping[str, float]
    columns: Mapping[str, float]
    residuals: Mapping[tuple[str, str], float]


def median_polish(table: Mapping[tuple[str, str], float]) -> Polished:
    """Return the effects of rows and columns of the values that there are, by row and column.

    Raise StatisticsError when there are none.
    """
    rows = dict.fromkeys((row for row, _ in table), 0.0)
    columns = dict.fromkeys((column for _, column in table), 0.0)
    for _ in range(ROUNDS):
        for name in rows:
            rows[name] = statistics.median(
                value - columns[column] for (row, column), value in table.items() if row == name
            )
        for name in columns:
            columns[name] = statistics.median(
                value - rows[row] for (row, column), value in table.items() if column == name
            )
        usual = statistics.median(columns.values())
        rows = {name: effect + usual for name, effect in rows.items()}
        columns = {name: effect - usual for name, effect in columns.items()}
    residuals = {(row, column): value - rows[row] - columns[column] for (row, column), value in table.items()}
    return Polished(rows, columns, residuals)
