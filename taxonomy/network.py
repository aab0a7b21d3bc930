"""The network of papers, methods, models and tasks: who studied what with what, and where each stands on a plane."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import networkx as nx

from corpus.library import Corpus
from corpus.records import Paper, Study
from taxonomy.vocabulary import Vocabulary

SEED = 7  # of the layout: the same records always give the same picture
MOST_PAPERS = 80  # more are not drawn as marks: the network then joins methods, models and tasks directly


class Kind(StrEnum):
    """What a mark of the network is."""

    PAPER = "paper"
    METHOD = "method"
    MODEL = "model"
    TASK = "task"


@dataclass(frozen=True)
class Mark:
    """A paper or a term. ``studies``: of those chosen, how many name it. Coordinates go from -1 to 1."""

    id: str  # kind/name
    kind: Kind
    name: str
    label: str
    studies: int
    x: float
    y: float


@dataclass(frozen=True)
class Network:
    """Marks, and pairs of marks that share a study. ``papers_left_out``: too many to be drawn."""

    marks: tuple[Mark, ...]
    links: tuple[tuple[str, str, int], ...]  # two marks and the studies that they share
    papers_left_out: int

    def beside(self, mark: str) -> frozenset[str]:
        """Return the marks that share a study with one."""
        pairs = [{first, second} for first, second, _ in self.links if mark in (first, second)]
        return frozenset().union(*pairs) - {mark}


def network(
    corpus: Corpus, vocabulary: Vocabulary, *, kinds: Collection[Kind] = tuple(Kind), about: str | None = None
) -> Network:
    """Return the network of all studies, or of those that name ``about`` (``method/lora``, ``paper/P31``).

    A paper is linked to what its studies name; methods, models and tasks are linked to each other where no paper is
    drawn between them.
    """
    chosen = [
        (paper, study)
        for paper in corpus.papers.values()
        for study in paper.studies
        if about is None or about in _names(paper, study)
    ]
    papers = {paper.id for paper, _ in chosen}
    drawn = set(kinds) - ({Kind.PAPER} if len(papers) > MOST_PAPERS else set())
    uses: Counter[str] = Counter()
    links: Counter[tuple[str, str]] = Counter()
    for paper, study in chosen:
        names = [name for name in _names(paper, study) if Kind(name.split("/", 1)[0]) in drawn]
        uses.update(names)
        hubs = names[:1] if Kind.PAPER in drawn else names
        links.update(
            (hub, other) for hub in hubs for other in names if other > hub or (Kind.PAPER in drawn and other != hub)
        )
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted(uses))
    graph.add_weighted_edges_from((first, second, shared) for (first, second), shared in sorted(links.items()))
    where = _places(graph)
    left_out = len(papers) if Kind.PAPER in set(kinds) - drawn else 0
    marks = tuple(_mark(name, corpus, vocabulary, uses[name], where[name]) for name in graph)
    return Network(marks, tuple((*pair, shared) for pair, shared in sorted(links.items())), left_out)


def _names(paper: Paper, study: Study) -> list[str]:
    """Return what a study names, the paper first."""
    terms = (
        *(f"method/{name}" for name in study.methods),
        *(f"model/{name}" for name in study.models),
        f"task/{study.task}",
    )
    return list(dict.fromkeys((f"paper/{paper.id}", *terms)))


def _places(graph: nx.Graph[str]) -> dict[str, tuple[float, float]]:
    """Return a place for every mark by springs, unconnected parts included; the same graph gives the same places."""
    if not graph:
        return {}
    found = nx.spring_layout(graph, seed=SEED, k=3.4 / sqrt(len(graph)), iterations=200)
    return {name: (round(float(x), 4), round(float(y), 4)) for name, (x, y) in found.items()}


def _mark(name: str, corpus: Corpus, vocabulary: Vocabulary, studies: int, place: tuple[float, float]) -> Mark:
    kind, term = Kind(name.split("/", 1)[0]), name.split("/", 1)[1]
    label = corpus.papers[term].bibliography.title if kind is Kind.PAPER else vocabulary.label(f"{kind}s", term)
    return Mark(name, kind, term, label, studies, *place)
