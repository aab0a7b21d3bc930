"""A cheap look at the record files: have they changed since the last one? Nothing is read.

A stamp holds name, size, time of change and inode of every file. Reading all of them for their digest is only needed
when the stamp is another one, or so young that a second change could hide in the clock's last tick.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.home import SHIPPED_PAPERS, SHIPPED_RESULTS, SHIPPED_RUNS, Home

SETTLED = 2.0  # seconds after which the time of a file's last change tells all changes apart


@dataclass(frozen=True)
class Stamp:
    """The state of the record files. ``settled``: no file changed within the last SETTLED seconds."""

    value: int
    files: int
    settled: bool


def stamp(home: Home, *more: Path) -> Stamp:
    """Return the stamp of the shipped and the user's record files, and of ``more`` files beside them."""
    entries: list[tuple[str, int, int, int]] = []
    for folder in (SHIPPED_PAPERS, SHIPPED_RESULTS, home.papers, home.results, home.foreign):
        entries += _files(folder)
    for folder in (SHIPPED_RUNS, home.runs, home.imports):
        entries += _files(folder)
        for inner in sorted(_folders(folder)):
            entries += _files(inner)
    for path in more:
        found = path.stat()
        entries.append((str(path), found.st_size, found.st_mtime_ns, found.st_ino))
    latest = max((changed for _, _, changed, _ in entries), default=0)
    return Stamp(hash(tuple(entries)), len(entries), time.time() - latest / 1e9 > SETTLED)


def _files(folder: str | os.PathLike[str]) -> Iterator[tuple[str, int, int, int]]:
    try:
        with os.scandir(folder) as there:
            found = [(entry.path, entry.stat()) for entry in there if entry.is_file()]
    except OSError:
        return
    for path, state in sorted(found, key=lambda entry: entry[0]):
        yield path, state.st_size, state.st_mtime_ns, state.st_ino


def _folders(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as there:
            return [entry.path for entry in there if entry.is_dir()]
    except OSError:
        return []
