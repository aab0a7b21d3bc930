"""The cloze test: one word or operator blanked, and options for it.

Either two that can be told apart only by what the code means, as in CodeXGLUE's ClozeTest-maxmin (there max or min),
with more pairs; or several of the words that are frequent in code, as its ClozeTest-all asks for one of 930.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from reproduce.data.embedded.choosing import pick, plain_lines
from reproduce.data.kinds import BLANK
from reproduce.data.packages import Found
from reproduce.data.rows import Row
from reproduce.registry.datasets import SplitName

PAIRS: Mapping[tuple[str, str], str] = {  # options -> pattern whose first group is one of them
    ("max", "min"): r"\b(max|min)\b",
    ("==", "!="): r" (==|!=) ",
    ("<", ">"): r" (<|>) ",
    ("<=", ">="): r" (<=|>=) ",
    ("and", "or"): r" (and|or) ",
    ("+", "-"): r"(?<=[\w\])]) (\+|-) ",
    ("True", "False"): r"\b(True|False)\b",
}
WORD = r"(?<![\w.])([A-Za-z]{2,})(?!\w)"  # not an attribute
FREQUENT = 30  # training functions that a word stands in to be asked for
OPTIONS = 4
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


def words_blanked(functions: Mapping[SplitName, tuple[Found, ...]]) -> Mapping[SplitName, list[Row]]:
    """Return each function with one frequent word blanked, and four options.

    The wrong ones are other functions' answers, so that how frequent a word is does not tell whether it is right.
    """
    counts = Counter(word for found in functions["train"] for word in {word for word, _, _ in _words(found)})
    frequent = {word for word, count in counts.items() if count >= FREQUENT}
    return {split: _with_options(found, frequent) for split, found in functions.items()}


def _with_options(functions: Sequence[Found], frequent: Collection[str]) -> list[Row]:
    blanks = []
    for found in functions:
        places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for word, at, start in _words(found):
            if word in frequent:
                places[word].append((at, start))
        if places and len(found.function.code) <= LONGEST:
            answer = pick(found.hash, sorted(places))
            blanks.append((found, answer, pick(found.hash, places[answer])))
    answers = [answer for _, answer, _ in blanks]
    rows: list[Row] = []
    for found, answer, (at, start) in blanks:
        options, drawn = {answer}, 0
        while len(options) < OPTIONS:
            options.add(pick(f"{found.hash} {drawn}", answers))
            drawn += 1
        text = _text(found, at, start, start + len(answer))
        rows.append({"id": found.id, "text": text, "options": sorted(options), "answer": answer})
    return rows


def _words(found: Found) -> Iterator[tuple[str, int, int]]:
    """Yield each word of a body with its line and where it begins there."""
    lines = found.function.body.splitlines()
    for at in plain_lines(found.function.body):
        for match in re.finditer(WORD, lines[at]):
            yield match[1], at, match.start(1)


def _text(found: Found, at: int, start: int, end: int) -> str:
    """Return the function with a part of one of its body's lines blanked."""
    lines = found.function.body.splitlines()
    lines[at] = lines[at][:start] + BLANK + lines[at][end:]
    return found.function.signature + "".join(f"{line}\n" for line in lines)


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
    return pair, lines[at][start:end], _text(found, at, start, end)
