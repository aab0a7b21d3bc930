"""The start page: what this is, what it answers, and a search."""

from __future__ import annotations

import streamlit as st

from explorer.addresses import IMPORT, NODE, PAPER
from explorer.markup import plain
from explorer.parts import choices
from explorer.parts.frame import page
from explorer.parts.headings import PROSE, facts, heading, section
from explorer.parts.questions import questions
from taxonomy import Knowledge


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
            elif hit.kind == "reference":
                IMPORT.link(f"In your library: {hit.title}")
            st.caption(plain(hit.excerpt), width=PROSE)


def draw(known: Knowledge) -> None:
    """Draw the page."""
    heading(
        "Parameter-efficient fine-tuning for code models",
        f"An executable survey: what {len(known.corpus.papers)} papers report, as checked records on one taxonomy, "
        "next to what was measured.",
    )
    section("What it answers")
    questions()
    section("What is in it")
    key_figures(known)
    section("Search")
    words = choices.words(
        "Words in papers, methods, claims and cautions", "q", placeholder="e.g. low resource", width=520
    )
    if words:
        found(known, words)


page(draw)
