"""Functions of installed packages, split by package: what all embedded data sets are made of."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePath
from typing import Protocol, get_args

from reproduce.data.functions import Function, functions_in, normalised
from reproduce.errors import DataError
from reproduce.registry.datasets import PackagePin, SplitName

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


@dataclass(frozen=True)
class Found:
    """A function of a package, with its place as id: ``package/path:line``."""

    id: str
    function: Function

    @property
    def hash(self) -> str:
        """What the order and every choice hangs on: the SHA-256 of the code."""
        return hashlib.sha256(self.function.code.encode()).hexdigest()


@functools.lru_cache(maxsize=2)
def chosen_functions(packages: tuple[PackagePin, ...]) -> Mapping[SplitName, tuple[Found, ...]]:
    """Return the functions of every split, cut out of the installed packages.

    A function goes in when neither its docstring nor its normalised code came up before. Of each package the
    ``cap`` functions whose code has the smallest SHA-256 are kept: a sample that anyone can draw again.
    Raises DataError, naming what to install, when a package is missing or has another version.
    """
    require_versions(packages)
    kept: dict[SplitName, list[Found]] = {split: [] for split in _ORDER}
    queries: set[str] = set()
    codes: set[str] = set()
    for pin in sorted(packages, key=lambda pin: (_ORDER.index(pin.split), pin.name)):
        of_package = 0
        for found in sorted(_functions_of(pin.name), key=lambda found: (found.hash, found.id)):
            function = found.function
            query, code = function.query.casefold(), normalised(function.code, function.name)
            if of_package == pin.cap or query in queries or code in codes:
                continue
            queries.add(query)
            codes.add(code)
            kept[pin.split].append(found)
            of_package += 1
    # Sorted by hash, packages are mixed, in an order that means nothing.
    return {split: tuple(sorted(kept[split], key=lambda found: found.hash)) for split in get_args(SplitName)}


@functools.lru_cache(maxsize=32)  # parsing a large package takes seconds, and many data sets are made of it
def _functions_of(package: str) -> tuple[Found, ...]:
    return tuple(
        Found(f"{package}/{file.as_posix()}:{function.line}", function)
        for file, source in own_sources_of(package)
        for function in functions_in(source)
    )


def sources_of(package: str) -> Iterator[tuple[PurePath, str]]:
    """Yield every Python file of an installed package, by its own list of files, with its source."""
    distribution = metadata.distribution(package)
    for file in sorted(distribution.files or (), key=str):
        if file.suffix == ".py" and ".." not in file.parts:
            yield file, Path(str(distribution.locate_file(file))).read_text(encoding="utf-8", errors="replace")


def own_sources_of(package: str) -> Iterator[tuple[PurePath, str]]:
    """Yield those that are the package's own and no tests or examples."""
    return ((file, source) for file, source in sources_of(package) if not LEFT_OUT.intersection(file.parts))


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
