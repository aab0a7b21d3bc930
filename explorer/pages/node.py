"""One node of the taxonomy: the cautions first, then papers, measured and reported numbers, and the run button."""

from __future__ import annotations

import streamlit as st

from corpus.errors import CodepeftError
from explorer import data, formats, measuring, tables
from explorer.addresses import NODE, OVERVIEW, PAPER
from explorer.figures.beside import reported_and_measured
from explorer.figures.effects import effect_by_paper
from explorer.markup import plain
from explorer.parts import choices
from explorer.parts.cautions import cautions
from explorer.parts.charts import chart, grid
from explorer.parts.frame import page
from explorer.parts.headings import facts, heading, section, trail
from explorer.parts.launch import launch
from explorer.parts.numbers import reported_numbers
from explorer.parts.results import measured_results
from taxonomy import Knowledge
from taxonomy.beside import Beside, side_by_side
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
    OVERVIEW.link("Show on the taxonomy chart", tree=ROOTS[found.node.facet], node=focus)
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


def group_name(group: Beside, known: Knowledge) -> str:
    """Return what a group of comparable numbers is called."""
    words = known.vocabulary
    dataset = words.label("datasets", group.dataset) if group.dataset else "data set not named"
    return f"{words.label('tasks', group.task)}: {dataset}, {words.label('metrics', group.metric)}"


def _how_many(group: Beside) -> str:
    return f"{len(group.reported)} reported, {len(group.measured)} measured"


def beside(found: Evidence, known: Knowledge) -> None:
    """Draw measured results, and reported and measured scores on one scale."""
    section("Reported and measured")
    if found.measured:
        measured_results(found.measured, known, key="node")
    else:
        st.info("Nothing on this node was measured here yet.")
    groups = side_by_side(found.reported, found.measured)
    if not groups:
        return
    names = {f"{group.task}/{group.dataset or 'unnamed'}/{group.metric}": group for group in groups}
    chosen = choices.one(
        "Task, data set and metric",
        "beside",
        list(names),
        format_func=lambda name: f"{group_name(names[name], known)} ({_how_many(names[name])})",
        width=720,
    )
    group = names[chosen]
    metric = known.vocabulary.metric[group.metric]
    chart(
        reported_and_measured(group, known.vocabulary),
        alt=f"{group_name(group, known)}: {len(group.reported)} reported scores and {len(group.measured)} measured results "
        f"on the scale {formats.scale_of(metric)}.",
        key=f"beside-{chosen}",
        twin=tables.reported(group.reported, known)[
            ["paper", "method", "model", "language", "setting", "value", "printed", "number"]
        ],
        caption=plain(
            f"{metric.label}, {formats.scale_of(metric)}. Each circle is one reported number; models, languages and settings differ "
            "from circle to circle."
            + (
                " Diamonds were measured here; the bar is the range over seeds, not an interval."
                if group.measured
                else ""
            )
        ),
    )


def effect(found: Evidence, known: Knowledge) -> None:
    """Draw the effect against full fine-tuning, paper by paper."""
    section("Against full fine-tuning")
    summary = found.effect
    if summary.median_points is None:
        st.info(
            "No source prints this beside full fine-tuning of the same model on the same data, so there is no effect to show."
        )
    else:
        titles = {entry.paper: f"{entry.paper} ({entry.numbers})" for entry in summary.by_paper}
        chart(
            effect_by_paper(summary, titles),
            alt=f"Median difference to full fine-tuning in points for {summary.papers} papers, with the range of each.",
            key="effect",
            twin=tables.effect(summary),
            caption=f"Each mark is a paper's median difference in points of 100, with the number of differences in brackets; the line runs "
            f"from its lowest to its highest. Median over {formats.count(summary.papers, 'paper')}: {summary.median_points:+.2f} points; "
            f"the papers' medians range from {summary.low_points:+.2f} to {summary.high_points:+.2f}. These are ranges of what was "
            "reported, not confidence intervals.",
        )
    outside = [f"{count} touched by {name}" for name, count in summary.left_out]
    if summary.without_baseline:
        outside.append(f"{summary.without_baseline} without full fine-tuning beside them")
    if outside:
        st.caption(plain(f"Numbers that do not count here: {', '.join(outside)}."), width=860)


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


def choose(known: Knowledge) -> None:
    """Offer all nodes, where the address names none."""
    heading("Node", "Choose a node of the taxonomy; its address then stands in the address bar.")
    labels = {name: get_node(known.graph, name).label for name in known.graph}
    chosen = st.selectbox("Node", list(labels), index=None, format_func=labels.__getitem__, width=420)
    if chosen:
        NODE.go(node=chosen)


def draw(known: Knowledge) -> None:
    """Draw the page."""
    asked = st.query_params.get("node")
    if not asked:
        choose(known)
        return
    found = data.evidence(asked)
    top(found, known)
    if found.cautions:
        section("Cautions", f"{len(found.cautions)} bite here: on its studies, its methods or its numbers.")
        cautions(found.cautions, known, key="cautions")
    papers(found, known)
    beside(found, known)
    effect(found, known)
    section("Reported numbers")
    reported_numbers(found.reported, known, key="numbers")
    measure(found, known)


page(draw)
