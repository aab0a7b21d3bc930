"""Injected faults: one small change that makes a function wrong, to be found, mended, refused or commented on.

Synthetic. Each operator has its opposite in the list where it has one, so that no sign of code is faulty in itself.
"""

from __future__ import annotations

import ast
import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reproduce.data.embedded.choosing import pick, plain_lines
from reproduce.data.packages import Found
from reproduce.data.rows import Row

OPERATORS: Mapping[str, tuple[tuple[str, str], ...]] = {  # name -> patterns and what stands there instead
    "comparison turned round": ((" < ", " > "), (" > ", " < "), (" <= ", " >= "), (" >= ", " <= ")),
    "equality negated": ((" == ", " != "), (" != ", " == ")),
    "connective swapped": ((" and ", " or "), (" or ", " and ")),
    "condition negated": (
        (r"^(\s*(?:if|elif|while)) ([\w.]+(?:\([^()]*\))?):$", r"\1 not \2:"),
        (r"^(\s*(?:if|elif|while)) not ([\w.]+(?:\([^()]*\))?):$", r"\1 \2:"),
    ),
    "test for None negated": ((r" is None\b", " is not None"), (r" is not None\b", " is None")),
    "off by one": ((r"\+ 1\b", "- 1"), (r"- 1\b", "+ 1"), (r"\[0\]", "[1]"), (r"\[1\]", "[0]")),
    "arithmetic swapped": (
        (r"(?<=[\w\])]) \+ (?=[\w(])", " - "), (r"(?<=[\w\])]) - (?=[\w(])", " + "),
        (r"(?<=[\w\])]) \* (?=[\w(])", " / "), (r"(?<=[\w\])]) / (?=[\w(])", " * "),
    ),
    "constant negated": ((r"\bTrue\b", "False"), (r"\bFalse\b", "True")),
}  # fmt: skip
WRONG_VARIABLE = "wrong variable"  # one use of a parameter becomes another parameter
COMMENTS: Mapping[str, str] = {  # operator -> what a reviewer would say, with the signs before and after
    "comparison turned round": "The comparison is turned round: this was {old} and is {new} now.",
    "equality negated": "Equal and unequal are exchanged here: {old} became {new}.",
    "connective swapped": "The condition holds in other cases when {old} becomes {new}.",
    "condition negated": "The condition is negated, so the wrong branch is taken.",
    "test for None negated": "The test for None is negated, so it asks for the opposite.",
    "off by one": "This is off by one: it should stay {old}, not {new}.",
    "arithmetic swapped": "Wrong operator: {old} became {new}, so another value is computed.",
    "constant negated": "Why {new}? The value was {old} and should stay so.",
    WRONG_VARIABLE: "Wrong variable: {new} is used where {old} is meant.",
}
SOUND, FAULTY = 0, 1
LONGEST = 800  # characters of a function: a fault that is cut off cannot be seen


@dataclass(frozen=True)
class Change:
    """One line that was changed."""

    operator: str
    line: int  # of the body
    before: str
    after: str


def judged(functions: tuple[Found, ...]) -> list[Row]:
    """Return each function that can be made faulty twice, as it is and faulty: as many of one as of the other."""
    rows: list[Row] = []
    for found, change in _changes(functions):
        rows.append({"id": f"{found.id}/sound", "text": found.function.code, "label": SOUND})
        rows.append({"id": f"{found.id}/faulty", "text": _changed(found, change), "label": FAULTY})
    return rows


def repaired(functions: tuple[Found, ...]) -> list[Row]:
    """Return each faulty function to read and the function as it was to write."""
    return [
        {"id": found.id, "source": _changed(found, change), "target": found.function.code}
        for found, change in _changes(functions)
    ]


def reviewed(functions: tuple[Found, ...]) -> list[Row]:
    """Return each change twice: made, which brings a fault in (to be refused), and undone, which mends it."""
    rows: list[Row] = []
    for found, change in _changes(functions):
        undone, made = (
            _diff(found, change.after, change.before, change),
            _diff(found, change.before, change.after, change),
        )
        rows.append({"id": f"{found.id}/undone", "text": undone, "label": SOUND})
        rows.append({"id": f"{found.id}/made", "text": made, "label": FAULTY})
    return rows


def commented(functions: tuple[Found, ...]) -> list[Row]:
    """Return each change that brings a fault in to read and the comment that a rule writes on it."""
    return [
        {"id": found.id, "source": _diff(found, change.before, change.after, change), "target": _comment(change)}
        for found, change in _changes(functions)
    ]


def judged_lines(functions: tuple[Found, ...]) -> list[Row]:
    """Return each changed line by itself twice, as it was and faulty."""
    rows: list[Row] = []
    for found, change in _changes(functions):
        rows.append({"id": f"{found.id}/sound", "text": _alone(change.before), "label": SOUND})
        rows.append({"id": f"{found.id}/faulty", "text": _alone(change.after), "label": FAULTY})
    return rows


def reviewed_lines(functions: tuple[Found, ...]) -> list[Row]:
    """Return each change twice as two lines, before and after: undone, which mends it, and made (to be refused)."""
    rows: list[Row] = []
    for found, change in _changes(functions):
        sound, faulty = _alone(change.before), _alone(change.after)
        rows.append({"id": f"{found.id}/undone", "text": faulty, "other": sound, "label": SOUND})
        rows.append({"id": f"{found.id}/made", "text": sound, "other": faulty, "label": FAULTY})
    return rows


@functools.lru_cache(maxsize=8)  # six data sets are made of the same changes
def _changes(functions: tuple[Found, ...]) -> tuple[tuple[Found, Change], ...]:
    changes = ((found, _change(found)) for found in functions if len(found.function.code) <= LONGEST)
    return tuple((found, change) for found, change in changes if change)


def _change(found: Found) -> Change | None:
    """Return one change that still parses, or None where there is none.

    The operator is chosen first, so that a frequent sign does not make its operator frequent.
    """
    by_operator: dict[str, list[Change]] = {}
    for change in _candidates(found):
        by_operator.setdefault(change.operator, []).append(change)
    while by_operator:
        operator = pick(found.hash, sorted(by_operator))
        change = pick(found.hash, by_operator[operator])
        if _parses(_changed(found, change)):
            return change
        by_operator[operator].remove(change)
        if not by_operator[operator]:
            del by_operator[operator]
    return None


def _candidates(found: Found) -> Iterator[Change]:
    lines = found.function.body.splitlines()
    parameters = parameters_of(found.function.code)
    for at in plain_lines(found.function.body):
        changed = [
            (name, line)
            for name, rules in OPERATORS.items()
            for pattern, instead in rules
            for line in _one_by_one(lines[at], pattern, instead)
        ]
        for used in parameters:
            other = pick(found.hash + used, [each for each in parameters if each != used] or [used])
            # Not the name of a keyword argument, nor an attribute.
            uses = _one_by_one(lines[at], rf"(?<![.\w]){re.escape(used)}\b(?!\s*=[^=])", other)
            changed += [(WRONG_VARIABLE, line) for line in uses]
        for name, line in changed:
            change = Change(name, at, lines[at], line)
            if line != lines[at]:
                yield change


def _alone(line: str) -> str:
    """Return a line as it stands by itself, not indented."""
    return f"{line.strip()}\n"


def _comment(change: Change) -> str:
    """Return what is wrong with a change, in the words that its operator has, with the signs that were exchanged."""
    before, after = (re.findall(r"\w+|[^\w\s]+", line) for line in (change.before, change.after))
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    old, new = (" ".join(line[start : len(line) - end]) for line in (before, after))
    return COMMENTS[change.operator].format(old=old, new=new)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many signs two lines have in common before they differ."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _one_by_one(line: str, pattern: str, instead: str) -> Iterator[str]:
    """Yield the line with one match of the pattern replaced, for each match."""
    for match in re.finditer(pattern, line):
        yield line[: match.start()] + match.expand(instead) + line[match.end() :]


def _changed(found: Found, change: Change) -> str:
    lines = found.function.body.splitlines()
    lines[change.line] = change.after
    return found.function.signature + "".join(f"{line}\n" for line in lines)


def _diff(found: Found, before: str, after: str, change: Change) -> str:
    """Return the function with the line before and after the change, marked as in a diff."""
    signature, body = found.function.signature.splitlines(), found.function.body.splitlines()
    marked = [f" {line}" for line in (*signature, *body)]
    marked[len(signature) + change.line] = f"-{before}\n+{after}"
    return "".join(f"{line}\n" for line in marked)


def parameters_of(code: str) -> list[str]:
    """Return the parameters of a function without self and cls; none where it does not parse."""
    try:
        (function,) = ast.parse(code).body
    except (SyntaxError, ValueError):
        return []
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    given = function.args
    return [
        each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs) if each.arg not in ("self", "cls")
    ]


def _parses(code: str) -> bool:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError):
        return False
    return True
