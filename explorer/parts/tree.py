"""The taxonomy chart with its choices, and the same as a list for those who do not click."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer import data, sentences, tables
from explorer.addresses import NODE, TAXONOMY
from explorer.figures.taxonomy import MEASURES, SHAPES, taxonomy
from explorer.markup import plain
from explorer.parts import choices
from explorer.parts.charts import clickable
from explorer.parts.headings import trail
from taxonomy import Knowledge
from taxonomy.graph import ROOTS, Facet, get_node, path_to

TREES = {"methods": "Methods by family", "architectures": "Architectures", "tasks": "Tasks"}
FACETS = {root: facet for facet, root in ROOTS.items()}
COLOURS = {
    "studies": "studies",
    "papers": "papers",
    "numbers": "reported numbers",
    "runs": "measured runs",
    "effect": "median effect against full fine-tuning (points)",
    "grade": "share of numbers read at first hand (%)",
    "measured": "share of method and task pairs measured here (%)",
    "spread": "distance between the papers' median effects (points)",
    "cautions": "share of numbers with a caution (%)",
}


def tree(known: Knowledge) -> None:
    """Draw one tree; a click or a choice from the list leads to the node's page."""
    segments: dict[str, Any] = {"widget": st.segmented_control, "required": True}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        root = choices.one("Tree", "tree", list(TREES), format_func=TREES.__getitem__, **segments)
        shape = choices.one("Shape", "shape", list(SHAPES), format_func=str.capitalize, **segments)
        measure = choices.one("Colour", "colour", list(MEASURES), format_func=COLOURS.__getitem__, width=400)
    nodes = data.tree(FACETS[root])
    focus = _focus(known, FACETS[root])
    if focus is not None:
        *above, here = [get_node(known.graph, step) for step in path_to(known.graph, focus)]
        trail([(node.label, TAXONOMY, {"tree": root, "node": node.id}) for node in above], here.label)
    clicked = clickable(
        taxonomy(nodes, shape=shape, measure=measure, focus=focus),
        alt=f"{TREES[root]}: sectors sized by studies and coloured by {COLOURS[measure]}. "
        "The table below has the same values; the list below leads to each node.",
        key=f"taxonomy-{root}-{shape}-{measure}-{focus or 'all'}",
        twin=tables.tree(nodes),
        caption=plain(sentences.of_tree(nodes, root, effects=measure == "effect")),
    )
    labels = {node.node.id: f"{'- ' * node.depth}{node.node.label}" for node in nodes}
    chosen = st.selectbox(
        "Go to a node", list(labels), index=None, format_func=labels.__getitem__, placeholder="Choose a node", width=420
    )
    if (clicked and clicked.get("id")) or chosen:
        NODE.go(node=chosen or str((clicked or {})["id"]))


def _focus(known: Knowledge, facet: Facet) -> str | None:
    """Return the node in the address when it lies in this tree and is not its root."""
    asked = st.query_params.get("node")
    if asked is None or asked not in known.graph or asked in FACETS:
        return None
    return asked if get_node(known.graph, asked).facet is facet else None
