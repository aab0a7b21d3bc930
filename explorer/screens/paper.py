"""One paper: cautions at the top, then what it is, what it reports, what it claims, and what was measured of it."""

from __future__ import annotations

import streamlit as st

from corpus.bibliography import bibtex
from corpus.errors import UnknownNameError
from corpus.records import Paper
from explorer import answers, state, tables
from explorer.addresses import NODE, PAPER, PAPERS
from explorer.formats import NOT_REPORTED
from explorer.markup import plain
from explorer.parts.cautions import cautions
from explorer.parts.charts import grid
from explorer.parts.claims import line
from explorer.parts.comparing import beside
from explorer.parts.export import export
from explorer.parts.frame import page
from explorer.parts.headings import PROSE, heading, prose, section, trail
from explorer.parts.numbers import reported_numbers
from explorer.parts.paper_record import replications, reproducibility, used
from explorer.parts.reproducing import reproducing
from explorer.parts.results import measured_results
from explorer.parts.similar import similar
from explorer.parts.sources import link, source_line
from explorer.shares import View
from taxonomy import Knowledge
from taxonomy.beside import side_by_side
from taxonomy.graph import get_node
from taxonomy.measured import measured_results as put_together


def top(paper: Paper) -> None:
    """Draw title, authors, venue and links."""
    entry, venue = paper.bibliography, paper.bibliography.venue
    trail([("Papers", PAPERS, {})], paper.id)
    heading(entry.title, ", ".join(entry.authors))
    published = f"{venue.name} ({venue.acronym})" if venue.name and venue.acronym else venue.name or venue.acronym
    parts = [plain(published or NOT_REPORTED), str(entry.year)]
    if venue.in_review and venue.in_review != venue.acronym:
        parts.append(f"in the review's list: {plain(venue.in_review)}")
    if any(study.classified_by == "codepeft" for study in paper.studies):
        parts.append("the review has no row for this paper; we classified it")
    st.caption("; ".join(parts), width=PROSE)
    links = [
        link(f"DOI {entry.doi}", f"https://doi.org/{entry.doi}") if entry.doi else "",
        link(f"arXiv {entry.arxiv}", f"https://arxiv.org/abs/{entry.arxiv}") if entry.arxiv else "",
        link("publisher's page", entry.url) if entry.url else "",
        link("authors' code", entry.code_url) if entry.code_url else "code: not reported",
        "[how to reproduce it](#reproduce)",
    ]
    st.markdown(" &nbsp; ".join(part for part in links if part))


def claims(paper: Paper) -> None:
    """Draw what the paper states, in our words, and what became of each claim."""
    section("Claims", "In our words, each with its verdict, where it was read, and how near to the paper that is.")
    found = answers.verdicts_on(paper.id)
    if not found:
        st.info("No claim was recorded: none could be read in what was open to us.")
    for entry in found:
        line(entry)


def measured(paper: Paper, known: Knowledge) -> None:
    """Draw what was measured of the paper, and reported numbers of the same data and metric beside it."""
    section("Reported and measured")
    results = [result for result in put_together(known.corpus) if paper.id in result.papers]
    if results:
        measured_results(results, known, key="paper")
    else:
        st.info("Nothing of this paper was measured here yet; what it would take stands below.")
    groups = side_by_side(known.corpus.results_of[paper.id], results)
    if groups:
        beside(groups, known)


def cite(paper: Paper) -> None:
    """Draw the BibTeX entry and the sources behind the record."""
    section("Cite and check")
    st.code(bibtex([paper]), language="bibtex")
    st.caption("  \n".join(source_line(source) for source in paper.sources), width=PROSE)


def taken(paper: Paper, known: Knowledge) -> None:
    """Offer the paper's numbers, as the state's filters leave them, as files."""
    asked = state.current(known)
    rows = [row for row in known.corpus.results_of[paper.id] if asked.keeps_number(row, known)]
    export(
        View(
            name=paper.id,
            title=f"Reported numbers of {paper.id}",
            frame=lambda: tables.reported(rows, known),
            records=lambda: rows,
            papers=lambda: [paper.id],
        ),
        known,
    )


def choose(known: Knowledge) -> None:
    """Offer all papers, where the address names none."""
    heading("Paper", "Choose a paper; its number then stands in the address bar.")
    titles = {name: f"{name}  {paper.bibliography.title}" for name, paper in known.corpus.papers.items()}
    chosen = st.selectbox("Paper", list(titles), index=None, format_func=titles.__getitem__)
    if chosen:
        PAPER.go(paper=chosen)


def studies(paper: Paper, known: Knowledge) -> None:
    """Draw the paper's studies and links to where they stand on the taxonomy."""
    section("Studies", "A study is a paper and a task, with the methods tried on it, as the review classifies it.")
    grid(tables.studies([(paper, study) for study in paper.studies], known), key="studies")
    for study in paper.studies:
        if study.found is not None:
            with st.container(width=PROSE, gap="xxsmall"):
                st.caption(f"**{plain(study.id)}**, as the paper or its code showed it, beside the review's row:")
                st.text(tables.found_instead(study, known))
    tasks = [f"task/{study.task}" for study in paper.studies]
    methods = [f"method/{method}" for study in paper.studies for method in study.methods]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption("On the taxonomy:", width="content")
        for node in dict.fromkeys([*tasks, *methods]):
            NODE.link(get_node(known.graph, node).label, node=node)


def draw(known: Knowledge) -> None:
    """Draw the page."""
    asked = st.query_params.get("paper")
    if asked is None or asked not in known.corpus.papers:
        if asked:
            st.warning(plain(str(UnknownNameError("paper", asked, list(known.corpus.papers)))))
        choose(known)
        return
    paper = known.corpus.papers[asked]
    top(paper)
    if paper.cautions:
        section("Cautions", "Read these before you use a number or a claim of this paper.")
        cautions(paper.cautions, known, key="cautions", shown=6)
    section("Summary")
    prose(paper.summary)
    studies(paper, known)
    measured(paper, known)
    section("Reported numbers")
    reported_numbers(known.corpus.results_of[paper.id], known, key="numbers")
    claims(paper)
    reproducing(paper, known)
    replications(paper.replications)
    used(paper, known)
    reproducibility(paper)
    similar(paper, known)
    cite(paper)
    taken(paper, known)


page(draw)
