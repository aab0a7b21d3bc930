"""Snapshots: the answers as they stand, frozen with a digest, and what changed between two of them, and why.

A snapshot holds answers in sections (suggestions, ties, verdicts, gaps), each a mapping from a key to JSON, and the
digests of the papers and runs behind them. What an answer is, the caller says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import replace as changed_copy
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self

from pydantic import AwareDatetime, JsonValue, model_validator

from corpus.errors import UnknownNameError
from corpus.files import dump_json_record, read_json_record, write_text
from corpus.home import Home
from corpus.library import Corpus
from corpus.records.base import Record, Text
from corpus.records.claim import Ledger
from corpus.records.run import Sha256

Sections = Mapping[str, Mapping[str, JsonValue]]


class Snapshot(Record):
    """What was known at a time. The digest is over sections and records, not over the time."""

    schema_version: Literal[1] = 1
    digest: Sha256
    created_at: AwareDatetime
    version: Text  # of codepeft
    records: dict[str, Sha256]  # papers and runs, by id
    sections: dict[str, dict[str, JsonValue]]

    @model_validator(mode="after")
    def _digest_fits(self) -> Self:
        if self.digest != content_digest(self.sections, self.records):
            raise ValueError("digest does not belong to the content; the snapshot was changed by hand")
        return self


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def content_digest(sections: Sections, records: Mapping[str, str]) -> str:
    """Return the SHA-256 over the canonical JSON of sections and records."""
    content = {"sections": {name: dict(section) for name, section in sections.items()}, "records": dict(records)}
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def record_digests(corpus: Corpus, ledgers: Mapping[str, Ledger]) -> dict[str, str]:
    """Return the SHA-256 of every paper, with its numbers and statements, and of every run.

    The review's statements stand under ``review``. A run that ships and was measured here too counts as measured here.
    """
    found = {}
    for paper in corpus.papers.values():
        ledger = ledgers.get(paper.id)
        parts = [paper.model_dump_json(), *(row.model_dump_json() for row in corpus.results_of[paper.id])]
        found[paper.id] = _sha(*parts, ledger.model_dump_json() if ledger else "")
    for name in ledgers.keys() - corpus.papers.keys():
        found[name] = _sha(ledgers[name].model_dump_json())
    for run in corpus.every_run:
        found[run.id] = _sha(run.model_dump_json())
    return found


def _sha(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def freeze(sections: Sections, records: Mapping[str, str], *, version: str) -> Snapshot:
    """Return a snapshot of the answers given, made now."""
    return Snapshot(
        digest=content_digest(sections, records),
        created_at=datetime.now(UTC).replace(microsecond=0),
        version=version,
        records=dict(records),
        sections={name: dict(section) for name, section in sections.items()},
    )


def folder(home: Home) -> Path:
    """Return where the user's snapshots lie."""
    return home.root / "snapshots"


def save(snapshot: Snapshot, home: Home) -> Path:
    """Write a snapshot under its time and digest; the same content is not written twice. Return the file."""
    for path in sorted(folder(home).glob(f"*-{snapshot.digest[:12]}.json")):
        return path
    path = folder(home) / f"{snapshot.created_at:%Y%m%dT%H%M%SZ}-{snapshot.digest[:12]}.json"
    write_text(path, dump_json_record(snapshot))
    return path


def load(name: str, home: Home) -> Snapshot:
    """Return a snapshot by its file, its file's name, or the beginning of its digest.

    Raises:
        UnknownNameError: there is none, or the beginning means several.
        RecordError: the file is faulty or was changed by hand.
    """
    path = Path(name)
    if path.suffix == ".json" and path.exists():
        return _read(path)
    there = {path.stem: path for path in sorted(folder(home).glob("*.json"))}
    fitting = [path for stem, path in there.items() if name == stem or stem.rpartition("-")[2].startswith(name)]
    if len(fitting) != 1:
        raise UnknownNameError("snapshot", name, list(there) or ["none yet; codepeft snapshot makes one"])
    return _read(fitting[0])


def _read(path: Path) -> Snapshot:
    found: Snapshot = read_json_record(path, Snapshot)
    return found


class ChangeKind(StrEnum):
    """What became of an answer."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """An answer that is not what it was. ``because`` empty: no single record explains it."""

    section: str
    key: str
    kind: ChangeKind
    before: JsonValue  # None where it was not there
    after: JsonValue
    because: tuple[str, ...] = ()  # papers and runs without which the answer would not have become what it is


@dataclass(frozen=True)
class RecordChange:
    """A paper or run that is not what it was."""

    id: str
    kind: ChangeKind


@dataclass(frozen=True)
class Diff:
    """What changed between two snapshots."""

    answers: tuple[Change, ...]
    records: tuple[RecordChange, ...]
    explained: bool  # whether causes were looked for
    note: str


def changes(before: Sections, after: Sections) -> tuple[Change, ...]:
    """Return the answers that differ, section by section in the order of the later snapshot."""
    found = []
    for section in dict.fromkeys([*after, *before]):
        old, new = before.get(section, {}), after.get(section, {})
        for key in dict.fromkeys([*new, *old]):
            if key not in old:
                found.append(Change(section, key, ChangeKind.ADDED, None, new[key]))
            elif key not in new:
                found.append(Change(section, key, ChangeKind.REMOVED, old[key], None))
            elif _canonical(old[key]) != _canonical(new[key]):
                found.append(Change(section, key, ChangeKind.CHANGED, old[key], new[key]))
    return tuple(found)


def record_changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[RecordChange, ...]:
    """Return the papers and runs that were added, removed or changed."""
    found = [RecordChange(name, ChangeKind.ADDED) for name in after if name not in before]
    found += [RecordChange(name, ChangeKind.REMOVED) for name in before if name not in after]
    found += [
        RecordChange(name, ChangeKind.CHANGED) for name in after if name in before and before[name] != after[name]
    ]
    return tuple(found)


Recompute = Callable[[Corpus, Mapping[str, Ledger]], Sections]
"""The answers for a corpus and its ledgers."""


def without(corpus: Corpus, ledgers: Mapping[str, Ledger], name: str) -> tuple[Corpus, Mapping[str, Ledger]]:
    """Return the corpus without one paper or run, and the ledgers without that paper's."""
    kept = changed_copy(
        corpus,
        papers=MappingProxyType({key: paper for key, paper in corpus.papers.items() if key != name}),
        results=tuple(row for row in corpus.results if row.paper != name),
        runs=tuple(run for run in corpus.runs if run.id != name),
        own_runs=tuple(run for run in corpus.own_runs if run.id != name),
    )
    return kept, {owner: ledger for owner, ledger in ledgers.items() if owner != name}


def diff(
    before: Snapshot,
    after: Snapshot,
    *,
    corpus: Corpus,
    ledgers: Mapping[str, Ledger],
    recompute: Recompute,
) -> Diff:
    """Return what changed between two snapshots, and which papers and runs did it.

    Where the later snapshot is of the corpus given, each paper and run that is new or changed in it is left out in
    turn and the answers are made again: it has a part in every changed answer that comes out otherwise. Of records
    that are gone, and of runs that only together change an answer, nothing is said.
    """
    found = changes(before.sections, after.sections)
    moved = record_changes(before.records, after.records)
    if record_digests(corpus, ledgers) != after.records:
        return Diff(
            found, moved, False, "causes are not looked for: the later snapshot is not of the corpus as it is now"
        )
    causes: dict[tuple[str, str], list[str]] = {(change.section, change.key): [] for change in found}
    for record in moved:
        if record.kind is ChangeKind.REMOVED or not found:
            continue
        other = recompute(*without(corpus, ledgers, record.id))
        for change in found:
            now = other.get(change.section, {}).get(change.key)
            if _canonical(now) != _canonical(change.after):
                causes[change.section, change.key].append(record.id)
    explained = tuple(changed_copy(change, because=tuple(causes[change.section, change.key])) for change in found)
    gone = [record.id for record in moved if record.kind is ChangeKind.REMOVED]
    note = f"{', '.join(gone)} cannot be put back, so what their absence did is not told apart" if gone else ""
    if found and not moved:
        note = "no paper or run changed: the answers are made by another version of codepeft"
    return Diff(explained, moved, True, note)
