"""Functions with a sentence about each: what the embedded code-search set is made of.

The rule follows CodeSearchNet (Husain et al. 2019, arXiv 1909.09436, section 2) in spirit: the first paragraph
of a docstring is the query, the function without it is the code; trivial and generated functions are left out.
The thresholds are ours and stand in docs/data.md. Everything is cut by line numbers out of the source text, so
that the result does not depend on how a Python version prints a syntax tree.
"""

from __future__ import annotations

import ast
import inspect
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

MIN_LINES, MAX_LINES = 3, 60  # of the function without its docstring
MIN_WORDS = 4  # of the docstring's first paragraph
MAX_CHARACTERS = 400  # of the same; longer ones are mostly tables and lists
_WORD = re.compile(r"[A-Za-z]{2,}")
_NOT_PROSE = (":", ">>>", "..", "@", "{", "<", "|", "+-", "*")
_UNDERLINED = ("---", "===", "~~~")  # a heading such as "Parameters" or a table, not a sentence


@dataclass(frozen=True)
class Function:
    """A function and what its docstring says first."""

    name: str
    line: int  # of the source, counted from 1
    query: str
    signature: str  # from def to the docstring
    body: str  # from the docstring to the end

    @property
    def code(self) -> str:
        """The function without its docstring."""
        return self.signature + self.body


def functions_in(source: str) -> Iterator[Function]:
    """Yield the functions and methods of a source text that pass the rule, in order of appearance.

    Functions inside functions are left out; so is a source that this Python cannot parse.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in other people's docstrings
            tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    # The parser ends a line at \n, \r\n and \r only; str.splitlines knows more ends and would shift the numbers.
    lines = re.split(r"\r\n|\r|\n", source)
    for node in _outer_functions(tree):
        function = _function(node, lines)
        if function is not None:
            yield function


def normalised(code: str, name: str) -> str:
    """Return code without its own name and with every run of white space as one blank: equal means copied."""
    return re.sub(rf"\b{re.escape(name)}\b", "_", " ".join(code.split()))


def _outer_functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    waiting: list[ast.stmt] = list(reversed(tree.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            waiting.extend(reversed(node.body))


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> Function | None:
    if node.name.startswith("__") or node.name.startswith("test"):
        return None
    first = node.body[0]
    if not (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    ):
        return None
    query = _first_paragraph(first.value.value)
    if query is None or len(node.body) == 1:
        return None
    start, end = node.lineno, node.end_lineno or node.lineno
    above, below = first.lineno, first.end_lineno or first.lineno
    shares_a_line = above == start or node.body[1].lineno == below
    if shares_a_line:
        return None
    signature, body = (_outdented(part, node.col_offset) for part in (lines[start - 1 : above - 1], lines[below:end]))
    if not MIN_LINES <= len(signature) + len(body) <= MAX_LINES:
        return None
    return Function(node.name, start, query, "".join(signature), "".join(body))


def _outdented(lines: list[str], by: int) -> list[str]:
    """Return the lines that are not blank, without the outer indent, each with one line feed."""
    kept = [line.rstrip() for line in lines]
    return [line[min(by, len(line) - len(line.lstrip())) :] + "\n" for line in kept if line]


def _first_paragraph(docstring: str) -> str | None:
    """Return the first paragraph on one line, or None where it is not English prose in ASCII."""
    paragraph = re.split(r"\n\s*\n", inspect.cleandoc(docstring), maxsplit=1)[0]
    text = " ".join(paragraph.split())
    if not text.isascii() or not text.isprintable() or len(text) > MAX_CHARACTERS:
        return None
    if text.startswith(_NOT_PROSE) or any(rule in text for rule in _UNDERLINED):
        return None
    return text if len(_WORD.findall(text)) >= MIN_WORDS else None
