"""The taxonomy: a tree whose sectors filter everything on the page, or the network of what was studied with what."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from explorer import data, tables
from explorer.addresses import TAXONOMY
from explorer.parts import choices, network, standing, taxonomy_chart
from explorer.parts.export import export
from explorer.parts.frame import page
from explorer.parts.headings import heading, trail
from explorer.shares import View
from taxonomy import Knowledge
from taxonomy.graph import get_node, path_to
from taxonomy.summaries import NodeSummary, Tree

VIEWS = {"tree": "Tree", "network": "Network"}
HEAD_START = 0.06  # seconds
"""What comes close together a browser draws together, tables too; the chart that answers a click comes before them."""


def chosen_node(nodes: Tree) -> NodeSummary:
    """Return the node in the address where this tree has it; else the root, which is all."""
    asked = st.query_params.get("node")
    return next((node for node in nodes if node.node.id == asked), nodes[0])


def breadcrumb(node: NodeSummary, known: Knowledge) -> None:
    """Draw the way from all to the chosen node, each step a link."""
    query = {name: st.query_params[name] for name in ("tree", "shape", "colour") if name in st.query_params}
    *above, here = [get_node(known.graph, step) for step in path_to(known.graph, node.node.id)]
    steps = [
        ("All" if step.parent is None else step.label, TAXONOMY, {**query, "node": step.id if step.parent else None})
        for step in above
    ]
    trail(steps, "All" if here.parent is None else here.label)


def pick(nodes: Tree, node: NodeSummary) -> None:
    """Offer the nodes as a list, for those who do not click."""
    labels = {"": "All"} | {entry.node.id: f"{'- ' * (entry.depth - 1)}{entry.node.label}" for entry in nodes[1:]}
    st.session_state["taxonomy-node"] = node.node.id if node.depth else ""
    st.selectbox(
        "Node",
        list(labels),
        format_func=labels.__getitem__,
        key="taxonomy-node",
        on_change=lambda: taxonomy_chart.choose(st.session_state["taxonomy-node"] or None),
        width=420,
    )


@st.fragment
def tree() -> None:
    """Draw the chart and, below it, what stands on the chosen node; a click draws only this part, its answer first."""
    known = data.knowledge()
    choice, answer, evidence = st.container(), st.container(), st.container()
    nodes = data.tree(taxonomy_chart.FACETS[taxonomy_chart.asked_tree()])
    node = chosen_node(nodes)
    with answer:
        st.header(node.node.label if node.depth else "All", anchor=False)
        standing.effects(node)
    if taxonomy_chart.sent():
        time.sleep(HEAD_START)
    with choice:
        kind = taxonomy_chart.controls()
        with st.container(horizontal=True, vertical_alignment="bottom"):
            pick(nodes, node)
            breadcrumb(node, known)
        taxonomy_chart.draw(nodes, kind, node.node.id if node.depth else None)
    with evidence:
        on_node(node, known)


def on_node(node: NodeSummary, known: Knowledge) -> None:
    """Draw the words, key figures and tables of what stands on a node, and the button that takes them along."""
    standing.effects_in_words(node)
    standing.key_figures(node)
    there = standing.standing(node)
    tabs = st.tabs(["Papers", "Reported numbers", "Measured"], key="standing", on_change="rerun")
    tables_of: tuple[Callable[[], None], ...] = (
        lambda: standing.papers(there.papers, known),
        lambda: standing.numbers(there.reported, known),
        lambda: standing.measured(there.measured, known),
    )
    for tab, table in zip(tabs, tables_of, strict=True):
        if tab.open:  # the others are made when they are looked at
            with tab:
                table()
    export(
        View(
            name="taxonomy",
            title=f"Reported numbers on {node.node.label}",
            frame=lambda: tables.reported(there.reported, known),
            records=lambda: there.reported,
            papers=lambda: [paper.id for paper in there.papers],
            charts={"Taxonomy": taxonomy_chart.KEY, "Effects": standing.KEY},
        ),
        known,
    )


def draw(known: Knowledge) -> None:
    """Draw the page."""
    heading("Taxonomy", "Area is studies, colour what you choose. A click on a sector filters everything below.")
    view = choices.view(VIEWS)
    if view == "network":
        network.network(known)
    else:
        tree()


page(draw)
