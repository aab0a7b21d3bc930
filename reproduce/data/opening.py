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
from reproduce.data.files import existing, read_rows
from reproduce.data.kinds import Classified, Cloze, Generated, Programs
from reproduce.data.packages import extract
from reproduce.data.rows import Row
from reproduce.data.splits import Labelled, Paired, Split
from reproduce.errors import DataError
from reproduce.registry.ingredients import DataKind, DatasetEntry, PublishedFiles, SplitName

SPLITS: tuple[SplitName, ...] = get_args(SplitName)
_KINDS: Mapping[DataKind, Callable[[list[Row]], Split]] = {
    "labelled": Labelled.from_rows,
    "paired": Paired.from_rows,
    "classified": Classified.from_rows,
    "generated": Generated.from_rows,
    "cloze": Cloze.from_rows,
    "programs": Programs.from_rows,
}
_PAIRED_FIELDS = {"id": "id", "query": "query", "code": "code"}


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


def file_names(entry: DatasetEntry) -> dict[SplitName, str]:
    """Return the name of each split's file, without .gz."""
    if isinstance(entry.origin, PublishedFiles):
        return {split: published.file for split, published in entry.origin.files.items()}
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
    """Return whether every split's file lies in the user's folder or among what was fetched."""
    return any(_complete(entry, folder) for folder, _ in _folders(entry, home))


def _folders(entry: DatasetEntry, home: Home) -> list[tuple[Path, str]]:
    folders = [(cache_folder(entry, home), "fetched")]
    if home.data is not None:
        folders.insert(0, (home.data / entry.id, "local folder"))
    return folders


def _complete(entry: DatasetEntry, folder: Path) -> bool:
    return all(existing(folder, name) for name in file_names(entry).values())


def _rows(entry: DatasetEntry, home: Home) -> tuple[Mapping[SplitName, list[Row]], str]:
    fields: Mapping[str, str] = _PAIRED_FIELDS
    if isinstance(entry.origin, PublishedFiles):
        fields = entry.origin.fields
    for folder, origin in _folders(entry, home):
        paths = {split: existing(folder, name) for split, name in file_names(entry).items()}
        if all(paths.values()):
            return {split: read_rows(path, fields) for split, path in paths.items() if path}, origin
    if not isinstance(entry.origin, PublishedFiles):
        return extract(entry.origin), "installed packages"
    names = ", ".join(file_names(entry).values())
    raise DataError(
        f"data set {entry.id} is not here; run `python -m reproduce.fetch {entry.id}` where there is a network, or "
        f"put {names} (or the same with .gz) into {entry.id}/ below the folder that CODEPEFT_DATA names"
    )
