"""Unit tests: a function to read and the test that its authors wrote for it, matched by name.

Only packages that ship their tests. A test belongs to a function of its package when its name is ``test_`` and the
function's name, alone or with ``_`` and more after it, and when no longer function name fits. Tests with arguments
or decorators or that use their class are left out, since they do not stand alone.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import get_args

from reproduce.data.functions import Function, functions_in
from reproduce.data.packages import LEFT_OUT, Found, require_versions, sources_of
from reproduce.data.rows import Row
from reproduce.registry.datasets import PackagePin, SplitName

MIN_LINES, MAX_LINES = 3, 15  # of a test
SHORTEST_NAME = 4  # of a function, where more follows in the test's name


def paired_with_tests(packages: tuple[PackagePin, ...]) -> Mapping[SplitName, list[Row]]:
    """Return functions and their tests, a row for each function that has one: the first such test by its place."""
    require_versions(packages)
    rows: dict[SplitName, list[Row]] = {split: [] for split in get_args(SplitName)}
    for pin in packages:
        functions: dict[str, Found] = {}
        tests: dict[str, str] = {}
        for file, source in sources_of(pin.name):
            if file.name.startswith("test_") and "tests" in file.parts:
                for name, test in _tests_in(source):
                    tests.setdefault(name, test)
            elif not LEFT_OUT.intersection(file.parts):
                for function in functions_in(source):
                    place = f"{pin.name}/{file.as_posix()}:{function.line}"
                    functions.setdefault(function.name.strip("_"), Found(place, function))
        matched: dict[str, str] = {}
        for name, test in tests.items():
            fitting = _function_of(name, functions)
            if fitting:
                matched.setdefault(fitting, test)
        found = sorted(matched, key=lambda name: (functions[name].hash, functions[name].id))[: pin.cap]
        rows[pin.split] += [
            {"id": functions[name].id, "source": _shown(functions[name].function), "target": matched[name]}
            for name in found
        ]
    return rows


def _function_of(test: str, functions: Mapping[str, Found]) -> str | None:
    parts = test.split("_")
    names = ["_".join(parts[:length]) for length in range(len(parts), 0, -1)]
    for name in names:
        if name in functions and (name == test or len(name) >= SHORTEST_NAME):
            return name
    return None


def _shown(function: Function) -> str:
    return f'{function.signature}    """{function.query}"""\n{function.body}'


def _tests_in(source: str) -> Iterator[tuple[str, str]]:
    """Yield name (without test_) and text of every test that stands alone."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    lines = re.split(r"\r\n|\r|\n", source)
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for node in [*tree.body, *(method for each in classes for method in each.body)]:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not node.decorator_list:
            kept = [line.rstrip() for line in lines[node.lineno - 1 : node.end_lineno]]
            text = "".join(f"{line[node.col_offset :]}\n" for line in kept if line)
            stands_alone = [each.arg for each in node.args.args] in ([], ["self"]) and text.count("self") <= 1
            if stands_alone and MIN_LINES <= text.count("\n") <= MAX_LINES:
                yield node.name.removeprefix("test_"), text.replace("(self)", "()", 1)
