"""Importing a file of references into the user's folder: whole or not at all.

An import is a folder ``imports/I3/``: the file as it was read, its references one a line, and a record of what it was
and what could not be read. It is made under another name and renamed, and never changed afterwards. What the user
decides about duplicates stands beside it in ``decisions.csv``, which only grows.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from corpus.errors import CodepeftError, RequestError
from corpus.exchange.duplicates import Work, duplicates
from corpus.exchange.reading import format_of, read_references
from corpus.exchange.reading.limits import MAX_ENTRIES, as_text, read_bytes
from corpus.exchange.reading.references import references
from corpus.files import dump_json_record
from corpus.home import Home
from corpus.records.reference import Fault, ImportRecord, Reference
from corpus.references import DECISIONS, IMPORT, REFERENCES, dump_decisions, imports_of


class Treatment(StrEnum):
    """What becomes of duplicates: left for a decision, left out, or kept as references of their own."""

    ASK = "ask"
    SKIP = "skip"
    KEEP = "keep"


@dataclass(frozen=True)
class Parsed:
    """A file as it was read, before anything is written."""

    name: str
    content: bytes
    format: str
    references: tuple[Reference, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Imported:
    """What an import brought; ``record`` is None when nothing could be read and nothing was written."""

    parsed: Parsed
    record: ImportRecord | None
    treatment: Treatment

    @property
    def added(self) -> tuple[Reference, ...]:
        """The references that stand in the user's library now."""
        doubtful = {each.reference for each in self.record.duplicates} if self.record else set[str]()
        every = self.parsed.references if self.record else ()
        return tuple(each for each in every if self.treatment is Treatment.KEEP or each.id not in doubtful)


def parse(name: str, content: bytes, import_id: str, asked: str | None = None) -> Parsed:
    """Return what a file's content holds.

    Raises:
        RequestError: the format is unknown, or there are more entries than can be held.
    """
    text = as_text(content, name)
    format_ = format_of(Path(name), text, asked)
    reading = read_references(text, format_)
    if len(reading.entries) > MAX_ENTRIES:
        raise RequestError(
            f"{name} holds {len(reading.entries):,} entries; at most {MAX_ENTRIES:,} are read at once; split it"
        )
    kept, faults = references(reading, format_.id, import_id)
    return Parsed(name, content, format_.id, tuple(kept), tuple(faults))


def import_references(
    file: Path,
    home: Home,
    known: Iterable[Work],
    *,
    treatment: Treatment = Treatment.ASK,
    asked: str | None = None,
    source: str | None = None,
) -> Imported:
    """Read a file and keep what could be read; the library is untouched when the import is interrupted."""
    return import_content(file.name, read_bytes(file), home, known, treatment=treatment, asked=asked, source=source)


def import_content(
    name: str,
    content: bytes,
    home: Home,
    known: Iterable[Work],
    *,
    treatment: Treatment = Treatment.ASK,
    asked: str | None = None,
    source: str | None = None,
) -> Imported:
    """Keep what could be read of a file's content, as ``import_references`` does."""
    digest = hashlib.sha256(content).hexdigest()
    for earlier in imports_of(home):
        if earlier.sha256 == digest:
            raise RequestError(f"{name} was imported already, as {earlier.id} ({earlier.file}); nothing was changed")
    import_id = _next_id(home)
    parsed = parse(name, content, import_id, asked)
    if not parsed.references:
        return Imported(parsed, None, treatment)
    lines = "".join(f"{each.model_dump_json(exclude_defaults=True)}\n" for each in parsed.references).encode()
    record = ImportRecord(
        id=import_id,
        file=name,
        sha256=digest,
        format=parsed.format,
        source=source,
        imported_at=datetime.now(UTC).replace(microsecond=0),
        references=len(parsed.references),
        references_sha256=hashlib.sha256(lines).hexdigest(),
        faults=parsed.faults,
        duplicates=tuple(duplicates(parsed.references, known)),
    )
    decided = () if treatment is Treatment.ASK else tuple(each.reference for each in record.duplicates)
    _write(home, record, lines, parsed, dump_decisions(decided, treatment.value, f"--duplicates {treatment.value}"))
    return Imported(parsed, record, treatment)


def _next_id(home: Home) -> str:
    taken = [int(path.name[1:]) for path in home.imports.glob("I[1-9]*") if path.name[1:].isdigit()]
    return f"I{max(taken, default=0) + 1}"


def _write(home: Home, record: ImportRecord, lines: bytes, parsed: Parsed, decisions: str) -> None:
    """Write an import's folder under another name and rename it."""
    try:
        home.imports.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=home.imports, prefix=".import-"))
    except OSError as error:
        raise CodepeftError(f"nothing was imported: {home.imports} cannot be written: {error.strerror}") from None
    try:
        (folder / REFERENCES).write_bytes(lines)
        (folder / f"original.{parsed.format}").write_bytes(parsed.content)
        (folder / IMPORT).write_text(dump_json_record(record), encoding="utf-8")
        (folder / DECISIONS).write_text(decisions, encoding="utf-8")
        folder.chmod(0o755)
        folder.rename(home.imports / record.id)  # fails where another import took the number meanwhile
    except OSError as error:
        raise CodepeftError(f"nothing was imported: {home.imports} cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def works_known(papers: Iterable[Work], library: Sequence[Reference]) -> list[Work]:
    """Return what new references are compared with: papers first, then the user's library."""
    return [*papers, *map(Work.of_reference, library)]
