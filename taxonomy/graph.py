"""The taxonomy as a graph: methods by family, architectures, and tasks by group, as three trees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import networkx as nx

from corpus.errors import CodepeftError, UnknownNameError
from taxonomy.vocabulary import Term, Vocabulary


class Facet(StrEnum):
    """One of the three trees."""

    METHOD = "method"
    ARCHITECTURE = "architecture"
    TASK = "task"


class TaxonomyError(CodepeftError):
    """The vocabulary does not make a taxonomy."""


@dataclass(frozen=True)
class Node:
    """A place in the taxonomy. ``id`` is its address: kind/name, e.g. ``method/lora``."""

    id: str
    label: str
    facet: Facet
    parent: str | None
    about: str | None = None


ROOTS = {Facet.METHOD: "methods", Facet.ARCHITECTURE: "architectures", Facet.TASK: "tasks"}


def nodes_of(vocabulary: Vocabulary) -> Iterator[Node]:
    """Yield every node, parents before children."""
    yield Node("methods", "Methods", Facet.METHOD, None)
    yield Node("architectures", "Architectures", Facet.ARCHITECTURE, None)
    yield Node("tasks", "Tasks", Facet.TASK, None)
    for family in vocabulary.families:
        parent = f"family/{family.parent}" if family.parent else "methods"
        yield _node("family", family, Facet.METHOD, parent)
    for method in vocabulary.methods:
        yield _node("method", method, Facet.METHOD, f"family/{method.family}")
    for architecture in vocabulary.architectures:
        yield _node("architecture", architecture, Facet.ARCHITECTURE, "architectures")
    for group in vocabulary.task_groups:
        yield _node("task-group", group, Facet.TASK, "tasks")
    for task in vocabulary.tasks:
        yield _node("task", task, Facet.TASK, f"task-group/{task.group}")


def _node(kind: str, term: Term, facet: Facet, parent: str) -> Node:
    return Node(f"{kind}/{term.id}", term.label, facet, parent, term.about or term.note)


def build_graph(nodes: Iterable[Node]) -> nx.DiGraph[str]:
    """Return parent -> child edges with the Node as attribute ``node``.

    Raises:
        TaxonomyError: a parent is missing, or the edges have a cycle.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    nodes = tuple(nodes)
    for node in nodes:
        graph.add_node(node.id, node=node)
    for node in nodes:
        if node.parent is not None:
            if node.parent not in graph:
                raise TaxonomyError(f"{node.id} has the parent {node.parent!r}, which does not exist")
            graph.add_edge(node.parent, node.id)
    if not nx.is_directed_acyclic_graph(graph):
        raise TaxonomyError(f"the taxonomy has a cycle: {nx.find_cycle(graph)}")
    return graph


def get_node(graph: nx.DiGraph[str], node_id: str) -> Node:
    """Return a node by its address; raise UnknownNameError with the nearest addresses."""
    if node_id not in graph:
        raise UnknownNameError("node", node_id, list(graph))
    node: Node = graph.nodes[node_id]["node"]
    return node


def children(graph: nx.DiGraph[str], node_id: str) -> tuple[str, ...]:
    """Return the addresses right below a node, in display order."""
    return tuple(graph.successors(node_id))


def path_to(graph: nx.DiGraph[str], node_id: str) -> tuple[str, ...]:
    """Return the addresses from the root down to a node, the node included."""
    path = [node_id]
    while parents := list(graph.predecessors(path[0])):
        path.insert(0, parents[0])
    return tuple(path)


def leaves_below(graph: nx.DiGraph[str], node_id: str) -> frozenset[str]:
    """Return the term ids of the leaves at or below a node: methods, architectures or tasks."""
    below = {node_id} | nx.descendants(graph, node_id)
    return frozenset(name.split("/", 1)[1] for name in below if graph.out_degree(name) == 0 and "/" in name)


def address(vocabulary: Vocabulary, name: str) -> str:
    """Return the node address that a user means: ``method/LoRA``, ``LoRA``, ``tasks``.

    Raises:
        UnknownNameError: no such kind of node or name.
    """
    if name in ROOTS.values():
        return name
    kinds = {
        "family": "families",
        "method": "methods",
        "architecture": "architectures",
        "task-group": "task_groups",
        "task": "tasks",
    }
    kind, slash, rest = name.partition("/")
    if not slash:
        for singular, plural in kinds.items():
            try:
                return f"{singular}/{vocabulary.resolve(plural, name)}"
            except UnknownNameError:
                continue
        terms = [term.id for plural in kinds.values() for term in vocabulary.terms(plural)]
        raise UnknownNameError("node", name, [*ROOTS.values(), *terms])
    if kind not in kinds:
        raise UnknownNameError("kind of node", kind, list(kinds))
    return f"{kind}/{vocabulary.resolve(kinds[kind], rest)}"
