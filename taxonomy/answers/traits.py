"""What a method asks of a model and leaves behind, as records."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Self

from pydantic import Field, JsonValue, ValidationError, model_validator

from corpus.errors import RecordError
from corpus.files import load_yaml, problems_of
from corpus.records.base import Name, Record, Text

TRAITS_FILE = Path(__file__).with_name("method_traits.yaml")


class PeftSupport(Record):
    """How the peft library builds a method."""

    config: Text  # the configuration class
    takes: tuple[Text, ...] = Field(min_length=1)  # settings that may be taken over from a paper
    needs: tuple[Text, ...] = ()  # settings without a usable default
    fixed: dict[str, JsonValue] = {}  # what makes it this method and not another
    defaults: dict[str, JsonValue]  # the library's, for all of these

    @model_validator(mode="after")
    def _defaults_for_all(self) -> Self:
        missing = {*self.takes, *self.needs, *self.fixed} - set(self.defaults)
        if missing:
            raise ValueError(f"no library default is given for {', '.join(sorted(missing))}")
        return self


class Traits(Record):
    """A method's properties. None: not known."""

    id: Name
    mergeable: bool | None = None
    quantisable: bool | None = None
    architectures: tuple[Name, ...] = Field(min_length=1)
    unsuitable: tuple[Name, ...] = ()
    unsuitable_because: Text | None = None
    always_four_bit: bool = False
    source: Text
    peft: PeftSupport | None = None
    no_peft_because: Text | None = None  # where peft has the method, but a file alone cannot build it


class TraitsFile(Record):
    """All methods' traits, and the version of peft whose defaults are given."""

    peft_version: Text
    four_bit_loading: dict[str, JsonValue]  # how transformers is told to hold the base model in 4 bits
    methods: tuple[Traits, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        ids = [traits.id for traits in self.methods]
        if len(ids) != len(set(ids)):
            raise ValueError("a method stands twice")
        return self


def read_traits(path: Path = TRAITS_FILE) -> TraitsFile:
    """Return the traits in a file; raise RecordError naming every fault."""
    try:
        return TraitsFile.model_validate(load_yaml(path))
    except ValidationError as error:
        raise RecordError(problems_of(error, path.name)) from None


@lru_cache(maxsize=1)
def traits_file() -> TraitsFile:
    """Return the traits that ship with the package."""
    return read_traits()


@lru_cache(maxsize=1)
def traits() -> Mapping[str, Traits]:
    """Return traits by method id. Methods of the comparison family have none."""
    return MappingProxyType({entry.id: entry for entry in traits_file().methods})
