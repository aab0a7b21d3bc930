"""The text to learn from: pieces of files and documented functions, cut out of installed packages."""

from __future__ import annotations

import ast
import hashlib
import itertools
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from reproduce.data.functions import functions_in, normalised
from reproduce.data.packages import own_sources_of, require_versions
from reproduce.registry.pretraining import PretrainingCorpus

PIECE_CHARACTERS = 900  # about 256 tokens; a longer statement is a piece of its own and cut by the tokenizer
SHORTEST_PIECE = 80


@dataclass(frozen=True)
class Documented:
    """A function without its docstring, and what its docstring says first."""

    code: str
    summary: str


@dataclass(frozen=True)
class Text:
    """What a model sees, and what its loss is measured on."""

    pieces: tuple[str, ...]
    functions: tuple[Documented, ...]
    held_out_pieces: tuple[str, ...]
    held_out_functions: tuple[Documented, ...]

    def sha256(self) -> str:
        """Return one digest over all of it, in order."""
        digest = hashlib.sha256()
        for part in (self.pieces, self.held_out_pieces):
            digest.update(json.dumps(part).encode())
        for functions in (self.functions, self.held_out_functions):
            digest.update(json.dumps([(each.code, each.summary) for each in functions]).encode())
        return digest.hexdigest()


def cut_out(corpus: PretrainingCorpus) -> Text:
    """Return the text, in an order that depends on content alone; raise DataError when a package is another version.

    What equals (white space aside) something of a package in ``never``, or of a held-out one, is not learnt from;
    what came up before is not learnt twice. Of a package whose text is longer than ``max_characters`` the files with
    the smallest SHA-256 are kept. Functions keep their docstrings inside the pieces.
    """
    require_versions(corpus.packages)
    seen: set[str] = set()
    for name in corpus.never:
        for _ in _of_package(name, None, seen):
            pass
    parts: dict[bool, tuple[list[str], list[Documented]]] = {True: ([], []), False: ([], [])}
    for package in sorted(corpus.packages, key=lambda each: (not each.held_out, each.name)):
        pieces, functions = parts[package.held_out]
        for item in _of_package(package.name, corpus.max_characters, seen):
            if isinstance(item, str):
                pieces.append(item)
            else:
                functions.append(item)
    (held_pieces, held_functions), (pieces, functions) = parts[True], parts[False]
    for texts in (held_pieces, pieces):
        texts.sort(key=_digest)
    for documented in (held_functions, functions):
        documented.sort(key=lambda each: _digest(each.code))
    kept = corpus.held_out_items
    return Text(tuple(pieces), tuple(functions), tuple(held_pieces[:kept]), tuple(held_functions[:kept]))


def _of_package(name: str, max_characters: int | None, seen: set[str]) -> Iterator[str | Documented]:
    """Yield what is new in a package, and note it in ``seen``."""
    left = max_characters
    for _, source in sorted(own_sources_of(name), key=lambda file: _digest(file[1])):
        if left is not None:
            if left < len(source):
                continue
            left -= len(source)
        for piece in pieces_of(source):
            if _is_new(" ".join(piece.split()), seen):
                yield piece
        for function in functions_in(source):
            if _is_new(normalised(function.code, function.name), seen) and _is_new(function.query.casefold(), seen):
                yield Documented(function.code, function.query)


def pieces_of(source: str) -> Iterator[str]:
    """Yield a source text in pieces of whole statements, each about PIECE_CHARACTERS long.

    A class is cut between its members. Nothing is yielded of a source that this Python cannot parse.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in other people's docstrings
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    lines = re.split(r"\r\n|\r|\n", source)
    piece: list[str] = []
    for start, end in _statements(tree, len(lines)):
        statement = lines[start:end]
        if piece and len("\n".join(piece + statement)) > PIECE_CHARACTERS:
            yield from _piece(piece)
            piece = []
        piece += statement
    yield from _piece(piece)


def _piece(lines: list[str]) -> Iterator[str]:
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    if len(text) >= SHORTEST_PIECE and "\0" not in text:
        yield text + "\n"


def _statements(tree: ast.Module, lines: int) -> Iterator[tuple[int, int]]:
    """Yield first and last line (from 0, the last excluded) of each statement, its decorators and comments with it."""
    starts: list[int] = []
    waiting: list[ast.stmt] = list(reversed(tree.body))
    while waiting:
        node = waiting.pop()
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        starts.append(min([node.lineno, *(each.lineno for each in decorators)]) - 1)
        if isinstance(node, ast.ClassDef):
            waiting.extend(reversed(node.body))
    starts = sorted(set(starts))
    yield from itertools.pairwise([*starts, lines])


def _is_new(text: str, seen: set[str]) -> bool:
    digest = _digest(text)
    if digest in seen:
        return False
    seen.add(digest)
    return True


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
