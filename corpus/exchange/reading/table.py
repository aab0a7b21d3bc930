"""CSV as databases and reference managers write it: a header row, columns found by their names, in any order."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from types import MappingProxyType

from corpus.exchange.reading.entries import Entry, Reading
from corpus.exchange.reading.limits import MAX_VALUE

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "article title": "title", "document title": "title", "item title": "title", "publication title": "venue",
        "author": "authors", "authors": "authors", "author full names": "authors", "publication year": "year",
        "year": "year", "date": "year", "source title": "venue", "journal": "venue", "venue": "venue",
        "booktitle": "venue", "doi": "doi", "item doi": "doi", "arxiv": "arxiv", "arxiv id": "arxiv", "eprint": "arxiv",
        "abstract": "abstract", "abstract note": "abstract", "url": "url", "link": "url", "key": "key", "id": "key",
        "title": "title", "type": "type", "item type": "type", "document type": "type",
    }
)  # fmt: skip
"""Names of columns in lower case, and what each one holds. Other columns are kept under their own names."""


def read(text: str) -> Reading:
    """Return the rows of a CSV file with a header."""
    found = Reading()
    csv.field_size_limit(MAX_VALUE + 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    header: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            found.refuse(line, "", f"not CSV: {error}")
            if "unexpected end" in str(error):
                return found
            continue
        if row is None:
            return found
        if not any(cell.strip() for cell in row):
            continue
        if not header:
            header = [name.strip() for name in row]
            if "title" not in {COLUMNS.get(name.casefold()) for name in header}:
                found.refuse(line, "", "the first row names no column 'title'")
                return found
        elif len(row) != len(header):
            found.refuse(line, "", f"has {len(row)} cells, and the header {len(header)}")
        else:
            _take(dict(zip(header, row, strict=True)), line, found)


def _delimiter(text: str) -> str:
    first = text.lstrip("\n").split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _take(cells: dict[str, str], line: int, found: Reading) -> None:
    fields: dict[str, str] = {}
    for name, cell in cells.items():
        known = COLUMNS.get(name.casefold(), name)
        if cell.strip() and known not in fields:
            fields[known] = cell
        elif cell.strip():
            fields[name] = cell
    names = fields.get("authors", "")
    parts = re.split(r"\s*;\s*|\s+and\s+", names) if ";" in names or " and " in names else _by_commas(names)
    authors = tuple(part.strip() for part in parts if part.strip())
    found.entries.append(Entry(line, fields.get("key", ""), fields.get("type", "row"), fields, authors))


def _by_commas(names: str) -> list[str]:
    """Split 'Ada Example, Bo Sample' but not 'Example, Ada': a single comma between single words is one name."""
    parts = [part.strip() for part in names.split(",")]
    return [names] if len(parts) == 2 and " " not in parts[0] else parts
