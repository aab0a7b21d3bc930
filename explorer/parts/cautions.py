"""Cautions: what a reader must know before using a number, a study or a claim."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from corpus.records import Caution
from explorer import formats, tables
from explorer.markup import plain
from explorer.parts.charts import prose_table
from explorer.parts.sources import source_line
from taxonomy import Knowledge

OPEN = 4  # shown in full; the others stand in a table below
CARD = 620  # width of a caution in pixels; two stand beside each other on a wide screen

KINDS = {
    "code-differs": "Code differs",
    "review-classification": "Review's classification",
    "bibliography": "Bibliography",
    "comparison": "Comparison",
    "data": "Data",
    "number": "Number",
    "unread": "Not read",
}


def cautions(found: Sequence[Caution], known: Knowledge, *, key: str, shown: int = OPEN) -> None:
    """Draw the cautions, those that take numbers out of effects first."""
    ranked = sorted(found, key=lambda caution: not caution.not_comparable)
    with st.container(horizontal=True):
        for caution in ranked[:shown]:
            one(caution, known)
    rest = ranked[shown:]
    if rest:
        with st.expander(f"{len(rest)} more cautions", key=f"{key}-more"):
            prose_table(tables.cautions(rest))


def one(caution: Caution, known: Knowledge) -> None:
    """Draw one caution in full."""
    with st.container(border=True, width=CARD, gap="xxsmall"):
        effect = "; its numbers stay out of effects" if caution.not_comparable else ""
        st.caption(f"**{plain(KINDS[caution.kind.value])}** {plain(caution.id)}{effect}")
        st.text(caution.text)
        st.caption(f"Touches {plain(touched(caution, known))}. {source_line(caution.source)}")


def touched(caution: Caution, known: Knowledge) -> str:
    """Return in words what a caution bites."""
    touches, words = caution.touches, known.vocabulary
    paper = caution.id.split("-", 1)[0]
    rows = known.corpus.results_of.get(paper, ())
    numbers = sum(any(selector.matches(row) for selector in touches.results) for row in rows)
    parts = [
        "the whole paper" if touches.paper else "",
        "its bibliography" if touches.bibliography else "",
        "its place in the review" if touches.review else "",
        f"studies {', '.join(touches.studies)}" if touches.studies else "",
        f"methods {', '.join(words.label('methods', name) for name in touches.methods)}" if touches.methods else "",
        f"claims {', '.join(touches.claims)}" if touches.claims else "",
        formats.count(numbers, "reported number") if touches.results else "",
    ]
    return ", ".join(part for part in parts if part)
