"""Reading rows from JSON Lines files, plain or compressed."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping
from pathlib import Path

from reproduce.data.rows import Row
from reproduce.errors import DataError


def existing(folder: Path, name: str) -> Path | None:
    """Return the file of this name in a folder, or the same with .gz, if one is there."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    return None


def read_rows(path: Path, fields: Mapping[str, str]) -> list[Row]:
    """Return the rows of a file with our field names; raise DataError where a line is not such a row.

    Numbers that a field must hold as text (an index as id) are turned into text, except labels.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    rows: list[Row] = []
    try:
        # newline="\n": only a line feed ends a row; programs may hold other line ends.
        with opener(path, "rt", encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    rows.append(_row(json.loads(line), fields, path.name, number))
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DataError(f"{path.name} cannot be read as JSON Lines ({type(error).__name__}); fetch it again") from None
    return rows


def _row(raw: object, fields: Mapping[str, str], file: str, number: int) -> Row:
    if not isinstance(raw, dict) or any(
        isinstance(raw.get(field), bool | float | list | dict | None) for field in fields.values()
    ):
        wanted = ", ".join(fields.values())
        raise DataError(f"{file}, line {number}: a row has the fields {wanted}, each a text or a whole number")
    return {ours: raw[theirs] if ours == "label" else str(raw[theirs]) for ours, theirs in fields.items()}
