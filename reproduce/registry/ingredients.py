"""The data sets that can be run, pinned by revision and content."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from corpus.records.base import Name, Record, Text
from corpus.records.run import Sha256
from reproduce.registry.reading import read_entries

SplitName = Literal["train", "validation", "test"]
HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https://\S+$")]


class SplitEntry(Record):
    """What a split must contain."""

    rows: int = Field(gt=0)
    classes: int | None = None
    content_sha256: Sha256  # over the parsed rows, see reproduce.data.digest


class PublishedFile(Record):
    """A file as its authors publish it."""

    file: Text  # its name, here and in a local folder
    url: HttpsUrl
    sha256: Sha256


class PublishedFiles(Record):
    """A data set that is downloaded, one JSON Lines file a split."""

    kind: Literal["files"]
    files: dict[SplitName, PublishedFile]
    fields: dict[str, Text]  # our name (id, text and label, or query and code) -> the file's field


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
    packages: tuple[PackagePin, ...] = Field(min_length=1)


class DatasetEntry(Record):
    """A data set: labelled items (text, label) or pairs (query, code), pinned by content."""

    id: Name  # as in the vocabulary
    kind: Literal["labelled", "paired"]
    task: Name
    language: Text
    licence: Text
    about: Text
    origin: PublishedFiles | InstalledPackages = Field(discriminator="kind")
    splits: dict[SplitName, SplitEntry]
    cautions: tuple[Text, ...] = ()


@functools.cache
def datasets() -> Mapping[str, DatasetEntry]:
    """Return the data sets by id; raise RecordError when the registry file is faulty."""
    return read_entries(Path(__file__).with_name("datasets.yaml"), DatasetEntry)
