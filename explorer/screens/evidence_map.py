"""Methods by tasks: what is known, what is missing and what it would take; or studies counted where two facets meet."""

from __future__ import annotations

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
    view = choices.view(VIEWS)
    if view == "counts":
        crossing(known)
    else:
        evidence_map()


page(draw)
