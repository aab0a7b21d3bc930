"""Papers that a user is still adding: record files whose first line is ``draft: true``.

A draft is a paper record with gaps. It stays out of the index until the line is taken away; what is open in it is what
the record's own checks say, so that nothing is asked twice in other words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from corpus.errors import Problem, RecordError, lookup
from corpus.files import dump_paper, dump_yaml, load_yaml, problems_of, read_results, write_text
from corpus.home import Home
from corpus.records.paper import Paper
from corpus.records.result import ReportedResult

FIRST_LINE = "draft: true"


@dataclass(frozen=True)
class Draft:
    """A paper that is not complete yet, as its files hold it."""

    id: str
    content: Mapping[str, Any]  # the paper's fields, without the mark
    results: tuple[ReportedResult, ...]
    open: tuple[Problem, ...]  # what is missing or wrong


def is_draft(path: Path) -> bool:
    """Return whether a record file is marked as a draft."""
    try:
        with path.open("rb") as file:
            return file.readline(64).decode(errors="replace").strip() == FIRST_LINE
    except OSError:  # reading it as a record tells it
        return False


def draft_files(home: Home) -> tuple[Path, ...]:
    """Return the drafts in the user's folder."""
    found = sorted(home.papers.glob("[PX]*.yaml"), key=lambda path: (len(path.stem), path.stem))
    return tuple(path for path in found if is_draft(path))


def read_draft(path: Path, home: Home) -> Draft:
    """Return a draft; raise RecordError when its files cannot be read at all."""
    content = load_yaml(path)
    if not isinstance(content, dict):
        raise RecordError([Problem(path.name, "", "a paper record is a mapping of fields")])
    fields = {key: value for key, value in content.items() if key != "draft"}
    numbers, problems = _numbers(home.results / f"{path.stem}.csv")
    return Draft(path.stem, MappingProxyType(fields), numbers, (*_open(path, fields), *problems))


def _numbers(path: Path) -> tuple[tuple[ReportedResult, ...], list[Problem]]:
    if not path.exists():
        return (), []
    try:
        return read_results(path), []
    except RecordError as error:
        return (), list(error.problems)


def _open(path: Path, fields: Mapping[str, Any]) -> list[Problem]:
    try:
        paper = Paper.model_validate(fields)
    except ValidationError as error:
        problems = problems_of(error, path.name)
        return [Problem(path.name, each.where, _plainly(each.message)) for each in problems]
    if paper.id != path.stem:
        return [Problem(path.name, "id", f"{paper.id} stands in a file named {path.name}; they must agree")]
    return []


def _plainly(message: str) -> str:
    return "open: not filled in yet" if message == "Field required" else message


def read_drafts(home: Home) -> tuple[Draft, ...]:
    """Return all drafts; raise one RecordError with every file that cannot be read."""
    found, problems = [], list[Problem]()
    for path in draft_files(home):
        try:
            found.append(read_draft(path, home))
        except RecordError as error:
            problems.extend(error.problems)
    if problems:
        raise RecordError(problems)
    return tuple(found)


def draft(home: Home, draft_id: str) -> Draft:
    """Return the draft of this id; raise UnknownNameError with the ids there are."""
    path = lookup("draft", draft_id, {each.stem: each for each in draft_files(home)})
    return read_draft(path, home)


def write_draft(home: Home, fields: Mapping[str, Any]) -> Path:
    """Write a draft's record; its id names the file."""
    path = home.papers / f"{fields['id']}.yaml"
    write_text(path, f"{FIRST_LINE}\n{dump_yaml(dict(fields))}")
    return path


def complete(home: Home, found: Draft) -> Path:
    """Turn a draft into a paper of the user's corpus, in canonical form; raise RecordError while anything is open."""
    if found.open:
        raise RecordError(found.open)
    path = home.papers / f"{found.id}.yaml"
    write_text(path, dump_paper(Paper.model_validate(found.content)))
    return path
