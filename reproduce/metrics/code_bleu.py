"""CodeBLEU without its data-flow part: n-grams, n-grams with heavier keywords, subtrees of the syntax tree.

Source: Ren et al. 2020, arXiv 2009.10297, sections 3.1 and 3.2. The fourth part compares data flow, which the published
scripts read off the tree by a program for each language; it is left out rather than done nearly. The vocabulary
therefore has this under a name of its own, ``codebleu_syntax``: the mean of the three parts, each of which is checked
against the package codebleu.
"""

from __future__ import annotations

import functools
import importlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reproduce.metrics.keywords import C_SHARP, JAVA, PYTHON
from reproduce.metrics.measured import Measured, Numbers, of_sums, require_one_each

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

ORDERS = range(1, 5)
OTHER_WEIGHT = 0.2  # of a word that is no keyword, which has 1
NO_MATCH = 0.1  # counted where nothing matches in an order (Chen and Cherry 2014, smoothing 1)


@dataclass(frozen=True)
class Grammar:
    """What the metric knows of a language."""

    module: str  # of the tree-sitter grammar
    keywords: frozenset[str]
    comments: frozenset[str]  # node types that are no part of the program
    docstrings: bool = False


GRAMMARS: Mapping[str, Grammar] = {
    "Python": Grammar("tree_sitter_python", PYTHON, frozenset({"comment"}), docstrings=True),
    "Java": Grammar("tree_sitter_java", JAVA, frozenset({"line_comment", "block_comment"})),
    "C#": Grammar("tree_sitter_c_sharp", C_SHARP, frozenset({"comment"})),
}


def codebleu_syntax(predictions: Sequence[str], references: Sequence[Sequence[str]], grammar: Grammar) -> Measured:
    """Return the mean of the three parts over the corpus, from 0 to 1; an item's own number is that of it alone."""
    require_one_each(predictions, references)
    sums = np.array(
        [_sums(said.strip(), [each.strip() for each in wanted], grammar)
         for said, wanted in zip(predictions, references, strict=True)]
    )  # fmt: skip
    return of_sums(sums, lambda totals: float(np.mean(parts(totals))), np.array([np.mean(parts(row)) for row in sums]))


def parts(totals: Numbers) -> tuple[float, float, float]:
    """Return n-gram match, weighted n-gram match and syntax match from added-up counts."""
    said, wanted, two_each = totals[:3]
    plain, weighted, (found, there) = totals[3:11], totals[11:19], totals[19:]
    return (
        _brevity(said, wanted) * _geometric_mean(plain),
        _brevity(said, two_each) * _geometric_mean(weighted),
        float(found / there) if there else 0.0,
    )


def _brevity(said: float, wanted: float) -> float:
    return min(1.0, math.exp(1 - wanted / said)) if said else 0.0


def _geometric_mean(counts: Numbers) -> float:
    """Return the geometric mean of the four shares; counts: matched and all of 1-grams, then of 2-grams, and so on."""
    if not counts[0]:
        return 0.0
    return math.exp(sum(math.log((counts[at] or NO_MATCH) / counts[at + 1]) for at in range(0, 8, 2)) / 4)


def _sums(prediction: str, references: Sequence[str], grammar: Grammar) -> list[float]:
    """Return an item's counts: three lengths, eight of n-grams, eight of weighted n-grams, two of subtrees.

    The published script takes the reference of the weighted n-grams to be two words long (it measures the pair of words
    and weights). So do we: that part is a recall, which needs no penalty for being short.
    """
    said, wanted = prediction.split(), [each.split() for each in references]
    nearest = min((len(each) for each in wanted), key=lambda length: (abs(length - len(said)), length))
    row: list[float] = [len(said), nearest, 2]
    for order in ORDERS:  # precision: of what was said
        counts = _ngrams(said, order)
        most = functools.reduce(lambda one, other: one | other, (_ngrams(each, order) for each in wanted))
        row += [(counts & most).total(), max(1, counts.total())]
    for order in ORDERS:  # recall, as the published script has it: of what was wanted
        counts = _ngrams(said, order)
        matched = whole = 0.0
        for each in wanted:
            there = _ngrams(each, order)
            matched += _weight(there & counts, grammar.keywords)
            whole += max(1, _weight(there, grammar.keywords))
        row += [matched, whole]
    mine = set(_subtrees(prediction, grammar))
    theirs = [subtree for each in references for subtree in _subtrees(each, grammar)]
    return [*row, sum(subtree in mine for subtree in theirs), len(theirs)]


def _ngrams(words: Sequence[str], order: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[at : at + order]) for at in range(len(words) - order + 1))


def _weight(counts: Counter[tuple[str, ...]], keywords: frozenset[str]) -> float:
    """Return the sum of counts, words that are no keyword weighing less; longer n-grams all weigh the same."""
    return sum(
        count * (OTHER_WEIGHT if len(ngram) == 1 and ngram[0] not in keywords else 1) for ngram, count in counts.items()
    )


def _subtrees(program: str, grammar: Grammar) -> list[str]:
    """Return the shape of every subtree with children, as node types and fields without the words."""
    root = _parser(grammar.module).parse(_bare(program, grammar).encode()).root_node
    shapes, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        shapes.append(str(node))
        waiting += [child for child in node.children if child.children]
    return shapes


def _bare(program: str, grammar: Grammar) -> str:
    """Return the program without comments, docstrings and blank lines."""
    source = program.encode()
    tree = _parser(grammar.module).parse(source)
    kept = bytearray(source)
    for node in _no_part(tree.root_node, grammar):
        # Something must stay where a comment stood between two words.
        kept[node.start_byte : node.end_byte] = b" " * (node.end_byte - node.start_byte)
    lines = kept.decode(errors="replace").split("\n")
    return "\n".join(line for line in lines if line.strip())


def _no_part(root: Node, grammar: Grammar) -> Iterable[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in grammar.comments or (grammar.docstrings and _is_docstring(node)):
            yield node
        else:
            waiting += node.children


def _is_docstring(node: Node) -> bool:
    """Return whether a statement is nothing but a string."""
    return node.type == "expression_statement" and [child.type for child in node.children] == ["string"]


@functools.cache
def _parser(module: str) -> Parser:
    from tree_sitter import Language, Parser

    return Parser(Language(importlib.import_module(module).language()))
