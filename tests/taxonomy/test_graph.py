"""The three trees."""

from __future__ import annotations

import networkx as nx
import pytest

from corpus import UnknownNameError
from taxonomy.graph import (
    ROOTS,
    Facet,
    Node,
    TaxonomyError,
    address,
    build_graph,
    children,
    get_node,
    leaves_below,
    nodes_of,
    path_to,
)
from tests import examples


@pytest.fixture(scope="module")
def small():
    """The taxonomy of a few terms."""
    return build_graph(nodes_of(examples.small_vocabulary()))


def test_the_taxonomy_is_three_trees(known):
    """Every node hangs below exactly one of three roots, on exactly one path."""
    assert nx.is_forest(known.graph)
    roots = {name for name in known.graph if known.graph.in_degree(name) == 0}
    assert roots == set(ROOTS.values()) == {"methods", "architectures", "tasks"}
    assert nx.number_weakly_connected_components(known.graph) == 3


def test_every_term_has_a_node(known):
    """Families, methods, architectures, task groups and tasks are all in the trees, and nothing else is."""
    words = known.vocabulary
    terms = [*words.families, *words.methods, *words.architectures, *words.task_groups, *words.tasks]
    assert len(known.graph) == len(terms) + 3
    assert {name.partition("/")[2] for name in known.graph if "/" in name} == {term.id for term in terms}


def test_every_study_hangs_on_nodes(known):
    """Each study's task, methods and architectures are leaves of their trees."""
    leaves = {facet: leaves_below(known.graph, root) for facet, root in ROOTS.items()}
    studies = [study for paper in known.corpus.papers.values() for study in paper.studies]
    assert len(studies) == 64
    assert [study.id for study in studies if not study.architectures] == ["P38-S1"]  # its models are not named
    for study in studies:
        assert study.task in leaves[Facet.TASK], study.id
        assert set(study.methods) <= leaves[Facet.METHOD], study.id
        assert set(study.architectures) <= leaves[Facet.ARCHITECTURE], study.id


def test_a_node_knows_its_way(small):
    """Path, children and leaves of a node follow the families."""
    assert path_to(small, "method/soft") == ("methods", "family/additive", "family/prompts", "method/soft")
    assert children(small, "family/additive") == ("family/prompts", "method/lora")
    assert leaves_below(small, "family/additive") == {"lora", "soft"}
    assert leaves_below(small, "methods") == {"lora", "soft", "full-finetuning"}
    assert leaves_below(small, "method/lora") == {"lora"}
    assert get_node(small, "family/prompts").label == "Prompts"


def node(name: str, parent: str | None) -> Node:
    """Return a node of the tree of methods."""
    return Node(name, name, Facet.METHOD, parent)


def test_a_cycle_is_refused():
    """Families that are each other's parents are told as the cycle that they make."""
    nodes = [node("methods", None), node("family/a", "family/b"), node("family/b", "family/a")]
    with pytest.raises(TaxonomyError, match=r"the taxonomy has a cycle: .*family/a.*family/b"):
        build_graph(nodes)
    with pytest.raises(TaxonomyError, match="cycle"):
        build_graph([node("family/a", "family/a")])


def test_a_missing_parent_is_refused():
    """A node whose parent does not exist is told with both names."""
    with pytest.raises(TaxonomyError, match="family/a has the parent 'family/none', which does not exist"):
        build_graph([node("family/a", "family/none")])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("method/lora", "method/lora"),
        ("method/LoRA", "method/lora"),
        ("LoRA", "method/lora"),
        ("(IA)3", "method/ia3"),
        ("task/Code Search", "task/code-search"),
        ("Code Search", "task/code-search"),
        ("additive", "family/additive"),
        ("generative", "task-group/generative"),
        ("architecture/Encoder-Decoder", "architecture/encoder-decoder"),
        ("methods", "methods"),
    ],
)
def test_people_may_write_a_node_as_they_call_it(written, meant, words):
    """A node is named by its address, or by a label or alias with or without its kind."""
    assert address(words, written) == meant


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("lorra", "unknown node 'lorra'; did you mean (lora|.*, lora)"),
        ("method/lorra", "unknown method 'lorra'; did you mean lora, "),
        ("methd/lora", r"unknown kind of node 'methd'; did you mean method\?"),
        ("task/lora", "unknown task 'lora'; "),
        ("", "unknown node ''; known: "),
    ],
)
def test_an_unknown_node_suggests_the_nearest(written, sentence, words):
    """What is no node is refused with what is near, in the place where the name goes wrong."""
    with pytest.raises(UnknownNameError, match=sentence):
        address(words, written)


def test_an_unknown_address_is_refused(small):
    """Asking the graph for an address that it does not have suggests the nearest."""
    with pytest.raises(UnknownNameError, match="did you mean method/lora"):
        get_node(small, "method/loar")
