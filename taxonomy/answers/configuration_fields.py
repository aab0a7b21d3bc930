"""The names of a configuration's fields: one name each, whatever a source calls it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from corpus.errors import Problem, RecordError
from corpus.files import load_yaml, problems_of
from corpus.records.base import Record, Text

FIELDS_FILE = Path(__file__).with_name("configuration_fields.yaml")


class ConfigurationField(Record):
    """A field and the names that mean it."""

    id: Text
    label: Text
    aliases: tuple[Text, ...] = ()
    begins: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Fields:
    """All fields, in display order."""

    fields: tuple[ConfigurationField, ...]
    named: Mapping[str, str]  # every exact name -> field
    begins: tuple[tuple[str, str], ...]  # (beginning, field)

    def find(self, name: str) -> tuple[str, str | None] | None:
        """Return the field that a name means, and what its ending says the value is for; None for no known field."""
        if name in self.named:
            return self.named[name], None
        for beginning, field in self.begins:
            if name.startswith(beginning):
                return field, name.removeprefix(beginning)
        return None


def read_fields(path: Path = FIELDS_FILE) -> Fields:
    """Return the fields in a file; raise RecordError naming every fault, a name with two meanings among them."""
    content = load_yaml(path)
    if not isinstance(content, list):
        raise RecordError([Problem(path.name, "", "the fields are a list")])
    fields, problems = [], []
    for position, raw in enumerate(content):
        try:
            fields.append(ConfigurationField.model_validate(raw))
        except ValidationError as error:
            problems.extend(problems_of(error, path.name, f"{position}."))
    named: dict[str, str] = {}
    for field in fields:
        for name in (field.id, *field.aliases):
            if name in named:
                problems.append(Problem(path.name, field.id, f"{name!r} means {named[name]} already"))
            named[name] = field.id
    if problems:
        raise RecordError(problems)
    begins = tuple((beginning, field.id) for field in fields for beginning in field.begins)
    return Fields(tuple(fields), MappingProxyType(named), begins)


@lru_cache(maxsize=1)
def configuration_fields() -> Fields:
    """Return the fields that ship with the package."""
    return read_fields()
