"""Finding a model's files on this machine and verifying each by its SHA-256. Needs no torch."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from corpus.home import Home
from reproduce.data.digest import file_sha256, listing_sha256
from reproduce.errors import ModelError
from reproduce.pins import with_pin
from reproduce.registry.models import ModelEntry

SHIPPED = Path(__file__).parent / "models"


@dataclass(frozen=True)
class ModelFiles:
    """A verified folder of model files."""

    folder: Path
    origin: str  # in words, no path
    sha256: str  # one digest for all files


def cache_folder(entry: ModelEntry, home: Home) -> Path:
    """Return where a model's files are kept once fetched: by revision, or by content where there is none."""
    return home.cache / "models" / entry.id / (entry.revision or listing_sha256(entry.files)[:40])


def candidates(entry: ModelEntry, home: Home) -> list[tuple[Path, str]]:
    """Return the folders that hold all files of a model, with their origin in words; none are verified.

    A model that is only wired has none until it is pinned.
    """
    entry = with_pin(entry, home)
    if not entry.files:
        return []
    fetched = f"package {entry.wheel.name}" if entry.wheel else "hub"
    folders = [(SHIPPED / entry.id, "shipped")] if entry.ours else [(cache_folder(entry, home), fetched)]
    if entry.package is not None:
        # find_spec locates the package without running its code.
        spec = importlib.util.find_spec(entry.package.module)
        if spec is not None and spec.origin is not None:
            carried = Path(spec.origin).parent / entry.package.folder
            folders.insert(0, (carried, f"package {entry.package.name}"))
    return [each for each in folders if all((each[0] / name).is_file() for name in entry.files)]


def resolve(entry: ModelEntry, home: Home) -> ModelFiles:
    """Return the model's files; raise ModelError when there are none here or a file is not the pinned one."""
    entry = with_pin(entry, home)
    require_runnable(entry)
    found = candidates(entry, home)
    if not found:
        other = f"pip install {entry.package.name}, or " if entry.package else ""
        raise ModelError(
            f"model {entry.id} is not here: {other}run `python -m reproduce.fetch {entry.id}` where there is a network"
        )
    folder, origin = found[0]
    verify(entry, folder, origin)
    return ModelFiles(folder, origin, listing_sha256(entry.files))


def require_runnable(entry: ModelEntry) -> None:
    """Raise ModelError for a model that cannot be run, or whose files nobody has pinned."""
    if entry.not_runnable_because is not None:
        raise ModelError(f"model {entry.id} cannot be run: {entry.not_runnable_because}")
    if not entry.files:
        raise ModelError(
            f"model {entry.id} is only wired: its files are not pinned by SHA-256 yet; "
            f"run `python -m reproduce.fetch --pin {entry.id}` where there is a network"
        )


def verify(entry: ModelEntry, folder: Path, origin: str) -> None:
    """Raise ModelError naming the first file that is not the pinned one."""
    for name, expected in entry.files.items():
        actual = file_sha256(folder / name)
        if actual != expected:
            raise ModelError(
                f"{name} of model {entry.id} ({origin}) has the SHA-256 {actual[:12]}..., not {expected[:12]}...; "
                "it is not the pinned file and is not loaded"
            )
