"""Opening a data set: find its rows on this machine, verify them, hand out its splits.

Looked for in turn: the user's folder of data sets (CODEPEFT_DATA), what was fetched before, the installed packages.
Nothing is downloaded here; ``reproduce.fetch`` does that before a run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from corpus.home import Home
from reproduce.data.digest import content_sha256, listing_sha256
from reproduce.data.dividing import divided
from reproduce.data.embedded import extract
from reproduce.data.files import existing, read_rows
from reproduce.data.kinds import Classified, Cloze, Generated, Programs
from reproduce.data.rows import Row
from reproduce.data.shapes import read_tables
from reproduce.data.splits import Labelled, Paired, Split
from reproduce.errors import DataError
from reproduce.registry.datasets import DataKind, DatasetEntry, PublishedFiles, Rule, SplitName

SPLITS: tuple[SplitName, ...] = get_args(SplitName)
_KINDS: Mapping[DataKind, Callable[[list[Row]], Split]] = {
    "labelled": Labelled.from_rows,
    "paired": Paired.from_rows,
    "classified": Classified.from_rows,
    "generated": Generated.from_rows,
    "cloze": Cloze.from_rows,
    "programs": Programs.from_rows,
}
FIELDS: Mapping[DataKind, tuple[str, ...]] = {
    "labelled": ("id", "text", "label"),
    "paired": ("id", "query", "code"),
    "classified": ("id", "text", "label"),
    "generated": ("id", "source", "target"),
    "cloze": ("id", "text", "options", "answer"),
    "programs": ("id", "prompt", "solution", "tests", "entry_point"),
}
"""What a row of each kind holds."""
OPTIONAL: Mapping[DataKind, tuple[str, ...]] = {"classified": ("other",), "programs": ("before",)}
"""What it may hold beside that."""


@dataclass(frozen=True)
class Opened:
    """A data set in memory, verified."""

    train: Split
    validation: Split
    test: Split
    origin: str  # in words, no path
    sha256: str  # one digest for all splits


def cache_folder(entry: DatasetEntry, home: Home) -> Path:
    """Return where a data set's files are kept once fetched."""
    return home.cache / "data" / entry.id


def file_names(entry: DatasetEntry) -> dict[str, str]:
    """Return the name of each table's file, without .gz."""
    if isinstance(entry.origin, PublishedFiles):
        return {name: table.file for name, table in entry.origin.files.items()}
    return {split: f"{split}.jsonl" for split in SPLITS}


def open_dataset(entry: DatasetEntry, home: Home) -> Opened:
    """Return the data set's splits; raise DataError when rows are missing or are not the pinned ones."""
    rows, origin = _rows(entry, home)
    for split in SPLITS:
        verify(entry, split, rows[split], origin)
    split_of = _KINDS[entry.kind]
    return Opened(
        **{split: split_of(rows[split]) for split in SPLITS},
        origin=origin,
        sha256=listing_sha256({split: entry.splits[split].content_sha256 for split in SPLITS}),
    )


def verify(entry: DatasetEntry, split: SplitName, rows: list[Row], origin: str) -> None:
    """Raise DataError unless these are the rows that the registry pins."""
    pinned = entry.splits[split]
    if len(rows) != pinned.rows or content_sha256(rows) != pinned.content_sha256:
        raise DataError(
            f"{entry.id}, {split} split ({origin}): {len(rows):,} rows that are not the {pinned.rows:,} pinned ones; "
            f"remove what stands there and fetch the data set again"
        )


def is_local(entry: DatasetEntry, home: Home) -> bool:
    """Return whether every table's file lies in the user's folder or among what was fetched."""
    return _located(entry, home) is not None


def _located(entry: DatasetEntry, home: Home) -> tuple[dict[str, Path], str] | None:
    """Return where each table's file is, and whose folder that is in words; None where one is missing."""
    for found, origin in ((_in_folder(entry, home.data), "local folder"), (_in_cache(entry, home), "fetched")):
        if all(found.values()):
            return {name: path for name, path in found.items() if path}, origin
    return None


def _in_folder(entry: DatasetEntry, data: Path | None) -> dict[str, Path | None]:
    names = file_names(entry)
    if data is None:
        return dict.fromkeys(names)
    return {name: existing(data / folder, names[name]) for name, folder in local_folders(entry).items()}


def _in_cache(entry: DatasetEntry, home: Home) -> dict[str, Path | None]:
    return {name: existing(cache_folder(entry, home), file) for name, file in file_names(entry).items()}


def local_folders(entry: DatasetEntry) -> dict[str, str]:
    """Return the folder below the user's folder of data sets in which each table's file is looked for."""
    if isinstance(entry.origin, PublishedFiles):
        return {name: table.folder or entry.id for name, table in entry.origin.files.items()}
    return dict.fromkeys(SPLITS, entry.id)


def _rows(entry: DatasetEntry, home: Home) -> tuple[Mapping[SplitName, list[Row]], str]:
    located = _located(entry, home)
    if isinstance(entry.origin, PublishedFiles):
        if located is None:
            raise DataError(_what_to_do(entry, entry.origin))
        paths, origin = located
        return divided(read_tables(entry.origin, paths), entry.origin.division), origin
    if located is None:
        return extract(entry.origin), "installed packages"
    paths, origin = located
    fields = {name: name if name != "options" else Rule(field=name, is_list=True) for name in FIELDS[entry.kind]}
    return {split: read_rows(paths[split], fields, OPTIONAL.get(entry.kind, ())) for split in SPLITS}, origin


def _what_to_do(entry: DatasetEntry, origin: PublishedFiles) -> str:
    folders = local_folders(entry)
    files = ", ".join(f"{folders[name]}/{table.file}" for name, table in origin.files.items())
    fetchable = all(table.parts for table in origin.files.values())
    fetch = f"run `python -m reproduce.fetch {entry.id}` where there is a network, or " if fetchable else ""
    return (
        f"data set {entry.id} is not here; {fetch}put {files} (or the same with .gz) below the folder that "
        f"CODEPEFT_DATA names"
    )
