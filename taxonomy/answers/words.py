"""Which task is meant: by name, or by a description in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from corpus.errors import Problem, RecordError, RequestError, UnknownNameError
from corpus.files import load_yaml
from taxonomy.vocabulary import Vocabulary

WORDS_FILE = Path(__file__).with_name("task_words.yaml")


@dataclass(frozen=True)
class Understood:
    """A task, and the words that led to it; None where it was named."""

    task: str
    because: str | None


def read_words(path: Path = WORDS_FILE) -> Mapping[str, tuple[str, ...]]:
    """Return the words by task id; raise RecordError when the file is not a mapping to lists of words."""
    content = load_yaml(path)
    if not isinstance(content, dict) or not all(
        isinstance(entries, list) and all(isinstance(entry, str) for entry in entries) for entries in content.values()
    ):
        raise RecordError([Problem(path.name, "", "the words are a mapping from task ids to lists of words")])
    return MappingProxyType({str(task): tuple(entries) for task, entries in content.items()})


@lru_cache(maxsize=1)
def task_words() -> Mapping[str, tuple[str, ...]]:
    """Return the words that ship with the package."""
    return read_words()


def understand_task(description: str, vocabulary: Vocabulary) -> Understood:
    """Return the task that a name or a description means.

    Raises:
        UnknownNameError: neither a name nor any known words; the nearest names are told.
        RequestError: the words fit several tasks equally well; they are listed.
    """
    try:
        return Understood(vocabulary.resolve("tasks", description), None)
    except UnknownNameError as error:
        unknown = error
    words = re.findall(r"[a-z0-9]+", description.casefold())
    best: dict[str, str] = {}
    for task, entries in task_words().items():
        for entry in entries:
            if _fits(entry, words) and len(entry.split()) > len(best.get(task, "").split()):
                best[task] = entry
    if not best:
        raise unknown
    most = max(len(entry.split()) for entry in best.values())
    meant = [task for task, entry in best.items() if len(entry.split()) == most]
    if len(meant) > 1:
        names = " or ".join(vocabulary.label("tasks", task) for task in meant)
        raise RequestError(f"{description!r} may mean {names}; name one of them")
    return Understood(meant[0], best[meant[0]])


def _fits(entry: str, words: list[str]) -> bool:
    stems = re.findall(r"[a-z0-9]+", entry)
    return all(any(word.startswith(stem) for word in words) for stem in stems)
