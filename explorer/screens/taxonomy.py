"""The taxonomy as a chart, with the evidence on each node."""

from __future__ import annotations

from explorer.parts.frame import page
from explorer.parts.headings import heading
from explorer.parts.tree import tree
from taxonomy import Knowledge


def draw(known: Knowledge) -> None:
    """Draw the page."""
    heading("Taxonomy", "Choose a sector, or a node from the list below the chart, to see all evidence on it.")
    tree(known)


page(draw)
