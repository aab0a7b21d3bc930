"""What stands on a node of the taxonomy: papers, studies, reported numbers, measured results, the effect."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx

from corpus.library import Corpus
from corpus.records import Caution, ForeignResult, Paper, ReportedResult, Study
from taxonomy.effects import Effect, summarize
from taxonomy.foreign import foreign_on
from taxonomy.graph import Facet, Node, children, get_node, leaves_below
from taxonomy.measured import Measured
from taxonomy.placing import placed
from taxonomy.vocabulary import Vocabulary


@dataclass(frozen=True)
class Evidence:
    """Everything known on a node.

    Studies are the review's rows; numbers hang where their own method, task or model is.
    """

    node: Node
    parent: str | None
    children: tuple[str, ...]
    papers: tuple[str, ...]
    studies: tuple[str, ...]
    reported: tuple[ReportedResult, ...]
    measured: tuple[Measured, ...]
    effect: Effect
    cautions: tuple[Caution, ...]
    foreign: tuple[ForeignResult, ...] = ()  # measured by others; part of nothing above


def evidence_on(node_id: str, corpus: Corpus, vocabulary: Vocabulary, graph: nx.DiGraph[str]) -> Evidence:
    """Return the evidence at or below a node; raise UnknownNameError for an unknown address."""
    node = get_node(graph, node_id)
    leaves = leaves_below(graph, node_id)
    standing = placed(corpus, vocabulary, node.facet)
    studies = standing.studies_on(leaves)
    reported = standing.reported_on(leaves)
    own = reported if node.facet is Facet.METHOD else tuple(row for row in reported if row.method)
    return Evidence(
        node=node,
        parent=node.parent,
        children=children(graph, node_id),
        papers=tuple(dict.fromkeys([*(paper.id for paper, _ in studies), *(row.paper for row in reported)])),
        studies=tuple(study.id for _, study in studies),
        reported=reported,
        measured=standing.measured_on(leaves),
        effect=summarize(own, corpus, vocabulary),
        cautions=_cautions(node, leaves, studies, reported, corpus),
        foreign=foreign_on(node.facet, leaves, corpus.foreign, vocabulary),
    )


def _cautions(
    node: Node,
    leaves: frozenset[str],
    studies: tuple[tuple[Paper, Study], ...],
    reported: tuple[ReportedResult, ...],
    corpus: Corpus,
) -> tuple[Caution, ...]:
    """Return the cautions that bite on this node: on its studies, its methods or its numbers."""
    study_ids = {study.id for _, study in studies}
    biting: dict[str, Caution] = {}
    for paper in corpus.papers.values():
        for caution in paper.cautions:
            touched_methods = leaves & set(caution.touches.methods) if node.facet is Facet.METHOD else frozenset[str]()
            on_studies = study_ids & set(caution.touches.studies) and not caution.touches.methods
            if touched_methods or on_studies:
                biting[caution.id] = caution
    for row in reported:
        for caution in corpus.cautions_on.get(row.id, ()):
            biting[caution.id] = caution
    return tuple(biting.values())
