"""Errors that a user can act on: what was asked, what exists, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class CodepeftError(Exception):
    """Base of every error that is told to the user as one sentence."""

    exit_code = 1


class RequestError(CodepeftError):
    """The request itself was wrong; nothing was started."""

    exit_code = 2


class UnknownNameError(RequestError, LookupError):
    """A name that the corpus or the vocabulary does not know."""

    def __init__(self, kind: str, name: str, known: Sequence[str]) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        folded: dict[str, str] = {}
        for candidate in self.known:
            folded.setdefault(candidate.casefold(), candidate)  # an id before a label that differs in case only
        near = [
            folded[match] for match in difflib.get_close_matches(self.name.casefold(), list(folded), n=3, cutoff=0.5)
        ]
        if near:
            return f"unknown {self.kind} {self.name!r}; did you mean {', '.join(near)}?"
        if not self.known:
            return f"unknown {self.kind} {self.name!r}; there is none yet"
        shown = sorted(self.known)
        more = f" and {len(shown) - 20} more" if len(shown) > 20 else ""
        return f"unknown {self.kind} {self.name!r}; known: {', '.join(shown[:20])}{more}"


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in a record: where it stands, what is wrong, what to do about it."""

    file: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.where}: {self.message}" if self.where else f"{self.file}: {self.message}"


class RecordError(CodepeftError):
    """One or more record files could not be read; every fault is listed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def lookup(kind: str, name: str, known: Mapping[str, T]) -> T:
    """Return ``known[name]``; raise UnknownNameError with the nearest names otherwise."""
    try:
        return known[name]
    except KeyError:
        raise UnknownNameError(kind, name, list(known)) from None


def shown_path(path: Path, root: Path) -> str:
    """Return path relative to root where it lies below it, else as it is."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
