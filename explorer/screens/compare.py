"""Comparing: sources of one effect, effects and costs, configurations, and who contradicts whom."""

from __future__ import annotations

import streamlit as st

from explorer import state
from explorer.parts import choices, filters
from explorer.parts.compare.contradictions import contradictions
from explorer.parts.compare.forest import forest
from explorer.parts.compare.lineage import lineage
from explorer.parts.compare.pareto import pareto
from explorer.parts.frame import page
from explorer.parts.headings import heading
from taxonomy import Knowledge

VIEWS = {
    "forest": "Sources of an effect",
    "pareto": "Effect and cost",
    "configurations": "Configurations",
    "contradictions": "Contradictions",
}
ABOUT = {
    "forest": "A method against full fine-tuning: what each paper found, what was measured here, what all of it says.",
    "pareto": "What a method gives and what it needs, for a task.",
    "configurations": "How a method was configured: paper by paper, the library's defaults, our runs.",
    "contradictions": "Sources that go opposite ways, with their configurations side by side.",
}


def _filters(view: str, known: Knowledge) -> None:
    """Draw the filters that a view knows; a view of one method or of one task takes one."""
    words = known.vocabulary
    methods = [term.id for term in words.methods if term.family != "comparison"]
    tasks = [term.id for term in words.tasks]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if view in ("forest", "configurations"):
            choices.maybe(
                "Method",
                "method",
                methods,
                format_func=lambda name: words.label("methods", name),
                placeholder="Choose a method",
                width=280,
            )
        if view == "pareto":
            choices.maybe(
                "Task",
                "task",
                tasks,
                format_func=lambda name: words.label("tasks", name),
                placeholder="Choose a task",
                width=280,
            )
        if view == "contradictions":
            filters.choose("method", methods, known)
        if view in ("forest", "contradictions"):
            filters.choose("task", tasks, known)
        if view != "configurations":
            filters.choose("architecture", [term.id for term in words.architectures], known)


def draw(known: Knowledge) -> None:
    """Draw the page."""
    asked = state.current(known)
    heading("Compare")
    view = choices.view(VIEWS)
    st.caption(ABOUT[view])
    _filters(view, known)
    if view == "pareto":
        pareto(asked, known)
    elif view == "contradictions":
        contradictions(asked, known)
    elif not asked.method:
        st.info("Choose a method to see its sources or its configurations.")
    elif view == "forest":
        forest(asked.method[0], asked, known)
    else:
        lineage(asked.method[0], known)


page(draw)
