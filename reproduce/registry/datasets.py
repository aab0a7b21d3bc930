"""The data sets that can be run, one YAML file each, pinned by content.

A data set comes from published files (``PublishedFiles``: tables, how their fields become ours, how they are divided
into splits) or is cut out of installed packages (``InstalledPackages``).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from corpus.errors import Problem, RecordError
from corpus.records.base import Name, Record, Text
from corpus.records.run import Sha256
from reproduce.registry.reading import read_record

DataKind = Literal["labelled", "paired", "classified", "generated", "cloze", "programs"]
SplitName = Literal["train", "validation", "test"]
HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https://\S+$")]


class SplitEntry(Record):
    """What a split must contain."""

    rows: int = Field(gt=0)
    classes: int | None = None
    content_sha256: Sha256  # over the parsed rows, see reproduce.data.digest


class Part(Record):
    """A file as its authors publish it."""

    url: HttpsUrl
    sha256: Sha256
    field: Text | None = None  # of files with a text a line: the field that the lines are
    repair: dict[Text, str] = {}  # pattern of what makes the published file invalid -> what it is read as


class Table(Record):
    """A table of rows: a JSON Lines file in a local folder, made from what is published."""

    file: Text  # its name in a local folder and among what was fetched
    folder: Name | None = None  # of the local folder, where it is another data set's
    form: Literal["jsonl", "json", "lines", "pairs"] = "jsonl"  # of the published parts
    parts: tuple[Part, ...] = ()  # none: it cannot be fetched, only be put into the local folder


class Rule(Record):
    """How one of our fields is made where it is not simply one of theirs."""

    field: Text | None = None
    otherwise: Text | None = None  # the field to take where the first one is null or empty
    template: str | None = None  # text with {field} in it; {line} is the row's number in its file
    constant: str | tuple[str, ...] | None = None
    join: str | None = None  # between the texts of a list
    is_list: bool = False  # the field is a list of texts and stays one
    paragraph: bool = False  # only the first paragraph, on one line

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if sum(each is not None for each in (self.field, self.template, self.constant)) != 1:
            raise ValueError("a rule has a field, a template or a constant")
        return self


class ByHash(Record):
    """Our own division of tables: whole groups go where the hash of the group's name says.

    A row with several groups that go apart (a pair of functions) is left out, so that no group is in two splits.
    """

    by: Literal["hash"]
    tables: tuple[Name, ...] = Field(min_length=1)
    groups: tuple[Name, ...] = ()  # our fields whose equal values stay together; none: the id up to its first /
    shares: dict[SplitName, int]  # in percent of the groups
    apart_from: tuple[Name, ...] = ()  # tables: a row whose groups occur there too is left out
    most: dict[SplitName, int] = {}  # rows kept, those whose id has the smallest hash
    because: Text

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if sum(self.shares.values()) != 100:
            raise ValueError("the shares of a division come to 100")
        return self


class ByNumber(Record):
    """A published division of a table by the number that ends each row's id: from and to, both inside."""

    by: Literal["number"]
    table: Name
    ranges: dict[SplitName, tuple[tuple[int, int], ...]]


Division = Annotated[ByHash | ByNumber, Field(discriminator="by")]


class Functions(Record):
    """The table that rows of pairs refer to, instead of holding the texts themselves."""

    table: Name
    key: Text
    text: Text


class PublishedFiles(Record):
    """A data set that others publish. A table that is named for a split is that split, unless it is divided."""

    kind: Literal["files"]
    files: dict[Name, Table] = Field(min_length=1)
    fields: dict[Text, Text | Rule] = {}  # our field (see reproduce.data) -> theirs; without id: table and line number
    shape: Literal["rows", "function-pairs", "quixbugs", "maxmin"] = "rows"  # see reproduce.data.shapes
    functions: Functions | None = None
    division: Division | None = None


class PackagePin(Record):
    """A package whose functions go into a split."""

    name: Text
    version: Text
    licence: Text
    split: SplitName
    cap: int = Field(gt=0)


class InstalledPackages(Record):
    """A data set cut out of installed packages."""

    kind: Literal["packages"]
    extraction: Name  # what is made of the functions, see reproduce.data.embedded
    like: Name | None = None  # the data set whose packages these are, so that both have the same splits
    packages: tuple[PackagePin, ...] = ()
    cap: int | None = Field(default=None, gt=0)  # of every package, instead of its own
    most: dict[SplitName, int] = {}  # rows kept; their order means nothing

    @model_validator(mode="after")
    def _names_packages_once(self) -> Self:
        if (self.like is None) == (not self.packages):
            raise ValueError("either packages or the data set whose packages these are")
        return self


class DatasetEntry(Record):
    """A data set, pinned by content; its kind (``reproduce.data``) says what a row holds."""

    id: Name  # as in the vocabulary
    kind: DataKind
    task: Name
    metrics: tuple[Name, ...] = Field(min_length=1)  # that it is measured by, the first one above all
    language: Text  # of what is read
    target_language: Text | None = None  # of what is written, where it is code in another language
    licence: Text
    about: Text
    origin: PublishedFiles | InstalledPackages = Field(discriminator="kind")
    splits: dict[SplitName, SplitEntry]
    cautions: tuple[Text, ...] = ()

    @property
    def is_divided_by_us(self) -> bool:
        """Whether the splits are ours and not the published ones, so that no published score can stand beside."""
        return isinstance(self.origin, InstalledPackages) or self.is_divided_anew

    @property
    def is_divided_anew(self) -> bool:
        """Whether a published data set is divided otherwise than it was published."""
        return isinstance(self.origin, PublishedFiles) and isinstance(self.origin.division, ByHash)


@functools.cache
def datasets() -> Mapping[str, DatasetEntry]:
    """Return the data sets by id, in the order of their names; raise RecordError when a file is faulty."""
    entries: dict[str, DatasetEntry] = {}
    for path in sorted(Path(__file__).with_suffix("").glob("*.yaml")):
        entry = read_record(path, DatasetEntry)
        if entry.id != path.stem:
            raise RecordError([Problem(path.name, "id", f"is {entry.id}; a file is named for its data set")])
        entries[entry.id] = entry
    return entries


def packages_of(origin: InstalledPackages) -> tuple[PackagePin, ...]:
    """Return the packages that a data set is cut out of, its own or those of the data set that it is like."""
    packages = origin.packages
    if origin.like is not None:
        other = datasets()[origin.like].origin
        if not isinstance(other, InstalledPackages):
            raise RecordError([Problem(f"{origin.like}.yaml", "origin", "is not made of packages")])
        packages = packages_of(other)
    return tuple(pin.model_copy(update={"cap": origin.cap or pin.cap}) for pin in packages)
