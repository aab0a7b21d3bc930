"""Search, summaries, bodies to write and lines to complete: parts of a function and its docstring."""

from __future__ import annotations

import re

from reproduce.data.embedded.choosing import pick
from reproduce.data.packages import Found
from reproduce.data.rows import Row

LONGEST_BODY = 10  # lines of a body to write
SHORTEST_LINE, LONGEST_LINE = 10, 80  # characters of a line to complete, without its indent
_WORD = re.compile(r"\w+|[^\w\s]")


def searched(functions: tuple[Found, ...]) -> list[Row]:
    """Return each function as code with its docstring's first paragraph as query."""
    return [{"id": found.id, "query": found.function.query, "code": found.function.code} for found in functions]


def summarised(functions: tuple[Found, ...]) -> list[Row]:
    """Return each function to read and its docstring's first paragraph to write."""
    return [{"id": found.id, "source": found.function.code, "target": found.function.query} for found in functions]


def written(functions: tuple[Found, ...]) -> list[Row]:
    """Return signature and docstring to read and the body to write, of functions with a short body."""
    rows: list[Row] = []
    for found in functions:
        function = found.function
        if function.body.count("\n") <= LONGEST_BODY:
            source = f'{function.signature}    """{function.query}"""\n'
            rows.append({"id": found.id, "source": source, "target": function.body})
    return rows


def completed(functions: tuple[Found, ...]) -> list[Row]:
    """Return a function up to a line, its indent included, and the rest of that line to write."""
    rows: list[Row] = []
    for found in functions:
        lines = found.function.body.splitlines()
        wanted = [at for at in range(1, len(lines)) if _worth_completing(lines[at].strip())]
        if not wanted:
            continue
        at = pick(found.hash, wanted)
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        before = "".join(f"{line}\n" for line in lines[:at])
        source = f"{found.function.signature}{before}{indent}"
        rows.append({"id": found.id, "source": source, "target": lines[at].strip()})
    return rows


def _worth_completing(line: str) -> bool:
    right_length = SHORTEST_LINE <= len(line) <= LONGEST_LINE
    return right_length and not line.startswith("#") and len(_WORD.findall(line)) >= 3
