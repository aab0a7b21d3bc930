"""The tuning methods that can be run. An entry names its code by an import string, used on first need."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import JsonValue, StringConstraints

from corpus.records.base import Name, Record, Text
from reproduce.methods.settings import SoftPrompt
from reproduce.registry.reading import read_entries

ImportString = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_.]*:[A-Za-z_][A-Za-z0-9_]*$")]


class MethodEntry(Record):
    """One method: what it applies to, how it is built, its defaults and where they come from.

    Its family stands in the vocabulary.
    """

    id: Name  # as in the vocabulary
    architectures: tuple[Name, ...]
    not_for: dict[Name, Text] = {}  # the other architectures, each with the reason
    build: ImportString  # (backbone, settings, context) -> module to train, see reproduce.methods.context
    frame: ImportString | None = None  # like ``build`` with nothing trained: saved tensors go into it; None: build
    after_step: ImportString | None = None  # (module, step) -> None, after the optimizer, before gradients are dropped
    extra_loss: ImportString | None = None  # (module) -> a term that is added to the loss
    quantization: Literal["nf4"] | None = None  # the backbone must be loaded so
    settings: ImportString  # the record that checks the settings; importing it needs no torch
    saved_as: Literal["peft", "tensors"]
    merges: bool = False  # after tuning, the backbone in its own shape gives the same outputs
    defaults: dict[str, JsonValue] = {}
    defaults_by_architecture: dict[Name, dict[str, JsonValue]] = {}  # over ``defaults``: modules have other names
    source: Text
    checked_against: Text | None = None  # the implementation or formula that a test compares it with

    def kept_as(self, settings: Record) -> Literal["peft", "tensors"]:
        """Return the form in which a tuned model is saved; an adapter of peft has no place for a trained backbone."""
        learns = isinstance(settings, SoftPrompt) and settings.train_backbone
        return "tensors" if learns else self.saved_as

    def defaults_for(self, architecture: str) -> dict[str, JsonValue]:
        """Return the default settings on an architecture."""
        return {**self.defaults, **self.defaults_by_architecture.get(architecture, {})}


class NotBuilt(Record):
    """A method of the vocabulary that cannot be run here, and why."""

    id: Name
    because: Text


def imported(reference: str) -> Any:
    """Return the object that ``module:attribute`` names."""
    module, _, attribute = reference.partition(":")
    return getattr(importlib.import_module(module), attribute)


@functools.cache
def methods() -> Mapping[str, MethodEntry]:
    """Return the methods by id; raise RecordError when the registry file is faulty."""
    return read_entries(Path(__file__).with_name("methods.yaml"), MethodEntry)


@functools.cache
def not_built() -> Mapping[str, NotBuilt]:
    """Return the methods that cannot be run here, by id; raise RecordError when the registry file is faulty."""
    return read_entries(Path(__file__).with_name("not_built.yaml"), NotBuilt)
