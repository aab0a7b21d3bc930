"""From a data set's tables to rows: the four shapes in which data sets are published."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from reproduce.data.files import read_objects, read_rows
from reproduce.data.kinds import BLANK
from reproduce.data.rows import Row
from reproduce.registry.datasets import PublishedFiles

Tables = dict[str, list[Row]]
SLOW_CASES = {"knapsack": (9,), "levenshtein": (2, 3)}  # of QuixBugs: program -> numbers of its test cases, from 0


def read_tables(origin: PublishedFiles, paths: Mapping[str, Path]) -> Tables:
    """Return the rows of every table of a data set; raise DataError, naming file and line, for a faulty row."""
    return _SHAPES[origin.shape](origin, paths)


def _rows(origin: PublishedFiles, paths: Mapping[str, Path]) -> Tables:
    return {name: read_rows(path, origin.fields) for name, path in paths.items()}


def _function_pairs(origin: PublishedFiles, paths: Mapping[str, Path]) -> Tables:
    """Put the functions in where a pair names them.

    A pair that names a missing function is left out, as is one that stood there before, either way round.
    """
    if origin.functions is None:
        raise ValueError("pairs of functions need the table of the functions")
    named = origin.functions
    fields = {"id": named.key, "text": named.text}
    functions = {str(row["id"]): str(row["text"]) for row in read_rows(paths[named.table], fields)}
    seen: set[frozenset[str]] = set()
    tables: Tables = {}
    for name, path in paths.items():
        if name == named.table:
            continue
        tables[name] = []
        for row in read_rows(path, origin.fields):
            first, second = str(row["text"]), str(row["other"])
            pair = frozenset((first, second))
            if pair in seen or not pair <= functions.keys():
                continue
            seen.add(pair)
            tables[name].append(
                {"id": f"{first}/{second}", "text": functions[first], "other": functions[second], "label": row["label"]}
            )
    return tables


def _quixbugs(origin: PublishedFiles, paths: Mapping[str, Path]) -> Tables:
    """Turn the test cases, a line of JSON each, into a test program; a program without any is left out.

    As in the published test runner, arguments that are no list are one argument, what a generator yields counts as a
    list, a result with a fraction is right within the last argument (the square root's epsilon), and three cases
    on which the right programs take from seconds to minutes are left out.
    """
    tables: Tables = {}
    for name, path in paths.items():
        tables[name] = [
            {
                "id": raw["name"],
                "prompt": _without_description(raw["buggy"]),
                "solution": raw["fixed"],
                "tests": _tests(raw["name"], raw["testcases"]),
                "entry_point": raw["name"],
                "before": "",
            }
            for _, raw in read_objects(path)
            if raw.get("testcases")
        ]
    return tables


def _without_description(program: str) -> str:
    """Return the program without the text after it, which describes the task and gives examples."""
    return program.partition('\n"""')[0].strip("\n") + "\n"


def _tests(name: str, cases: str) -> str:
    parsed = [json.loads(line) for line in cases.splitlines() if line.strip()]
    parsed = [case for at, case in enumerate(parsed) if at not in SLOW_CASES.get(name, ())]
    checked = [(given if isinstance(given, list) else [given], wanted) for given, wanted in parsed]
    return (
        "import math\n"
        "def _same(found, wanted, within):\n"
        "    if isinstance(wanted, list):\n"
        "        found = list(found)\n"
        "        return len(found) == len(wanted) and all(_same(*each, within) for each in zip(found, wanted))\n"
        "    if isinstance(found, float):\n"
        "        return math.isclose(found, wanted, abs_tol=within)\n"
        "    return found == wanted\n"
        f"for _given, _wanted in {checked!r}:\n"
        "    _within = _given[-1] if _given and isinstance(_given[-1], float) else 1e-9\n"
        f"    assert _same({name}(*_given), _wanted, _within)\n"
    )


def _maxmin(origin: PublishedFiles, paths: Mapping[str, Path]) -> Tables:
    """Blank another ``max`` or ``min`` than the published blank, whose answer is not published.

    Of each function the longer side of the published blank that holds such a token is taken, and the first such
    token of it blanked. Functions without one are left out.
    """
    options = ["max", "min"]
    tables: Tables = {}
    for name, path in paths.items():
        tables[name] = []
        for _, raw in read_objects(path):
            tokens: list[str] = raw["pl_tokens"]
            at = tokens.index(BLANK)
            sides = [side for side in (tokens[:at], tokens[at + 1 :]) if set(options).intersection(side)]
            if not sides:
                continue
            side = max(sides, key=len)
            blank = next(place for place, token in enumerate(side) if token in options)
            text = " ".join([*side[:blank], BLANK, *side[blank + 1 :]])
            tables[name].append({"id": raw["idx"], "text": text, "options": options, "answer": side[blank]})
    return tables


_SHAPES: Mapping[str, Callable[[PublishedFiles, Mapping[str, Path]], Tables]] = {
    "rows": _rows,
    "function-pairs": _function_pairs,
    "quixbugs": _quixbugs,
    "maxmin": _maxmin,
}
"""By the name that a registry entry gives."""
