"""Reading rows from JSON Lines files, plain or compressed."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from reproduce.data.rows import Row, Value
from reproduce.data.rules import value_of
from reproduce.errors import DataError
from reproduce.registry.datasets import Rule


def existing(folder: Path, name: str) -> Path | None:
    """Return the file of this name in a folder, or the same with .gz, if one is there."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    return None


def read_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield line number and object of every line that is not blank; raise DataError where one is no object."""
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        # newline="\n": only a line feed ends a row; programs may hold other line ends.
        with opener(path, "rt", encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    found = json.loads(line)
                    if not isinstance(found, dict):
                        raise DataError(f"{path.name}, line {number}: a row is an object, not {type(found).__name__}")
                    yield number, found
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DataError(f"{path.name} cannot be read as JSON Lines ({type(error).__name__}); fetch it again") from None


def read_rows(path: Path, fields: Mapping[str, str | Rule], optional: Sequence[str] = ()) -> list[Row]:
    """Return the rows of a file with our field names; raise DataError, naming the line, where one is not such a row.

    ``optional``: fields that are taken where a row has them.

    Numbers that a field must hold as text (an index as id) are turned into text, except labels. Without a field for
    ``id`` it is the file's name and the line.
    """
    stem = path.name.partition(".")[0]
    rows: list[Row] = []
    for number, raw in read_objects(path):
        row: Row = {} if "id" in fields else {"id": f"{stem}-{number}"}
        raw.setdefault("line", number)  # for templates of ids
        there = {name: name for name in optional if name in raw}
        for ours, rule in {**fields, **there}.items():
            value = value_of(raw, rule)
            if value is None:
                raise DataError(f"{path.name}, line {number}: a row has the fields {_wanted(fields)}")
            row[ours] = _typed(ours, value, f"{path.name}, line {number}")
        rows.append(row)
    return rows


def _typed(field: str, value: Value, place: str) -> Value:
    if field != "label":
        return value if isinstance(value, list) else str(value)
    try:
        return int(value)  # type: ignore[arg-type]  # a list is the TypeError
    except (TypeError, ValueError):
        raise DataError(f"{place}: a label is a whole number, not {value!r}") from None


def _wanted(fields: Mapping[str, str | Rule]) -> str:
    simple = [rule for rule in fields.values() if isinstance(rule, str)]
    ruled = [rule for rule in fields.values() if isinstance(rule, Rule)]
    named = [*simple, *(rule.field for rule in ruled if rule.field)]
    lists = [rule.field for rule in ruled if rule.join is not None and rule.field]
    form = ", each a text or a whole number"
    return ", ".join(named) + form + (f", {', '.join(lists)} a list of texts" if lists else "")
