"""Keeping results measured by others: one file in ``foreign/`` for each imported file, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from corpus.errors import CodepeftError, RequestError
from corpus.exchange.foreign.formats import FOREIGN_FORMATS, ForeignFormat, NoResultError, foreign_format
from corpus.files import dump_json_record, read_json_record, write_text
from corpus.home import Home
from corpus.records.foreign import ForeignFile, ForeignResult
from corpus.records.reference import Fault

MAX_RESULTS = 10_000  # of one file


@dataclass(frozen=True)
class ImportedResults:
    """What a file of results brought; ``record`` is None when nothing could be read and nothing was written."""

    record: ForeignFile | None
    faults: tuple[Fault, ...]


def parsed_json(text: str) -> Any:
    """Return JSON, bare NaN allowed; None where it is none, nested too deeply, or a number has too many digits."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def import_results(name: str, content: bytes, parsed: Any, home: Home, *, source: str | None = None) -> ImportedResults:
    """Keep the results of a file that is known to hold some.

    Raises:
        RequestError: the file holds no known results, or was imported already.
    """
    format_ = foreign_format(parsed)
    if format_ is None:
        known = ", ".join(each.label for each in FOREIGN_FORMATS.values())
        raise RequestError(f"{name} holds no results that are known; known: {known}")
    digest = hashlib.sha256(content).hexdigest()
    taken = [0]
    for path in home.foreign.glob("F[1-9]*.json"):
        taken.append(int(path.stem[1:]) if path.stem[1:].isdigit() else 0)
        earlier: ForeignFile = read_json_record(path, ForeignFile)
        if earlier.sha256 == digest:
            raise RequestError(f"{name} was imported already, as {earlier.id} ({earlier.file}); nothing was changed")
    file_id = f"F{max(taken) + 1}"
    results, faults = _results(parsed if isinstance(parsed, list) else [parsed], format_, file_id, source)
    if not results:
        return ImportedResults(None, faults)
    record = ForeignFile(
        id=file_id,
        file=name,
        sha256=digest,
        format=format_.id,
        source=source,
        imported_at=datetime.now(UTC).replace(microsecond=0),
        results=results,
    )
    try:
        write_text(home.foreign / f"{file_id}.json", dump_json_record(record))
    except OSError as error:
        raise CodepeftError(f"nothing was imported: {home.foreign} cannot be written: {error.strerror}") from None
    return ImportedResults(record, faults)


def _results(
    records: list[Any], format_: ForeignFormat, file_id: str, source: str | None
) -> tuple[tuple[ForeignResult, ...], tuple[Fault, ...]]:
    if len(records) > MAX_RESULTS:
        raise RequestError(f"the file holds {len(records):,} results; at most {MAX_RESULTS:,} are read at once")
    results, faults = [], []
    for number, record in enumerate(records, 1):
        try:
            if not isinstance(record, dict):
                raise NoResultError("it is no object")
            results.append(format_.read(record, f"{file_id}-{number}", source))
        except NoResultError as error:
            faults.append(Fault(line=1, reason=f"result {number}: {error}"))
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, fault["loc"]))
            faults.append(Fault(line=1, reason=f"result {number}: {where}: {fault['msg']}"))
    return tuple(results), tuple(faults)
