"""Adding a paper: begin a draft, fill it in, see what is open, take it into the corpus."""

from __future__ import annotations

import streamlit as st

from corpus.drafts import Draft, complete, draft, read_drafts
from corpus.errors import CodepeftError, RecordError
from corpus.records import ReportedResult
from explorer import data, drafting, measuring
from explorer.adding import new_paper, suggestions
from explorer.addresses import ADD, IMPORT, PAPER
from explorer.formats import count
from explorer.markup import plain
from explorer.parts import draft_form
from explorer.parts.frame import page
from explorer.parts.headings import PROSE, heading, section, trail
from taxonomy import Knowledge
from taxonomy.classify import Suggestion


def begin() -> None:
    """Draw the form that begins a draft, and the drafts there are."""
    heading("Add a paper", "A paper of your own, as the same kind of record as the review's. It stays in your folder.")
    with st.form("new-paper", border=True):
        what = st.text_input("DOI, arXiv number, or a reference of your library", placeholder="10.1145/... or I1-4")
        asked = st.form_submit_button("Begin", type="primary")
    if asked:
        try:
            ADD.go(draft=new_paper(what.strip(), data.home()).id)
        except CodepeftError as error:
            st.error(plain(str(error)))
    IMPORT.link("Import references first")
    section("Drafts")
    found = read_drafts(data.home())
    if not found:
        st.info("There is no draft. Begin one above: with a DOI, an arXiv number, or a reference that you imported.")
    for each in found:
        entry = each.content.get("bibliography")
        title = entry.get("title") if isinstance(entry, dict) else None
        ADD.link(f"{each.id}  {title or 'title open'}", draft=each.id)


def classes(found: Draft, known: Knowledge, title: str) -> tuple[int, dict[str, object]]:
    """Draw a study with its suggestions; return its place and what was chosen."""
    section("What it studies")
    place, chosen = draft_form.study(found, known.vocabulary)
    abstract = st.text_area("Abstract, for suggestions only; it is not stored", key=f"{found.id}-abstract", width=PROSE)
    by_meaning = False
    if measuring.missing() is None:
        by_meaning = st.checkbox("Suggest by meaning too (MiniLM; takes some seconds)", key=f"{found.id}-embedding")
    draft_form.suggested(_suggestions(title, abstract, by_meaning), found, place, chosen, known.vocabulary)
    return place, chosen


@st.cache_data(max_entries=32, show_spinner="Reading the words")
def _suggestions(title: str, abstract: str, by_meaning: bool) -> tuple[Suggestion, ...]:
    return suggestions(title, abstract, data.home(), by_embedding=by_meaning) if title or abstract else ()


def fill(found: Draft, known: Knowledge) -> None:
    """Draw the form of a draft, what is open in it, and the two buttons."""
    trail([("Add a paper", ADD, {})], found.id)
    heading(f"Draft {found.id}", "What the paper does not say stays empty: it is then not reported.")
    section("The paper")
    typed = draft_form.about(found)
    place, chosen = classes(found, known, typed["title"])
    section(
        "Numbers it reports",
        "As printed, with the place where they stand. The value on the metric's scale follows from value and unit.",
    )
    rows = draft_form.numbers(found, known.vocabulary)
    content = drafting.with_bibliography(found.content, typed)
    if any(chosen.values()) or place < len(found.content.get("studies", ())):
        content = drafting.with_study(content, place, chosen)
    url = content["bibliography"].get("url")
    results, faults = drafting.results_of(rows, found.id, known.vocabulary, url)
    points = (*drafting.checked(content, results, known.vocabulary), *faults)
    section("Still open")
    if points:
        st.caption(f"{count(len(points), 'point')} before it can be taken into the corpus")
        draft_form.open_table(points)
    else:
        st.success("Nothing is open.")
    buttons(found, content, results, able=not faults, whole=not points)


def buttons(
    found: Draft, content: dict[str, object], results: tuple[ReportedResult, ...], *, able: bool, whole: bool
) -> None:
    """Draw the buttons that write the draft and that take it into the corpus."""
    with st.container(horizontal=True):
        if st.button("Save the draft", disabled=not able):
            drafting.save(data.home(), content, results)
            st.toast("Saved in your folder")
            st.rerun()
        if st.button("Take it into the corpus", type="primary", disabled=not whole):
            drafting.save(data.home(), content, results)
            complete(data.home(), draft(data.home(), found.id))
            PAPER.go(paper=found.id)
    if not able:
        st.caption("Mend the faulty rows of numbers first; a row is written whole or not at all.")


def draw(known: Knowledge) -> None:
    """Draw the page."""
    asked = st.query_params.get("draft")
    if asked is None:
        begin()
        return
    try:
        found = draft(data.home(), asked)
    except RecordError as error:
        st.error(plain(str(error)))
        return
    fill(found, known)


page(draw)
