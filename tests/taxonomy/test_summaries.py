"""The evidence on every node of a tree, counted."""

import pytest

from taxonomy import Knowledge
from taxonomy.graph import ROOTS, Facet
from taxonomy.summaries import NodeSummary, summaries


def tree(known: Knowledge, facet: Facet) -> dict[str, NodeSummary]:
    """Return one tree by address."""
    return {node.node.id: node for node in summaries(known.corpus, known.vocabulary, known.graph, facet)}


@pytest.mark.parametrize("facet", Facet)
def test_parents_stand_before_their_children(facet: Facet, known: Knowledge):
    """The order is that of display, from the root down."""
    order = list(tree(known, facet))
    assert order[0] == ROOTS[facet]
    for node in tree(known, facet).values():
        assert node.node.parent is None or order.index(node.node.parent) < order.index(node.node.id)


@pytest.mark.parametrize("facet", Facet)
def test_placings_of_a_parent_are_those_of_its_children(facet: Facet, known: Knowledge):
    """A study that stands on two children counts in both, so parts fill the whole."""
    nodes = tree(known, facet)
    for name, node in nodes.items():
        below = [child for child in nodes.values() if child.node.parent == name]
        assert node.leaf is not bool(below)
        assert node.placings == (sum(child.placings for child in below) if below else node.studies)


def test_studies_are_distinct(known: Knowledge):
    """The root of the methods has every study once and every placing."""
    root = tree(known, Facet.METHOD)["methods"]
    studies = [study for paper in known.corpus.papers.values() for study in paper.studies]
    assert root.studies == len(studies)
    assert root.placings == sum(len(study.methods) for study in studies)


def test_share_with_a_caution_is_of_the_reported_numbers(known: Knowledge):
    """Without numbers there is no share, not a share of zero."""
    nodes = tree(known, Facet.METHOD)
    assert nodes["method/bitfit"].cautioned_percent is None
    lora = nodes["method/lora"]
    touched = [row for row in known.corpus.results if row.method == "lora" and row.id in known.corpus.cautions_on]
    assert lora.cautioned == len(touched)
    assert lora.cautioned_percent == pytest.approx(100 * len(touched) / lora.reported)
