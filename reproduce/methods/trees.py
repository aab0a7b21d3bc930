"""Syntax trees of programs, by tree-sitter."""

from __future__ import annotations

import functools
import importlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from reproduce.errors import SpecError

GRAMMARS = {"Python": "tree_sitter_python", "Java": "tree_sitter_java", "C#": "tree_sitter_c_sharp"}


@dataclass(frozen=True)
class Leaf:
    """A token of a program: its node type in the grammar, its text and its place in characters."""

    type: str
    text: str
    start: int
    end: int


@functools.cache
def parser(language: str | None) -> Any:
    """Return tree-sitter's parser of a language; raise SpecError when there is no grammar for it here."""
    from tree_sitter import Language, Parser

    module = GRAMMARS.get(language or "")
    if module is None:
        asked = language or "inputs of no programming language"
        raise SpecError(
            f"this method reads syntax trees: there are grammars for {', '.join(GRAMMARS)}, not for {asked}"
        )
    return Parser(Language(importlib.import_module(module).language()))


def leaves(text: str, language: str | None) -> list[Leaf]:
    """Return the leaves of a program's syntax tree from left to right, without comments and empty ones."""
    raw = text.encode()
    found = []
    waiting = [parser(language).parse(raw).root_node]
    while waiting:
        node = waiting.pop()
        if node.child_count:
            waiting.extend(reversed(node.children))
        elif "comment" not in node.type and node.end_byte > node.start_byte:
            start = len(raw[: node.start_byte].decode(errors="ignore"))
            piece = raw[node.start_byte : node.end_byte].decode(errors="ignore")
            found.append(Leaf(node.type, piece, start, start + len(piece)))
    return found


def neighbours(tokens: Sequence[Leaf]) -> set[tuple[int, int]]:
    """Return which leaves are joined: those side by side, and each identifier with its next occurrence.

    As the code of P26 joins the leaves of a tree, both ways.
    """
    edges = {(at, at + 1) for at in range(len(tokens) - 1)}
    last: dict[str, int] = {}
    for at, leaf in enumerate(tokens):
        if leaf.type == "identifier":
            if leaf.text in last:
                edges.add((last[leaf.text], at))
            last[leaf.text] = at
    return edges | {(two, one) for one, two in edges}


def most_typical(programs: Sequence[Sequence[Leaf]], frequent: int = 8) -> int:
    """Return the program that BM25 ranks first for the most frequent token types, as P26 retrieves its snippet.

    Robertson and Zaragoza 2009, equation 3.15, with k1 = 1.5 and b = 0.75.
    """
    documents = [Counter(leaf.type for leaf in tokens) for tokens in programs]
    lengths = [len(tokens) for tokens in programs]
    mean = sum(lengths) / len(lengths)
    total = sum(documents, start=Counter())
    query = sorted(total, key=lambda kind: (-total[kind], kind))[:frequent]

    def score(at: int) -> float:
        sum_ = 0.0
        for kind in query:
            having = sum(kind in document for document in documents)
            rarity = log(1 + (len(documents) - having + 0.5) / (having + 0.5))
            count = documents[at][kind]
            sum_ += rarity * count * 2.5 / (count + 1.5 * (0.25 + 0.75 * lengths[at] / mean)) if mean else 0.0
        return sum_

    return max(range(len(documents)), key=lambda at: (score(at), -at))
