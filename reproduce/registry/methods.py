"""The tuning methods that can be run. An entry names its code by an import string, used on first need."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import JsonValue, StringConstraints

from corpus.records.base import Name, Record, Text
from reproduce.registry.reading import read_entries

ImportString = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_.]*:[A-Za-z_][A-Za-z0-9_]*$")]


class MethodEntry(Record):
    """One method: what it applies to, how it is built, its defaults and where they come from."""

    id: Name  # as in the vocabulary
    architectures: tuple[Name, ...]
    build: ImportString  # (backbone, settings) -> module to train
    settings: ImportString  # the record that checks the settings; importing it needs no torch
    saved_as: Literal["peft", "tensors"]
    defaults: dict[str, JsonValue] = {}
    source: Text


def imported(reference: str) -> Any:
    """Return the object that ``module:attribute`` names."""
    module, _, attribute = reference.partition(":")
    return getattr(importlib.import_module(module), attribute)


@functools.cache
def methods() -> Mapping[str, MethodEntry]:
    """Return the methods by id; raise RecordError when the registry file is faulty."""
    return read_entries(Path(__file__).with_name("methods.yaml"), MethodEntry)
