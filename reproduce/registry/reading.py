"""Reading the registry's YAML files into records."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from corpus.errors import Problem, RecordError
from corpus.files import load_yaml, problems_of
from corpus.records.base import Record

R = TypeVar("R", bound=Record)


def read_record(path: Path, record: type[R]) -> R:
    """Return the one record in a YAML file; raise RecordError naming every fault."""
    return _validated(load_yaml(path), record, path.name, "")


def read_entries(path: Path, record: type[R]) -> dict[str, R]:
    """Return the records of a YAML list by their ``id``, in order; raise RecordError on a fault or a repeated id."""
    content = load_yaml(path)
    if not isinstance(content, list):
        raise RecordError([Problem(path.name, "", "a registry file is a list of entries")])
    entries: dict[str, R] = {}
    for position, raw in enumerate(content):
        entry = _validated(raw, record, path.name, f"{position}.")
        name: str = getattr(entry, "id")  # noqa: B009  (every registry record has one; the type variable cannot say so)
        if name in entries:
            raise RecordError([Problem(path.name, f"{position}.id", f"{name} is used twice")])
        entries[name] = entry
    return entries


def named_alike(path: Path, name: str) -> None:
    """Raise RecordError when a file of one record is not named for it."""
    if path.stem != name:
        raise RecordError([Problem(path.name, "", f"{name} stands in a file named {path.name}; they must agree")])


def _validated(raw: Any, record: type[R], file: str, prefix: str) -> R:
    try:
        return record.model_validate(raw)
    except ValidationError as error:
        raise RecordError(problems_of(error, file, prefix)) from None
