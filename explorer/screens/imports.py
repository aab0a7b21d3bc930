"""Import: a file of references, its faults, and the duplicates that wait for a decision."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from corpus.errors import CodepeftError
from corpus.exchange.importing import Imported, Treatment
from corpus.references import KEEP, SKIP, Library, decide
from explorer import data
from explorer.addresses import SCREENING
from explorer.formats import count
from explorer.importing import Wish, import_anything
from explorer.markup import plain
from explorer.parts.charts import grid
from explorer.parts.frame import page
from explorer.parts.headings import PROSE, facts, heading, section
from explorer.parts.imported import brought, duplicate, imports_table, library_table
from taxonomy import Knowledge

LISTED = 2_000  # references in the table
SHOWN = 20  # duplicates on the page; the command line decides on any number
TREATMENTS = {
    "Show them for a decision": Treatment.ASK,
    "Leave them out": Treatment.SKIP,
    "Keep them": Treatment.KEEP,
}


def upload() -> None:
    """Draw the form that takes a file, and import it."""
    with st.form("import-form", border=True):
        file = st.file_uploader(
            "A file of references (.bib, .ris, .json, .csv), or results of others (.json)",
            type=["bib", "bibtex", "ris", "json", "csljson", "csv", "tsv"],
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            source = st.text_input("Where it is from", placeholder="e.g. Scopus, 3 May", width=300)
            treatment = st.selectbox("Possible duplicates", list(TREATMENTS), width=300)
            asked = st.form_submit_button("Import", type="primary")
    if not asked:
        return
    if file is None:
        st.error("Choose a file first.")
        return
    wish = Wish(TREATMENTS[treatment], None, source.strip() or None)
    try:
        found = import_anything(file.name, file.getvalue(), data.home(), wish)
        if isinstance(found, Imported):  # the session keeps what is shown, not the file
            found = replace(found, parsed=replace(found.parsed, content=b""))
        st.session_state["brought"] = found
    except CodepeftError as error:
        st.session_state.pop("brought", None)
        st.error(plain(str(error)))


def undecided(library: Library) -> None:
    """Draw the duplicates that wait for a decision, each beside what it may be."""
    names = [entry.id for _, entry in library.undecided]
    section(
        "Possible duplicates",
        f"{count(len(names), 'reference')} without a decision, outside your library until then. Nothing is merged.",
    )
    if len(names) > 1:
        with st.container(horizontal=True):
            st.button(f"Leave out all {len(names):,}", on_click=_decide, args=(names, SKIP))
            st.button(f"Keep all {len(names):,}", on_click=_decide, args=(names, KEEP))
    works = {each.id: each for each in library.references} | {entry.id: entry for _, entry in library.undecided}
    for found, entry in library.undecided[:SHOWN]:
        duplicate(found, entry, works.get(found.of), data.knowledge().corpus.papers.get(found.of), _decide)
    if len(names) > SHOWN:
        st.caption(f"and {len(names) - SHOWN:,} more, which come up as these are decided", width=PROSE)


def _decide(names: list[str], decision: str) -> None:
    decide(data.home(), names, decision, "decided on the page")


def draw(known: Knowledge) -> None:
    """Draw the page."""
    heading(
        "Import",
        "References come into a library of your own, in your folder. What cannot be read is listed with its line; what "
        "may be there already is shown for a decision.",
    )
    upload()
    found = st.session_state.get("brought")
    if found is not None:
        brought(found)
    library = data.screening().library
    if library.undecided:
        undecided(library)
    section("Your library")
    if not library.imports:
        st.info("Nothing was imported yet.")
        return
    facts(
        (
            ("imports", f"{len(library.imports):,}", None),
            ("references", f"{len(library.references):,}", "Without duplicates that were left out or wait"),
            ("left out", f"{len(library.left_out):,}", "Decided to be the same work as another"),
            ("waiting", f"{len(library.undecided):,}", "Possible duplicates without a decision"),
        )
    )
    SCREENING.link("Screen them")
    if len(library.references) > LISTED:
        st.caption(f"The first {LISTED:,}; `codepeft references` lists all.")
    grid(
        library_table(library, LISTED),
        key="library",
        columns={"title": st.column_config.TextColumn(width="large")},
        absent="none",
    )
    with st.expander("The imports"):
        grid(imports_table(library), key="imports")


page(draw)
