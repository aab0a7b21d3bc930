"""Method names: to write one for a body, and to judge whether one is the body's own."""

from __future__ import annotations

import re

from reproduce.data.embedded.choosing import pick
from reproduce.data.packages import Found
from reproduce.data.rows import Row

NO_NAME = "METHOD_NAME"
CONSISTENT, INCONSISTENT = 0, 1  # F1 is that of the inconsistent ones, as papers on the task have it
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def recommended(functions: tuple[Found, ...]) -> list[Row]:
    """Return each function without its name to read and the name's words to write."""
    rows: list[Row] = []
    for found in functions:
        words = words_of(found.function.name)
        if words:
            source = _renamed(found.function.code, found.function.name, NO_NAME)
            rows.append({"id": found.id, "source": source, "target": " ".join(words)})
    return rows


def checked(functions: tuple[Found, ...]) -> list[Row]:
    """Return every other function under its own name and the rest under that of another function of its package.

    Both are written wherever the function names itself. The foreign name shares no word with the own one.
    """
    words = {found.function.name: set(words_of(found.function.name)) for found in functions}
    of_package: dict[str, set[str]] = {}
    for found in functions:
        of_package.setdefault(_package(found), set()).add(found.function.name)
    rows: list[Row] = []
    for position, found in enumerate(functions):
        name, code = found.function.name, found.function.code
        others = [] if position % 2 == 0 else [
            other for other in sorted(of_package[_package(found)]) if not words[other] & words[name]
        ]  # fmt: skip
        if others:
            rows.append({"id": found.id, "text": _renamed(code, name, pick(found.hash, others)), "label": INCONSISTENT})
        else:
            rows.append({"id": found.id, "text": code, "label": CONSISTENT})
    return rows


def _package(found: Found) -> str:
    return found.id.partition("/")[0]


def words_of(name: str) -> list[str]:
    """Return the words of a name in lower case: split at underscores and where capitals begin."""
    return [part.lower() for part in _PART.findall(name)]


def _renamed(code: str, name: str, to: str) -> str:
    return re.sub(rf"\b{re.escape(name)}\b", to, code)
