"""One paper: cautions at the top, then what it is, what it reports, what it claims, and what was measured of it."""

from __future__ import annotations

import streamlit as st

from corpus.bibliography import bibtex
from corpus.errors import CodepeftError
from corpus.records import Claim, Paper
from corpus.records.paper import Replication
from explorer import data, measuring, tables
from explorer.addresses import NODE, PAPER, PAPERS
from explorer.formats import NOT_REPORTED
from explorer.markup import plain
from explorer.parts.cautions import cautions
from explorer.parts.charts import grid, prose_table
from explorer.parts.frame import page
from explorer.parts.headings import PROSE, heading, prose, section, trail
from explorer.parts.launch import launch
from explorer.parts.numbers import reported_numbers
from explorer.parts.results import measured_results
from explorer.parts.sources import link, source_line
from taxonomy import Knowledge
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
    if any(study.classified_by != "review" for study in paper.studies):
        parts.append("the review has no row for this paper; we classified it")
    st.caption("; ".join(parts), width=PROSE)
    links = [
        link(f"DOI {entry.doi}", f"https://doi.org/{entry.doi}") if entry.doi else "",
        link(f"arXiv {entry.arxiv}", f"https://arxiv.org/abs/{entry.arxiv}") if entry.arxiv else "",
        link("publisher's page", entry.url) if entry.url else "",
        link("authors' code", entry.code_url) if entry.code_url else "code: not reported",
    ]
    st.markdown(" &nbsp; ".join(part for part in links if part))


def claims(found: tuple[Claim, ...]) -> None:
    """Draw what the paper states, in our words."""
    section("Claims", "In our words, each with where it was read and how near to the paper that is.")
    if not found:
        st.info("No claim was recorded.")
    for claim in found:
        with st.container(width=PROSE, gap="xxsmall"):
            st.text(f"{claim.id}  {claim.text}")
            st.caption(f"Grade of evidence: {claim.evidence.value}. {source_line(claim.source)}")


def used(paper: Paper, known: Knowledge) -> None:
    """Draw methods, training, models and data sets as the paper used them."""
    section("How it was done")
    wide = st.column_config.TextColumn(width="large")
    for title, frame, columns in (
        ("Methods as configured", tables.configurations(paper, known), {"settings": wide}),
        ("Models", tables.models(paper, known), {"note": wide}),
        ("Data sets", tables.datasets(paper, known), {"url": st.column_config.LinkColumn(), "note": wide}),
    ):
        st.subheader(title, anchor=False)
        if frame.empty:
            st.caption(NOT_REPORTED)
        else:
            grid(frame, key=title, columns=columns)
    st.subheader("Training", anchor=False)
    if paper.training is None:
        st.caption(NOT_REPORTED)
        return
    prose_table(tables.training(paper))
    if paper.training.note:
        prose(paper.training.note)
    st.caption(source_line(paper.training.source))


def reproducibility(paper: Paper) -> None:
    """Draw what is there for a re-run."""
    section("Reproducibility")
    record = paper.reproducibility
    answers = {True: "yes", False: "no", None: "not known"}
    lines = [
        ("code available", answers[record.code_available]),
        ("data available", answers[record.data_available]),
        ("weights available", answers[record.weights_available]),
        ("runs on one GPU", answers[record.runnable_on_one_gpu]),
    ]
    st.markdown("; ".join(f"{plain(name)}: **{answer}**" for name, answer in lines))
    if record.notes:
        prose(record.notes)


def replications(found: tuple[Replication, ...]) -> None:
    """Draw what others measured when they ran it again."""
    if not found:
        return
    section("Replications by others", "Somebody else's runs; these are not the paper's numbers and stand in no effect.")
    for number, replication in enumerate(found):
        prose(replication.what)
        rows = [{name: str(value) for name, value in row.items()} for row in replication.rows]
        grid(tables.table(rows, list(dict.fromkeys(name for row in rows for name in row))), key=f"replication-{number}")
        if replication.caution:
            prose(f"Mind: {replication.caution}")
        st.caption(f"Grade of evidence: {replication.evidence.value}. {source_line(replication.source)}")


def measured(paper: Paper, known: Knowledge) -> None:
    """Draw what was measured of the paper, and the button or the reason why there is none."""
    section("Measured")
    results = [result for result in put_together(known.corpus) if paper.id in result.papers]
    if results:
        measured_results(results, known, key="paper")
    reason = measuring.why_not(paper.id)
    if reason:
        st.info(plain(f"Not runnable here: {reason}"))
        return
    if not results:
        st.info("Nothing of this paper was measured here yet.")
    try:
        launch(measuring.plan_for_paper(paper.id, known, data.home()), known, key="launch")
    except CodepeftError as error:
        st.warning(plain(str(error)))


def cite(paper: Paper) -> None:
    """Draw the BibTeX entry and the sources behind the record."""
    section("Cite and check")
    st.code(bibtex([paper]), language="bibtex")
    st.caption("  \n".join(source_line(source) for source in paper.sources), width=PROSE)


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
    if not asked:
        choose(known)
        return
    paper = known.corpus.paper(asked)
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
    claims(paper.claims)
    replications(paper.replications)
    used(paper, known)
    reproducibility(paper)
    cite(paper)


page(draw)
