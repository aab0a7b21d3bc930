"""RIS by rispy, one record at a time: a broken record does not cost its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import rispy

from corpus.exchange.reading.entries import Entry, Reading

_TAG = re.compile(r"^([A-Z][A-Z0-9])  ?-(?: |$)")
_AUTHORS = ("first_authors", "authors", "secondary_authors")


def read(text: str) -> Reading:
    """Return the records of a RIS file."""
    found = Reading()
    for line, lines, fault in _records(text):
        if fault is not None:
            found.refuse(line, "", fault)
            continue
        try:
            parsed: list[dict[str, Any]] = rispy.loads("\n".join(lines) + "\n", skip_unknown_tags=False)
        except Exception as error:  # rispy raises its own, OSError and plain ones for what it cannot read
            found.refuse(line, "", f"not RIS: {' '.join(str(error).split())[:200] or type(error).__name__}")
            continue
        for record in parsed:
            _take(record, line, found)
    return found


def _records(text: str) -> Iterator[tuple[int, list[str], str | None]]:
    """Yield (line, lines, fault) for each record from ``TY`` to ``ER``."""
    begin, lines = 0, list[str]()
    stray = 0
    for number, row in enumerate(text.split("\n"), 1):
        tag = _TAG.match(row)
        if tag and tag.group(1) == "TY":
            if lines:
                yield begin, lines, f"the record does not end: ER is missing before line {number}"
            begin, lines = number, [row]
        elif lines:
            lines.append(row if tag else f"   {row.strip()}" if row.strip() else "")
            if tag and tag.group(1) == "ER":
                yield begin, [entry for entry in lines if entry], None
                lines = []
        elif row.strip() and not stray:
            stray = number
            yield number, [], "stands outside any record: a record begins with TY and ends with ER"
        if not row.strip():
            stray = 0
    if lines:
        yield begin, lines, "the record does not end: ER is missing at the end of the file"


def _take(record: dict[str, Any], line: int, found: Reading) -> None:
    unknown = record.pop("unknown_tag", {})
    kind = str(record.pop("type_of_reference", "")).strip()
    if not kind:
        found.refuse(line, "", "TY says no type")
        return
    authors = next((tuple(map(str, record[name])) for name in _AUTHORS if record.get(name)), ())
    fields = {
        name: "\n".join(map(str, value)) if isinstance(value, list) else str(value) for name, value in record.items()
    }
    fields |= {tag: "\n".join(map(str, value)) for tag, value in unknown.items()}
    found.entries.append(Entry(line, str(record.get("id", "")), kind, fields, authors))
