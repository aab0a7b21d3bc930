"""The models that can be run, pinned by revision and content."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints

from corpus.records.base import Name, Record, Text
from corpus.records.run import Sha256
from reproduce.registry.reading import read_entries


class CarryingPackage(Record):
    """An installable package that carries a model's files; its publisher need not be trusted, the digests are."""

    name: Text
    module: Text
    folder: Text  # inside the module's folder


class ModelEntry(Record):
    """A pretrained model, by hub id and revision, each file by SHA-256."""

    id: Name  # as in the vocabulary
    hub_id: Text
    revision: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]
    licence: Text
    architecture: Name
    files: dict[Text, Sha256] = Field(min_length=1)
    package: CarryingPackage | None = None
    load: dict[str, JsonValue] = {}  # keyword arguments for loading
    pooling: Literal["mean"]  # how token vectors become one vector
    hidden_size: int = Field(gt=0)
    intermediate_size: int = Field(gt=0)
    layers: int = Field(gt=0)
    vocabulary_size: int = Field(gt=0)
    max_positions: int = Field(gt=0)
    parameters: int = Field(gt=0)  # as loaded here
    cautions: tuple[Text, ...] = ()


@functools.cache
def models() -> Mapping[str, ModelEntry]:
    """Return the models by id; raise RecordError when the registry file is faulty."""
    return read_entries(Path(__file__).with_name("models.yaml"), ModelEntry)
