"""From files as they are published to one table of JSON lines, the form that everything else reads."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from reproduce.errors import DataError
from reproduce.registry.datasets import Part, Table

Downloaded = Sequence[tuple[Part, Path]]


def objects_of(table: Table, downloaded: Downloaded) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a table from its published parts; raise DataError where they have another form."""
    try:
        yield from _FORMS[table.form](downloaded)
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"what is published for {table.file} has another form ({type(error).__name__})") from None


def _text(part: Part, path: Path) -> str:
    packed = path.read_bytes()
    text = (gzip.decompress(packed) if packed.startswith(b"\x1f\x8b") else packed).decode()
    for wrong, right in part.repair.items():
        text = re.sub(wrong, right, text, flags=re.MULTILINE)
    return text


def _json_lines(downloaded: Downloaded) -> Iterator[Mapping[str, Any]]:
    for part, path in downloaded:
        yield from (json.loads(line) for line in _text(part, path).split("\n") if line.strip())


def _json_arrays(downloaded: Downloaded) -> Iterator[Mapping[str, Any]]:
    for part, path in downloaded:
        yield from json.loads(_text(part, path))


def _lines(downloaded: Downloaded) -> Iterator[Mapping[str, Any]]:
    """Put line n of every part into row n, each under the part's field."""
    columns = [_text(part, path).removesuffix("\n").split("\n") for part, path in downloaded]
    names = [str(part.field) for part, _ in downloaded]
    for values in zip(*columns, strict=True):
        yield {name: value.strip() for name, value in zip(names, values, strict=True)}


def _pairs(downloaded: Downloaded) -> Iterator[Mapping[str, Any]]:
    for part, path in downloaded:
        for first, second, label in map(str.split, _text(part, path).splitlines()):
            yield {"id1": first, "id2": second, "label": int(label)}


_FORMS: Mapping[str, Callable[[Downloaded], Iterator[Mapping[str, Any]]]] = {
    "jsonl": _json_lines,
    "json": _json_arrays,
    "lines": _lines,
    "pairs": _pairs,
}
