"""Comment update: a parameter is renamed in the code, and the comment that names it must follow.

Synthetic: the only change is a renaming, so that what the comment should become is known exactly.
"""

from __future__ import annotations

import re

from reproduce.data.embedded.choosing import pick
from reproduce.data.embedded.faults import parameters_of
from reproduce.data.packages import Found
from reproduce.data.rows import Row

SHORTEST = 3  # characters of a parameter's name


def updated(functions: tuple[Found, ...]) -> list[Row]:
    """Return comment and changed lines to read and the new comment to write.

    A parameter counts as named where the comment has it with an underscore in it or in quotes, so that no ordinary
    word of the sentence is taken for it. The new name is a parameter of another function of the split.
    """
    names = sorted({name for found in functions for name in _parameters(found)})
    rows: list[Row] = []
    for found in functions:
        comment, code = found.function.query, found.function.code
        named = [name for name in _parameters(found) if re.search(_mention(name), comment)]
        if not named:
            continue
        old = pick(found.hash, named)
        new = pick(found.hash, [name for name in names if name not in code and name not in comment])
        source = comment + "\n" + _changed_lines(code, old, new)
        rows.append({"id": found.id, "source": source, "target": re.sub(_mention(old), new, comment)})
    return rows


def _parameters(found: Found) -> list[str]:
    return [name for name in parameters_of(found.function.code) if len(name) >= SHORTEST]


def _mention(name: str) -> str:
    word = rf"(?<![\w.]){re.escape(name)}(?!\w)"
    return word if "_" in name.strip("_") else rf"(?<=[`'\"*]){word}(?=[`'\"*])"


def _changed_lines(code: str, old: str, new: str) -> str:
    """Return the lines in which a name changes, before and after, as a diff without context."""
    marked = []
    for line in code.splitlines():
        changed = re.sub(rf"(?<![\w.]){re.escape(old)}\b", new, line)
        if changed != line:
            marked.append(f"-{line}\n+{changed}\n")
    return "".join(marked)
