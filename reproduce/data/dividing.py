"""Dividing tables into splits: as published, by published numbers, or by a rule of ours that lets nothing leak."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import get_args

from reproduce.data.rows import Row
from reproduce.registry.datasets import ByHash, ByNumber, Division, SplitName

Splits = dict[SplitName, list[Row]]


def divided(tables: Mapping[str, list[Row]], division: Division | None) -> Splits:
    """Return the rows of every split: of the table of its name, with what the division adds."""
    splits: Splits = {split: list(tables.get(split, ())) for split in get_args(SplitName)}
    if isinstance(division, ByNumber):
        splits |= {split: [] for split in division.ranges}
        for split, row in _by_number(tables[division.table], division):
            splits[split].append(row)
    if isinstance(division, ByHash):
        taken = {group for name in division.apart_from for row in tables[name] for group in _groups(row, division)}
        rows = [row for name in division.tables for row in tables[name]]
        splits |= _by_hash([row for row in rows if not taken.intersection(_groups(row, division))], division)
    return splits


def _by_number(rows: list[Row], division: ByNumber) -> Iterator[tuple[SplitName, Row]]:
    for row in rows:
        number = int(str(row["id"]).rpartition("/")[2])
        for split, ranges in division.ranges.items():
            if any(low <= number <= high for low, high in ranges):
                yield split, row


def _by_hash(rows: list[Row], division: ByHash) -> Splits:
    """Return splits of whole groups; a row whose groups go apart is in none. Rows stand in an order without meaning."""
    ends = dict(zip(division.shares, accumulate(division.shares.values()), strict=True))
    splits: Splits = {split: [] for split in division.shares}
    for row in sorted(rows, key=lambda row: (_number(str(row["id"])), str(row["id"]))):
        percents = [_number(group) % 100 for group in _groups(row, division)]
        places = {next(split for split, end in ends.items() if percent < end) for percent in percents}
        if len(places) == 1:
            split = places.pop()
            if len(splits[split]) < division.most.get(split, len(rows)):
                splits[split].append(row)
    return splits


def _groups(row: Row, division: ByHash) -> list[str]:
    return [str(row[field]) for field in division.groups] or [str(row["id"]).partition("/")[0]]


@functools.lru_cache(maxsize=4096)  # functions come up again in many pairs
def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
