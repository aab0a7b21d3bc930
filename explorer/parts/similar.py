"""Papers like the one shown."""

from __future__ import annotations

import streamlit as st

from corpus.records import Paper
from explorer import data
from explorer.addresses import PAPER
from explorer.markup import plain
from explorer.parts.headings import PROSE, section
from reproduce.similar import similar_papers
from taxonomy import Knowledge


def similar(paper: Paper, known: Knowledge, *, limit: int = 5) -> None:
    """Draw links to the papers most like one. No model is loaded here: kept vectors are read, or words compared."""
    found = similar_papers(paper.id, known.corpus, data.home(), limit=limit, compute=False)
    if not found.papers:
        return
    section("Papers like this one", "By title, our summary and our words for the claims; 1 is the same text.")
    for each in found.papers:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.caption(f"{each.similarity:.2f}", width="content")
            PAPER.link(f"{each.paper}  {known.corpus.papers[each.paper].bibliography.title}", paper=each.paper)
    st.caption(plain(f"Compared by {found.by}" + (f": {found.because}" if found.because else "") + "."), width=PROSE)
