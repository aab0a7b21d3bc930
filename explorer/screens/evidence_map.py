"""Methods by tasks: what is known, what is missing and what it would take; or studies counted where two facets meet."""

from __future__ import annotations

import streamlit as st

from explorer.parts import choices
from explorer.parts.crossing import crossing
from explorer.parts.evidence_map import evidence_map
from explorer.parts.frame import page
from explorer.parts.headings import heading
from taxonomy import Knowledge

VIEWS = {"map": "Evidence and gaps", "counts": "Studies counted"}


def draw(known: Knowledge) -> None:
    """Draw the page."""
    heading("Evidence map", "What is known where a method meets a task, what nobody tried, and what it would take.")
    view = choices.one(
        "View",
        "view",
        list(VIEWS),
        format_func=VIEWS.__getitem__,
        widget=st.segmented_control,
        required=True,
        wrap=True,
    )
    if view == "counts":
        crossing(known)
    else:
        evidence_map()


page(draw)
