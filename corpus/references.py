"""The user's library of references: what was imported, and what was decided about duplicates."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from corpus.errors import Problem, RecordError, RequestError, lookup
from corpus.files import problems_of, raise_all, read_json_record, read_text, write_text
from corpus.home import Home
from corpus.records.reference import Duplicate, ImportRecord, Reference

IMPORT, REFERENCES, DECISIONS = "import.json", "references.jsonl", "decisions.csv"
COLUMNS = ("reference", "decision", "reason", "at")
KEEP, SKIP = "keep", "skip"


@dataclass(frozen=True)
class Library:
    """The references that count, and the duplicates that wait for a decision."""

    imports: tuple[ImportRecord, ...]
    references: tuple[Reference, ...]  # without those left out and those undecided
    undecided: tuple[tuple[Duplicate, Reference], ...]
    left_out: tuple[Duplicate, ...]

    def reference(self, id_or_key: str) -> Reference:
        """Return a reference by its id, or by its key where only one has it; raise UnknownNameError."""
        every = {each.id: each for each in (*self.references, *(reference for _, reference in self.undecided))}
        if id_or_key in every:
            return every[id_or_key]
        keyed = [each for each in self.references if each.key == id_or_key]
        if len(keyed) > 1:
            ids = ", ".join(each.id for each in keyed)
            raise RequestError(f"the key {id_or_key!r} stands in {ids}; give one of these")
        return keyed[0] if keyed else lookup("reference", id_or_key, every)


def import_files(home: Home) -> tuple[Path, ...]:
    """Return the files on which the library depends; the references' own file is vouched for by its digest."""
    folders = sorted(home.imports.glob("I[1-9]*"), key=lambda path: (len(path.name), path.name))
    return tuple(path for folder in folders for path in (folder / IMPORT, folder / DECISIONS) if path.exists())


def imports_of(home: Home) -> tuple[ImportRecord, ...]:
    """Return the records of all imports; raise RecordError with every fault."""
    return tuple(read_json_record(path, ImportRecord) for path in import_files(home) if path.name == IMPORT)


def read_library(home: Home) -> Library:
    """Return the user's library; raise one RecordError with every fault of every import."""
    problems: list[Problem] = []
    imports: list[ImportRecord] = []
    kept: list[Reference] = []
    undecided: list[tuple[Duplicate, Reference]] = []
    left_out: list[Duplicate] = []
    for path in import_files(home):
        if path.name != IMPORT:
            continue
        try:
            record: ImportRecord = read_json_record(path, ImportRecord)
            references = _references(path.with_name(REFERENCES), record)
            decided = read_decisions(path.with_name(DECISIONS))
        except RecordError as error:
            problems.extend(
                Problem(f"{path.parent.name}/{each.file}", each.where, each.message) for each in error.problems
            )
            continue
        imports.append(record)
        doubtful = {each.reference: each for each in record.duplicates}
        for reference in references:
            duplicate = doubtful.get(reference.id)
            if duplicate is None or decided.get(reference.id) == KEEP:
                kept.append(reference)
            elif decided.get(reference.id) == SKIP:
                left_out.append(duplicate)
            else:
                undecided.append((duplicate, reference))
    raise_all(problems)
    return Library(tuple(imports), tuple(kept), tuple(undecided), tuple(left_out))


def _references(path: Path, record: ImportRecord) -> list[Reference]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RecordError([Problem(path.name, "", f"cannot be read: {error.strerror}")]) from None
    if hashlib.sha256(content).hexdigest() != record.references_sha256:
        raise RecordError([Problem(path.name, "", "was changed after the import; import the file anew")])
    try:
        return [Reference.model_validate_json(line) for line in content.splitlines()]
    except ValidationError as error:
        raise RecordError(problems_of(error, path.name)) from None


def read_decisions(path: Path) -> Mapping[str, str]:
    """Return the last decision on each duplicate; none where there is no file."""
    if not path.exists():
        return {}
    rows = csv.reader(io.StringIO(read_text(path)), strict=True)
    found: dict[str, str] = {}
    try:
        if tuple(next(rows, ())) != COLUMNS:
            raise RecordError([Problem(path.name, "line 1", f"the header must be {','.join(COLUMNS)}")])
        for row in rows:
            if len(row) != len(COLUMNS) or row[1] not in (KEEP, SKIP):
                raise RecordError(
                    [Problem(path.name, f"line {rows.line_num}", "a row is reference,keep or skip,reason,at")]
                )
            found[row[0]] = row[1]
    except csv.Error as error:
        raise RecordError([Problem(path.name, f"line {rows.line_num}", f"not CSV: {error}")]) from None
    return found


def dump_decisions(references: Iterable[str], decision: str, reason: str, *, header: bool = True) -> str:
    """Return rows of a decisions file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if header:
        writer.writerow(COLUMNS)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    writer.writerows((reference, decision, reason, now) for reference in references)
    return out.getvalue()


def decide(home: Home, references: Sequence[str], decision: str, reason: str = "") -> tuple[str, ...]:
    """Note what becomes of duplicates, and return them; an earlier decision stays in the file and counts no more.

    Raises:
        RequestError: the decision is neither keep nor skip.
        UnknownNameError: a name is no duplicate's; nothing was written.
    """
    if decision not in (KEEP, SKIP):
        raise RequestError(f"unknown decision {decision!r}; a duplicate is kept (keep) or left out (skip)")
    known = {each.reference: each for record in imports_of(home) for each in record.duplicates}
    for name in references:
        lookup("duplicate", name, known)
    for folder, names in _by_import(references):
        path = home.imports / folder / DECISIONS
        before = read_text(path) if path.exists() else ""
        write_text(path, before + dump_decisions(names, decision, reason, header=not before))
    return tuple(references)


def _by_import(references: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    for folder in dict.fromkeys(name.partition("-")[0] for name in references):
        yield folder, [name for name in references if name.partition("-")[0] == folder]
