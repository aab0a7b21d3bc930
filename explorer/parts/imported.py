"""What an import brought, and a possible duplicate beside what it may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from corpus.exchange.foreign import ImportedResults
from corpus.exchange.importing import Imported
from corpus.records import Duplicate, Fault, Paper, Reference
from corpus.references import Library
from explorer import formats, texts_review
from explorer.markup import plain
from explorer.parts.charts import grid
from explorer.parts.foreign import foreign_table
from explorer.tables import table

Decide = Callable[[list[str], str], None]


def brought(found: Imported | ImportedResults) -> None:
    """Draw what the last import did, its faults first."""
    if isinstance(found, ImportedResults):
        count = len(found.record.results) if found.record else 0
        say = st.success if count else st.error
        say(f"Imported: {formats.count(count, 'result')} measured by others, shown on their nodes and apart from ours.")
        faults(found.faults, "result-faults")
        if found.record:
            grid(foreign_table(found.record.results), key="brought-results")
        return
    (st.success if found.record else st.error)(plain(texts_review.summary(found)))
    faults(found.parsed.faults, "faults")


def faults(every: Sequence[Fault], key: str) -> None:
    """Draw the faults of a file: those refused first."""
    if not every:
        return
    rows = sorted(every, key=lambda fault: (fault.kept, fault.line))
    refused = sum(not fault.kept for fault in every)
    st.caption(f"{refused:,} entries were refused; {len(every) - refused:,} were kept with a fault.")
    grid(
        table(
            (
                {
                    "line": fault.line,
                    "key": fault.key or None,
                    "what": "kept" if fault.kept else "refused",
                    "reason": fault.reason,
                }
                for fault in rows
            ),
            ("line", "key", "what", "reason"),
        ),
        key=key,
        columns={"reason": st.column_config.TextColumn(width="large")},
        absent="none",
    )


def duplicate(found: Duplicate, entry: Reference, other: Reference | None, paper: Paper | None, act: Decide) -> None:
    """Draw a possible duplicate above what it may be, with the two decisions."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(entry.title)}**")
        st.caption(plain(f"{entry.id}: {_line(entry.authors, entry.year, entry.venue)}"))
        if paper is not None:
            title, entry_line = paper.bibliography.title, paper.bibliography
            about = _line(entry_line.authors, entry_line.year, entry_line.venue.acronym or entry_line.venue.name)
        else:
            title = other.title if other else "a reference that was left out"
            about = _line(other.authors, other.year, other.venue) if other else ""
        st.markdown(plain(f"may be {found.of}: {title}"))
        st.caption(plain(f"{about}. Because: {found.reason}."))
        with st.container(horizontal=True):
            st.button("Leave it out", key=f"skip-{entry.id}", on_click=act, args=([entry.id], "skip"))
            st.button("Keep it", key=f"keep-{entry.id}", on_click=act, args=([entry.id], "keep"))


def _line(authors: Sequence[str], year: int | None, venue: str | None) -> str:
    who = f"{authors[0]}{' et al.' if len(authors) > 1 else ''}" if authors else "authors not reported"
    return f"{who}, {venue or 'venue not reported'}, {year or 'year not reported'}"


def library_table(library: Library, first: int) -> pd.DataFrame:
    """Return the first references of the library, a row each."""
    return table(
        (
            {
                "id": each.id,
                "title": each.title,
                "authors": ", ".join(each.authors) or None,
                "year": each.year,
                "venue": each.venue,
                "DOI": each.doi,
                "arXiv": each.arxiv,
                "key": each.key or None,
            }
            for each in library.references[:first]
        ),
        ("id", "title", "authors", "year", "venue", "DOI", "arXiv", "key"),
    ).astype({"year": "Int64"})


def imports_table(library: Library) -> pd.DataFrame:
    """Return the imports, a row each."""
    return table(
        (
            {
                "import": each.id,
                "file": each.file,
                "format": each.format,
                "source": each.source,
                "imported at": f"{each.imported_at:%Y-%m-%d %H:%M} UTC",
                "references": each.references,
                "refused": sum(not fault.kept for fault in each.faults),
                "kept with a fault": sum(fault.kept for fault in each.faults),
            }
            for each in library.imports
        ),
        ("import", "file", "format", "source", "imported at", "references", "refused", "kept with a fault"),
    )
