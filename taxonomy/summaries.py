"""The evidence on every node of a tree, counted."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx

from corpus.library import Corpus
from taxonomy.effects import Effect
from taxonomy.evidence import Evidence, evidence_on
from taxonomy.graph import ROOTS, Facet, Node, path_to
from taxonomy.vocabulary import Vocabulary


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
    cautioned: int  # reported numbers that a caution touches
    measured_runs: int
    effect: Effect

    @property
    def cautioned_percent(self) -> float | None:
        """Share of the reported numbers that a caution touches; None without numbers."""
        return 100 * self.cautioned / self.reported if self.reported else None


def summaries(corpus: Corpus, vocabulary: Vocabulary, graph: nx.DiGraph[str], facet: Facet) -> tuple[NodeSummary, ...]:
    """Return the nodes of one tree in display order, parents before children."""
    order = list(nx.dfs_preorder_nodes(graph, ROOTS[facet]))
    evidence = {name: evidence_on(name, corpus, vocabulary, graph) for name in order}
    leaves = {name: _leaves(graph, name) for name in order}
    return tuple(
        _count(
            evidence[name],
            depth=len(path_to(graph, name)) - 1,
            placings=sum(len(evidence[leaf].studies) for leaf in leaves[name]),
            corpus=corpus,
        )
        for name in order
    )


def _leaves(graph: nx.DiGraph[str], name: str) -> list[str]:
    return [node for node in (name, *nx.descendants(graph, name)) if graph.out_degree(node) == 0]


def _count(evidence: Evidence, *, depth: int, placings: int, corpus: Corpus) -> NodeSummary:
    return NodeSummary(
        node=evidence.node,
        depth=depth,
        leaf=not evidence.children,
        studies=len(evidence.studies),
        placings=placings,
        papers=len(evidence.papers),
        reported=len(evidence.reported),
        cautioned=sum(row.id in corpus.cautions_on for row in evidence.reported),
        measured_runs=sum(len(result.runs) for result in evidence.measured),
        effect=evidence.effect,
    )
