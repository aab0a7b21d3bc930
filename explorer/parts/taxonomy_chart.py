"""The taxonomy chart whose sectors choose what the rest of the page shows.

The chart zooms by itself when a sector is clicked. The server therefore draws it anew only when the choice came from
elsewhere (the list, the breadcrumb, the address), or when a leaf was clicked, so that the leaf is seen among its
neighbours. ``Shown`` is what the browser shows, as far as the server can know it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from explorer import data, sentences, tables
from explorer.figures.drawn import Drawn
from explorer.figures.taxonomy import MEASURES, SHAPES, taxonomy
from explorer.markup import plain
from explorer.parts import choices
from explorer.parts.charts import CONFIG, words_below
from taxonomy.graph import ROOTS
from taxonomy.summaries import NodeSummary

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
KEY = "taxonomy-chart"
CLICKS = "taxonomy-clicks"


@dataclass
class Shown:
    """What the browser shows: the figure that was sent, the node that fills it now, the node that is chosen."""

    kind: tuple[str, str, str]  # tree, shape, colour
    chosen: str | None
    anchor: str | None  # the node that filled the figure when it was sent
    level: str | None  # the node that fills it now
    marked: str | None  # the leaf with a thick edge
    sent: int  # figures so far: one that is equal to the one before would not be drawn anew


def controls() -> tuple[str, str, str]:
    """Draw the choices of tree, shape and colour and return them; they are kept in the address."""
    segments: dict[str, Any] = {"widget": st.segmented_control, "required": True, "wrap": True}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        root = choices.one("Tree", "tree", list(TREES), format_func=TREES.__getitem__, **segments)
        shape = choices.one("Shape", "shape", list(SHAPES), format_func=str.capitalize, **segments)
        measure = choices.one("Colour", "colour", list(MEASURES), format_func=COLOURS.__getitem__, width=400)
    return root, shape, measure


def asked_tree() -> str:
    """Return the tree that the address asks for, without drawing its choice."""
    asked = st.query_params.get("tree")
    return asked if asked in TREES else next(iter(TREES))


def sent() -> bool:
    """Return whether the browser has the chart already."""
    return CLICKS in st.session_state


def draw(nodes: Sequence[NodeSummary], kind: tuple[str, str, str], chosen: str | None) -> None:
    """Draw the chart with a node chosen; a click writes another one into the address."""
    root, shape, measure = kind
    shown = _shown(nodes, kind, chosen)
    figure = figure_of(nodes, kind, shown.anchor, shown.marked)
    st.plotly_chart(
        figure.numbered(shown.sent),
        alt=f"{TREES[root]}: sectors sized by studies and coloured by {COLOURS[measure]}. A click chooses a node; the "
        "list above does the same, and the table below has the same values.",
        key=KEY,
        on_select=lambda: _clicked(nodes, shape),
        selection_mode="points",
        config=CONFIG,
    )
    words_below(
        plain(sentences.of_tree(nodes, root, effects=measure in ("effect", "spread"))),
        lambda: tables.tree(nodes),
        KEY,
    )


def figure_of(
    nodes: Sequence[NodeSummary], kind: tuple[str, str, str], anchor: str | None = None, marked: str | None = None
) -> Drawn:
    """Return the chart of a kind (tree, shape, colour), filled by a node and with a leaf marked."""
    _, shape, measure = kind
    return data.figure(
        "taxonomy",
        lambda: taxonomy(nodes, shape=shape, measure=measure, focus=anchor, chosen=marked),
        *kind, str(anchor), str(marked),
    )  # fmt: skip


def _shown(nodes: Sequence[NodeSummary], kind: tuple[str, str, str], chosen: str | None) -> Shown:
    """Return what the browser shows; a figure of its own where the choice did not come from a click on a branch."""
    last: Shown | None = st.session_state.get(CLICKS)
    if last is not None and last.kind == kind and last.chosen == chosen:
        return last
    level = _level(nodes, chosen)
    marked = None if level == chosen else chosen
    shown = Shown(kind, chosen, level, level, marked, (last.sent if last else 0) + 1)
    st.session_state[CLICKS] = shown
    return shown


def _level(nodes: Sequence[NodeSummary], chosen: str | None) -> str | None:
    """Return the node that fills the chart: the chosen one, of a leaf the one above it."""
    node = next((node for node in nodes if node.node.id == chosen), None)
    return node.node.parent if node is not None and node.leaf else chosen


def _clicked(nodes: Sequence[NodeSummary], shape: str) -> None:
    """Write the clicked node into the address; a click on what fills the chart leads up."""
    points = st.session_state[KEY].get("selection", {}).get("points", [])
    shown: Shown | None = st.session_state.get(CLICKS)
    if not points or shown is None:
        return
    by_id = {node.node.id: node for node in nodes}
    node = by_id.get(str(points[0].get("id")))
    if node is None:
        return
    top = nodes[0].node.id
    filling = shown.level or top
    if node.node.id == filling:
        chosen = None if node.node.parent in (None, top) else node.node.parent
        shown.level = node.node.parent
    else:
        chosen = None if node.node.id == top else node.node.id
        shown.level = node.node.id
    if not node.leaf:
        shown.chosen = chosen  # the chart shows it already
    choose(chosen)


def choose(node: str | None) -> None:
    """Write a node, or all, into the address."""
    if node is None:
        st.query_params.pop("node", None)
    else:
        st.query_params["node"] = node
