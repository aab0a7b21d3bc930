"""A row of a data set: text, whole numbers and lists of text by our field names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Value: TypeAlias = str | int | list[str]
Row: TypeAlias = dict[str, Value]


def texts(rows: Iterable[Row], field: str) -> tuple[str, ...]:
    """Return a field of every row as text."""
    return tuple(str(row[field]) for row in rows)


def numbers(rows: Iterable[Row], field: str) -> tuple[int, ...]:
    """Return a field of every row as a whole number; raise TypeError for a list."""
    return tuple(_number(row[field]) for row in rows)


def lists(rows: Iterable[Row], field: str) -> tuple[tuple[str, ...], ...]:
    """Return a field of every row as a list of texts; raise TypeError for anything else."""
    return tuple(_list(row[field]) for row in rows)


def _number(value: Value) -> int:
    if isinstance(value, list):
        raise TypeError("a list is no number")
    return int(value)


def _list(value: Value) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return tuple(value)
