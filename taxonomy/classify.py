"""Suggestions of class from a title and an abstract, by words. They are suggestions: a human says yes to each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from taxonomy.answers.words import task_words
from taxonomy.vocabulary import Term, Vocabulary

SHORTEST = 3  # letters of a name that is looked for: shorter ones stand in too many texts
_KINDS = ("methods", "architectures", "models", "datasets")


@dataclass(frozen=True)
class Suggestion:
    """A term that a paper may be about. ``by``: words, or embedding; never a decision."""

    kind: str  # as in ``taxonomy.vocabulary.KINDS``
    term: str
    because: str
    by: str = "words"


def suggest_classes(title: str, abstract: str | None, vocabulary: Vocabulary) -> tuple[Suggestion, ...]:
    """Return what the words of a title and an abstract speak for, each term once, tasks first."""
    text = f"{title}. {abstract or ''}"
    words = re.findall(r"[a-z0-9]+", text.casefold())
    found = [*_tasks(words, text, vocabulary)]
    for kind in _KINDS:
        found += [Suggestion(kind, term.id, f"{name!r} is named") for term, name in _named(kind, text, vocabulary)]
    methods = [each.term for each in found if each.kind == "methods"]
    families = dict.fromkeys(vocabulary.method[method].family for method in methods)
    found += [Suggestion("families", family, "the family of a method that is named") for family in families]
    models = [each.term for each in found if each.kind == "models"]
    known = {each.term for each in found if each.kind == "architectures"}
    for architecture in dict.fromkeys(vocabulary.model[model].architecture for model in models):
        if architecture not in known:
            found.append(Suggestion("architectures", architecture, "the architecture of a model that is named"))
    return tuple(found)


def _tasks(words: list[str], text: str, vocabulary: Vocabulary) -> Iterator[Suggestion]:
    named = {term.id: name for term, name in _named("tasks", text, vocabulary)}
    for task in vocabulary.tasks:
        if task.id in named:
            yield Suggestion("tasks", task.id, f"{named[task.id]!r} is named")
            continue
        entry = next((entry for entry in task_words().get(task.id, ()) if _stands(entry, words)), None)
        if entry:
            yield Suggestion("tasks", task.id, f"words that begin with {entry!r} stand together")


def _stands(entry: str, words: list[str]) -> bool:
    """Return whether words that begin with an entry's stems follow each other, one other word between at most."""
    stems = re.findall(r"[a-z0-9]+", entry)
    if len(stems) < 2:
        return any(word.startswith(stems[0]) for word in words) and len(stems[0]) > 4
    return any(_follows(stems, words[place:]) for place, word in enumerate(words) if word.startswith(stems[0]))


def _follows(stems: list[str], words: list[str]) -> bool:
    place = 0
    for stem in stems:
        there = next((at for at, word in enumerate(words[place : place + 2]) if word.startswith(stem)), None)
        if there is None:
            return False
        place += there + 1
    return True


def _named(kind: str, text: str, vocabulary: Vocabulary) -> Iterator[tuple[Term, str]]:
    for term in vocabulary.terms(kind):
        name = next((name for name in _names(term) if _has(text, name)), None)
        if name:
            yield term, name


def _names(term: Term) -> Iterable[str]:
    return dict.fromkeys(name for name in (term.label, *term.aliases) if len(name) >= SHORTEST)


def _has(text: str, name: str) -> bool:
    """Return whether a name stands in a text as a whole; a name in capitals (LoRA, BART) only in these letters."""
    flags = 0 if sum(char.isupper() for char in name) > 1 else re.IGNORECASE
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, flags) is not None
