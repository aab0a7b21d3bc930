"""The median polish that calibrates what a run will take."""

from __future__ import annotations

import pytest

from reproduce.polish import median_polish


def test_a_sum_of_rows_and_columns_is_found_again_though_places_are_empty():
    """Effects that add up are found exactly from the values that there are, the usual column having none."""
    rows, columns = {"a": 1.0, "b": 3.0, "c": -2.0, "d": 0.5}, {"v": -1.0, "w": -0.5, "x": 0.0, "y": 0.5, "z": 2.0}
    empty = {("b", "v"), ("c", "z")}
    table = {(row, column): rows[row] + columns[column] for row in rows for column in columns}
    polished = median_polish({place: value for place, value in table.items() if place not in empty})
    assert polished.rows == pytest.approx(rows)
    assert polished.columns == pytest.approx(columns)
    assert list(polished.residuals.values()) == pytest.approx([0.0] * 18)


def test_one_value_far_off_leaves_the_effects_alone():
    """A single wild value becomes a residual of its own place."""
    table = {(row, column): float(row) + float(column) for row in "12345" for column in "12345"}
    polished = median_polish({**table, ("3", "3"): 60.0})
    assert polished.residuals["3", "3"] == pytest.approx(54.0)
    assert polished.rows["5"] - polished.rows["3"] == pytest.approx(2.0)
