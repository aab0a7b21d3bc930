"""The evidence on every node of a tree, counted."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
from pydantic import TypeAdapter

from corpus.library import Corpus
from corpus.records import Grade
from taxonomy.effects import Effect
from taxonomy.evidence import evidence_on
from taxonomy.graph import ROOTS, Facet, Node, leaves_below, path_to
from taxonomy.placing import placed, study_values
from taxonomy.vocabulary import Vocabulary

FIRST_HAND = (Grade.PAPER, Grade.REPOSITORY)
"""Read in the paper or in its authors' repository."""


@dataclass(frozen=True)
class NodeSummary:
    """Counts on a node and below it. Studies and papers are distinct."""

    node: Node
    depth: int  # the root has 0
    leaf: bool
    studies: int
    placings: int  # studies counted once in every leaf they stand on: a study with two methods counts twice
    papers: int
    reported: int
    first_hand: int  # reported numbers that were read in the paper or its repository
    cautioned: int  # reported numbers that a caution touches
    measured_runs: int
    cells: int  # pairs of method and task that are studied or measured, those of the comparison aside
    measured_cells: int  # of them, measured here
    effect: Effect

    @property
    def cautioned_percent(self) -> float | None:
        """Share of the reported numbers that a caution touches; None without numbers."""
        return 100 * self.cautioned / self.reported if self.reported else None

    @property
    def first_hand_percent(self) -> float | None:
        """Share of the reported numbers that were read at first hand; None without numbers."""
        return 100 * self.first_hand / self.reported if self.reported else None

    @property
    def measured_percent(self) -> float | None:
        """Share of the pairs of method and task that were measured here; None without pairs."""
        return 100 * self.measured_cells / self.cells if self.cells else None

    @property
    def spread_points(self) -> float | None:
        """How far apart the papers' median effects lie, in points; None for fewer than two papers."""
        effect = self.effect
        if effect.papers < 2 or effect.low_points is None or effect.high_points is None:
            return None
        return effect.high_points - effect.low_points


Tree = tuple[NodeSummary, ...]
_TREE: TypeAdapter[Tree] = TypeAdapter(Tree)


def summaries(corpus: Corpus, vocabulary: Vocabulary, graph: nx.DiGraph[str], facet: Facet) -> Tree:
    """Return the nodes of one tree in display order, parents before children."""
    return tuple(_count(name, corpus, vocabulary, graph, facet) for name in nx.dfs_preorder_nodes(graph, ROOTS[facet]))


def dump(nodes: Tree) -> str:
    """Return a tree as JSON, to be kept."""
    return _TREE.dump_json(nodes).decode()


def read(document: str) -> Tree:
    """Return a tree that was kept."""
    return _TREE.validate_json(document)


def _count(name: str, corpus: Corpus, vocabulary: Vocabulary, graph: nx.DiGraph[str], facet: Facet) -> NodeSummary:
    evidence, leaves = evidence_on(name, corpus, vocabulary, graph), leaves_below(graph, name)
    standing = placed(corpus, vocabulary, facet)
    measured = {(result.method, result.task) for result in evidence.measured}
    studied = {
        (method, study.task)
        for _, study in standing.studies_on(leaves)
        for method in study.methods
        if facet is not Facet.METHOD or method in leaves
    }
    compared = {method.id for method in vocabulary.methods if method.family == "comparison"}
    cells = {pair for pair in studied | measured if pair[0] not in compared}
    return NodeSummary(
        node=evidence.node,
        depth=len(path_to(graph, name)) - 1,
        leaf=not evidence.children,
        studies=len(evidence.studies),
        placings=sum(len(leaves.intersection(study_values(facet, study))) for _, study in standing.studies_on(leaves)),
        papers=len(evidence.papers),
        reported=len(evidence.reported),
        first_hand=sum(row.evidence in FIRST_HAND for row in evidence.reported),
        cautioned=sum(row.id in corpus.cautions_on for row in evidence.reported),
        measured_runs=sum(len(result.runs) for result in evidence.measured),
        cells=len(cells),
        measured_cells=len(cells & measured),
        effect=evidence.effect,
    )
