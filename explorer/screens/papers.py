"""The papers, filtered by facets and words."""

from __future__ import annotations

import streamlit as st

from corpus.records import Paper
from explorer import data, formats, state, tables
from explorer.addresses import PAPER, PAPERS
from explorer.markup import plain
from explorer.parts import choices, filters
from explorer.parts.charts import grid
from explorer.parts.export import export
from explorer.parts.frame import page
from explorer.parts.headings import heading
from explorer.shares import View
from taxonomy import Knowledge
from taxonomy.select import select


def chosen(known: Knowledge) -> list[Paper]:
    """Draw the filters and return the papers that satisfy them."""
    words, corpus = known.vocabulary, known.corpus
    studies = [study for paper in corpus.papers.values() for study in paper.studies]
    used = {
        "task": {study.task for study in studies},
        "method": {name for study in studies for name in study.methods},
        "architecture": {name for study in studies for name in study.architectures},
    }
    with st.container(horizontal=True):
        search = choices.words("Search", "words", placeholder="title, author, claim, caution", width=250)
        for name, kind in (("task", words.tasks), ("method", words.methods), ("architecture", words.architectures)):
            filters.choose(name, [term.id for term in kind if term.id in used[name]], known)
        filters.choose("year", sorted({str(paper.bibliography.year) for paper in corpus.papers.values()}), known)
    asked = state.current(known)
    filters.kept(asked, known, PAPERS, ("node",), **({"words": search} if search else {}))
    found = [paper for paper, _ in select(corpus, asked.facets())]
    if asked.node:
        on_node = set(data.evidence(asked.node).papers)
        found = [paper for paper in found if paper.id in on_node]
    if search:
        hits = {hit.paper_id for hit in known.search(search, limit=10_000)}
        found = [paper for paper in found if paper.id in hits]
    return found


def entry(paper: Paper, known: Knowledge) -> None:
    """Draw one paper: a link and a line about it."""
    record, words = paper.bibliography, known.vocabulary
    methods = dict.fromkeys(words.label("methods", name) for study in paper.studies for name in study.methods)
    tasks = dict.fromkeys(words.label("tasks", study.task) for study in paper.studies)
    numbers = len(known.corpus.results_of[paper.id])
    with st.container(gap="xxsmall"):
        PAPER.link(f"{paper.id}  {record.title}", paper=paper.id)
        st.caption(
            plain(
                f"{record.authors[0]}{' et al.' if record.authors[1:] else ''}, "
                f"{record.venue.acronym or record.venue.name or 'venue not reported'} {record.year}. "
                f"{', '.join(tasks)}. {', '.join(methods)}. {formats.count(numbers, 'reported number')}, "
                f"{formats.count(len(paper.cautions), 'caution')}."
            ),
            width=980,
        )


def draw(known: Knowledge) -> None:
    """Draw the page."""
    heading(
        "Papers",
        "The primary studies of the review, and your own papers. Facets are joined by 'and', choices inside a facet "
        "by 'or'.",
    )
    found = chosen(known)
    st.caption(f"{len(found)} of {formats.count(len(known.corpus.papers), 'paper')}")
    if not found:
        st.info("No paper has all of these. Remove a facet or a search word.")
        return
    for paper in found:
        entry(paper, known)
    with st.expander("The same as a table"):
        title = st.column_config.TextColumn(width="large")
        grid(tables.papers(found, known), key="papers-table", columns={"title": title})
    export(
        View(
            name="papers",
            title="Papers",
            frame=lambda: tables.papers(found, known),
            records=lambda: found,
            papers=lambda: [paper.id for paper in found],
        ),
        known,
    )


page(draw)
