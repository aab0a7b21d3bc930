"""The start page: what this is, the taxonomy with the evidence on it, and a search."""

from __future__ import annotations

import streamlit as st

from explorer import data, tables
from explorer.addresses import NODE, OVERVIEW, PAPER
from explorer.figures.taxonomy import MEASURES, SHAPES, taxonomy
from explorer.markup import plain
from explorer.parts import choices
from explorer.parts.charts import clickable
from explorer.parts.frame import page
from explorer.parts.headings import facts, heading, section, trail
from taxonomy import Knowledge
from taxonomy.graph import ROOTS, Facet, get_node, path_to

TREES = {"methods": "Methods by family", "architectures": "Architectures", "tasks": "Tasks"}
COLOURS = {
    "papers": "papers",
    "numbers": "reported numbers",
    "runs": "measured runs",
    "effect": "median effect against full fine-tuning (points)",
    "cautions": "share of numbers with a caution (%)",
}
FACETS = {root: facet for facet, root in ROOTS.items()}


def key_figures(known: Knowledge) -> None:
    """Draw what there is, in five numbers."""
    corpus = known.corpus
    studies = [study for paper in corpus.papers.values() for study in paper.studies]
    review = sum(study.classified_by == "review" for study in studies)
    finished = sum(run.status == "finished" for run in corpus.every_run)
    facts(
        (
            ("papers", f"{len(corpus.papers):,}", None),
            (
                "studies",
                f"{len(studies):,}",
                f"{review} as the review classifies them and {len(studies) - review} classified by us",
            ),
            ("reported numbers", f"{len(corpus.results):,}", "Each with its source and its grade of evidence"),
            (
                "cautions",
                f"{sum(len(paper.cautions) for paper in corpus.papers.values()):,}",
                "What a reader must know before using a number",
            ),
            (
                "measured runs",
                f"{finished:,}" if finished else "none yet",
                "Finished runs of this laboratory, shipped and your own",
            ),
        )
    )


def found(known: Knowledge, words: str) -> None:
    """Draw what holds the words searched for."""
    hits = known.search(words, limit=30)
    if not hits:
        st.info("Nothing holds all of these words. Try fewer or shorter ones; the last word may be a beginning.")
        return
    st.caption(f"{len(hits)} found, best first" + (", the first 30 shown" if len(hits) == 30 else ""))
    for hit in hits:
        with st.container(gap="xxsmall"):
            if hit.kind == "method":
                NODE.link(f"Method: {hit.title}", node=hit.ref)
            elif hit.paper_id:
                PAPER.link(hit.title if hit.kind != "paper" else f"{hit.paper_id}: {hit.title}", paper=hit.paper_id)
            st.caption(plain(hit.excerpt), width=860)


def chart(known: Knowledge) -> None:
    """Draw the taxonomy with its choices, and the same as a list for those who do not click."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        root = choices.one(
            "Tree", "tree", list(TREES), widget=st.segmented_control, required=True, format_func=TREES.__getitem__
        )
        shape = choices.one(
            "Shape", "shape", list(SHAPES), widget=st.segmented_control, required=True, format_func=str.capitalize
        )
        measure = choices.one("Colour", "colour", list(MEASURES), format_func=COLOURS.__getitem__, width=330)
    facet = FACETS[root]
    nodes = data.tree(facet)
    focus = focused(known, facet)
    if focus:
        steps = path_to(known.graph, focus)
        trail(
            [(get_node(known.graph, step).label, OVERVIEW, {"node": step}) for step in steps[:-1]],
            get_node(known.graph, focus).label,
        )
    drawn = [node for node in nodes if node.placings]
    empty = [node.node.label for node in nodes if not node.placings and node.leaf]
    total, placings = nodes[0].studies, nodes[0].placings
    caption = f"Area: studies, {total} in all."
    if placings > total:
        caption += (
            f" A study with several {TREES[root].split()[0].lower()} counts in each, so the areas add up to {placings}; "
            "the numbers in the hover box and in the table are distinct studies."
        )
    if empty:
        caption += f" Without a study, so without area: {', '.join(empty)}."
    if measure == "effect":
        caption += " Effects are medians over papers, each paper weighing the same; grey has no comparable pair."
    clicked = clickable(
        taxonomy(nodes, shape=shape, measure=measure, focus=focus),
        alt=f"{TREES[root]}: {len(drawn)} sectors sized by studies and coloured by {COLOURS[measure]}. "
        "The table below has the same values; the list below leads to each node.",
        key=f"taxonomy-{root}-{shape}-{measure}-{focus or 'all'}",
        twin=tables.tree(nodes),
        caption=plain(caption),
    )
    if clicked and clicked.get("id"):
        NODE.go(node=str(clicked["id"]))
    labels = {node.node.id: f"{'- ' * node.depth}{node.node.label}" for node in nodes}
    chosen = st.selectbox(
        "Go to a node", list(labels), index=None, format_func=labels.__getitem__, placeholder="Choose a node", width=420
    )
    if chosen:
        NODE.go(node=chosen)


def focused(known: Knowledge, facet: Facet) -> str | None:
    """Return the node in the address when it lies in this tree."""
    asked = st.query_params.get("node")
    if asked is None or asked not in known.graph or asked in FACETS:
        return None
    return asked if get_node(known.graph, asked).facet is facet else None


def draw(known: Knowledge) -> None:
    """Draw the page."""
    heading(
        "Parameter-efficient fine-tuning for code models",
        f"An executable survey: what {len(known.corpus.papers)} papers report, as checked records on one taxonomy, "
        "next to what was measured.",
    )
    key_figures(known)
    words = choices.words(
        "Search papers, methods, claims and cautions", "q", placeholder="e.g. low resource", width=520
    )
    if words:
        found(known, words)
    section("Taxonomy", "Choose a sector, or a node from the list below the chart, to see all evidence on it.")
    chart(known)


page(draw)
