"""A home with an embedded data set in it, cut out once for all processes that run tests."""

from __future__ import annotations

from pathlib import Path

from corpus import Home
from reproduce.data.opening import cache_folder
from reproduce.fetch import fetch_dataset
from reproduce.queue.locks import FileLock
from reproduce.registry import datasets

DATA = "package-functions"
PATIENCE = 600.0  # seconds that another process may take to cut it out


def fetched(folder: Path) -> Home:
    """Return a home in a folder into which the embedded data set was fetched from the installed packages."""
    home = Home(folder / "lab")
    lock = FileLock(folder / "lab.lock")
    if not lock.acquire_within(PATIENCE):
        raise TimeoutError(f"another process did not cut out {DATA} within {PATIENCE:.0f} s")
    try:
        fetch_dataset(datasets()[DATA], home)
    finally:
        lock.release()
    return home


def lend(lab: Home, home: Home) -> None:
    """Lay the fetched data set into another home: a run there verifies it and need not cut it out again."""
    entry = datasets()[DATA]
    target = cache_folder(entry, home)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(cache_folder(entry, lab))
