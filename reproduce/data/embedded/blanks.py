"""The cloze test: one word or operator blanked, two options that can be told apart only by what the code means.

As in CodeXGLUE's ClozeTest-maxmin (there max or min), with more pairs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from reproduce.data.embedded.choosing import pick, plain_lines
from reproduce.data.kinds import BLANK
from reproduce.data.packages import Found
from reproduce.data.rows import Row

PAIRS: Mapping[tuple[str, str], str] = {  # options -> pattern whose first group is one of them
    ("max", "min"): r"\b(max|min)\b",
    ("==", "!="): r" (==|!=) ",
    ("<", ">"): r" (<|>) ",
    ("<=", ">="): r" (<=|>=) ",
    ("and", "or"): r" (and|or) ",
    ("+", "-"): r"(?<=[\w\])]) (\+|-) ",
    ("True", "False"): r"\b(True|False)\b",
}
LONGEST = 800  # characters of a function: a blank that is cut off cannot be filled


def blanked(functions: tuple[Found, ...]) -> list[Row]:
    """Return each function with one place blanked, for each pair of options as many of one as of the other.

    The surplus of the more frequent option is left out: to know which one is more frequent must not help.
    """
    by_answer: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for found in functions:
        blank = _blank(found)
        if blank:
            pair, answer, text = blank
            by_answer[pair][answer].append({"id": found.id, "text": text, "options": list(pair), "answer": answer})
    kept = {
        str(row["id"])
        for pair, answers in by_answer.items()
        for rows in answers.values()
        for row in rows[: min(len(answers[option]) for option in pair)]
    }
    by_id = {str(row["id"]): row for answers in by_answer.values() for rows in answers.values() for row in rows}
    return [by_id[found.id] for found in functions if found.id in kept]


def _blank(found: Found) -> tuple[tuple[str, str], str, str] | None:
    """Return the options, the answer and the text of a function, or None where nothing can be blanked."""
    lines = found.function.body.splitlines()
    places = {
        pair: [(at, match.span(1)) for at in plain_lines(found.function.body) for match in re.finditer(rule, lines[at])]
        for pair, rule in PAIRS.items()
    }
    there = [pair for pair, spans in places.items() if spans]
    if not there or len(found.function.code) > LONGEST:
        return None
    pair = pick(found.hash, there)
    at, (start, end) = pick(found.hash, places[pair])
    answer = lines[at][start:end]
    lines[at] = lines[at][:start] + BLANK + lines[at][end:]
    return pair, answer, found.function.signature + "".join(f"{line}\n" for line in lines)
