"""The embedded code-search set: functions of installed packages, split by package."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Protocol, get_args

from reproduce.data.functions import functions_in, normalised
from reproduce.data.rows import Row
from reproduce.errors import DataError
from reproduce.registry.datasets import InstalledPackages, PackagePin, SplitName

# Tests and examples are not the package's functions; vendored folders are somebody else's.
LEFT_OUT = frozenset({
    "_testing", "_vendor", "examples", "extern", "externals", "test", "testing", "tests", "vendor", "vendored",
})  # fmt: skip
# Duplicates are dropped where they come up again: what the test split holds is in no other split.
_ORDER: tuple[SplitName, ...] = ("test", "validation", "train")


class Pinned(Protocol):
    """A package and its version."""

    @property
    def name(self) -> str:
        """The name by which it is installed."""
        ...

    @property
    def version(self) -> str:
        """The only version that will do."""
        ...


def extract(origin: InstalledPackages) -> Mapping[SplitName, list[Row]]:
    """Return the rows of every split (``id``, ``query``, ``code``), cut out of the installed packages.

    A function goes in when neither its docstring nor its normalised code came up before. Of each package the
    ``cap`` functions whose code has the smallest SHA-256 are kept: a sample that anyone can draw again.
    Raises DataError, naming what to install, when a package is missing or has another version.
    """
    require_versions(origin.packages)
    rows: dict[SplitName, list[Row]] = {split: [] for split in _ORDER}
    queries: set[str] = set()
    codes: set[str] = set()
    for pin in sorted(origin.packages, key=lambda pin: (_ORDER.index(pin.split), pin.name)):
        found = sorted(_functions_of(pin), key=lambda row: (_hash(row), str(row["id"])))
        kept = 0
        for row in found:
            name = str(row.pop("name"))
            query, code = str(row["query"]).casefold(), normalised(str(row["code"]), name)
            if kept == pin.cap or query in queries or code in codes:
                continue
            queries.add(query)
            codes.add(code)
            rows[pin.split].append(row)
            kept += 1
    for split in get_args(SplitName):
        rows[split].sort(key=_hash)  # packages mixed, in an order that means nothing
    return rows


def _hash(row: Row) -> str:
    return hashlib.sha256(str(row["code"]).encode()).hexdigest()


def sources_of(package: str) -> Iterator[tuple[str, str]]:
    """Yield path and text of each Python file of an installed package, in order, without those LEFT_OUT."""
    distribution = metadata.distribution(package)
    for file in sorted(distribution.files or (), key=str):
        if file.suffix != ".py" or ".." in file.parts or LEFT_OUT.intersection(file.parts):
            continue
        yield file.as_posix(), Path(str(distribution.locate_file(file))).read_text(encoding="utf-8", errors="replace")


def _functions_of(pin: PackagePin) -> Iterator[Row]:
    for path, source in sources_of(pin.name):
        for function in functions_in(source):
            row_id = f"{pin.name}/{path}:{function.line}"
            yield {"id": row_id, "query": function.query, "code": function.code, "name": function.name}


def require_versions(pins: Iterable[Pinned]) -> None:
    """Raise DataError, naming what to install, when a package is missing or has another version."""
    wrong = []
    for pin in pins:
        try:
            installed = metadata.version(pin.name)
        except metadata.PackageNotFoundError:
            installed = "not installed"
        if installed != pin.version:
            wrong.append((pin, installed))
    if wrong:
        found = ", ".join(f"{pin.name} ({installed})" for pin, installed in wrong)
        install = " ".join(f"{pin.name}=={pin.version}" for pin, _ in wrong)
        raise DataError(
            f"the functions of this data set are those of other package versions than {found}: pip install {install}"
        )
