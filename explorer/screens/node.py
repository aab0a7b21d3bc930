"""One node of the taxonomy: the cautions first, then papers, measured and reported numbers, and the run button."""

from __future__ import annotations

import streamlit as st

from corpus.errors import CodepeftError
from explorer import data, measuring, state, tables
from explorer.addresses import NODE, PAPER, PAPERS, TAXONOMY
from explorer.markup import plain
from explorer.parts.cautions import cautions
from explorer.parts.charts import grid
from explorer.parts.comparing import beside, effect
from explorer.parts.export import export
from explorer.parts.foreign import measured_by_others
from explorer.parts.frame import page
from explorer.parts.headings import facts, heading, section, trail
from explorer.parts.launch import launch
from explorer.parts.numbers import reported_numbers
from explorer.parts.results import measured_results
from explorer.shares import View
from taxonomy import Knowledge
from taxonomy.beside import side_by_side
from taxonomy.evidence import Evidence
from taxonomy.graph import ROOTS, get_node, path_to


def top(found: Evidence, known: Knowledge) -> None:
    """Draw where the node stands, what it is, and its key figures."""
    steps = path_to(known.graph, found.node.id)
    trail([(get_node(known.graph, step).label, NODE, {"node": step}) for step in steps[:-1]], found.node.label)
    heading(found.node.label, found.node.about)
    finished = sum(len(result.runs) for result in found.measured)
    facts(
        (
            ("papers", f"{len(found.papers)}", None),
            ("studies", f"{len(found.studies)}", "The review's rows, and one of ours, that stand here or below"),
            ("reported numbers", f"{len(found.reported):,}", None),
            ("measured runs", f"{finished}" if finished else "none yet", None),
            (
                "median vs full fine-tuning",
                "not reported" if found.effect.median_points is None else f"{found.effect.median_points:+.1f} points",
                "Median over papers of their median differences, in points of 100; each paper weighs the same",
            ),
        )
    )
    focus = found.node.id if found.children else found.parent or found.node.id
    with st.container(horizontal=True, gap="small"):
        TAXONOMY.link("Show on the taxonomy chart", tree=ROOTS[found.node.facet], node=focus)
        PAPERS.link("Papers on it", node=found.node.id)
    if found.children:
        with st.container(horizontal=True, gap="small"):
            st.caption("Below:", width="content")
            for child in found.children:
                NODE.link(get_node(known.graph, child).label, node=child)


def papers(found: Evidence, known: Knowledge) -> None:
    """Draw links to the papers on the node."""
    section("Papers")
    if not found.papers:
        st.info("No paper of the corpus studies this or reports a number on it.")
        return
    records = [known.corpus.papers[name] for name in found.papers]
    for paper in records[:8]:
        PAPER.link(f"{paper.id}  {paper.bibliography.title} ({paper.bibliography.year})", paper=paper.id)
    if records[8:]:
        with st.expander(f"{len(records) - 8} more papers"):
            for paper in records[8:]:
                PAPER.link(f"{paper.id}  {paper.bibliography.title} ({paper.bibliography.year})", paper=paper.id)
    with st.expander("Papers as a table"):
        grid(tables.papers(records, known), key="papers-table")


def numbers(found: Evidence, known: Knowledge) -> None:
    """Draw what was measured, then reported and measured scores on one scale, then the effect."""
    section("Reported and measured")
    if found.measured:
        measured_results(found.measured, known, key="node")
    else:
        st.info("Nothing on this node was measured yet.")
    groups = side_by_side(found.reported, found.measured)
    if groups:
        beside(groups, known)
    section("Against full fine-tuning")
    effect(found.effect)


def measure(found: Evidence, known: Knowledge) -> None:
    """Draw what can be measured here, and the button."""
    section("Measure")
    reason = measuring.missing()
    if reason:
        st.info(reason)
        return
    try:
        planned = measuring.plan_for_node(found.node.id, known, data.home())
    except CodepeftError as error:
        st.warning(plain(str(error)))
        return
    if planned:
        launch(planned, known, key="launch")
    else:
        st.info("No experiment of this laboratory covers this node yet.")


def taken(found: Evidence, known: Knowledge) -> None:
    """Offer the numbers on the node, as the state's filters leave them, as files."""
    asked = state.current(known)
    rows = [row for row in found.reported if asked.keeps_number(row, known)]
    export(
        View(
            name=found.node.id.replace("/", "-"),
            title=f"Reported numbers on {found.node.label}",
            frame=lambda: tables.reported(rows, known),
            records=lambda: rows,
            papers=lambda: [row.paper for row in rows],
        ),
        known,
    )


def choose(known: Knowledge) -> None:
    """Offer all nodes, where the address names none."""
    heading("Node", "Choose a node of the taxonomy; its address then stands in the address bar.")
    labels = {name: get_node(known.graph, name).label for name in known.graph}
    chosen = st.selectbox("Node", list(labels), index=None, format_func=labels.__getitem__, width=420)
    if chosen:
        NODE.go(node=chosen)


def draw(known: Knowledge) -> None:
    """Draw the page."""
    asked = state.current(known).node
    if not asked:
        choose(known)
        return
    found = data.evidence(asked)
    top(found, known)
    if found.cautions:
        section("Cautions", f"{len(found.cautions)} bite here: on its studies, its methods or its numbers.")
        cautions(found.cautions, known, key="cautions")
    papers(found, known)
    numbers(found, known)
    section("Reported numbers")
    reported_numbers(found.reported, known, key="numbers")
    measured_by_others(found.foreign, key="node")
    measure(found, known)
    taken(found, known)


page(draw)
