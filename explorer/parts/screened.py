"""A reference to decide on, and the tables of a screening."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd
import streamlit as st

from corpus.records import Reference
from corpus.records.screening import Fact
from corpus.screening import Agreement, Flow
from corpus.screening.protocol import protocol
from explorer.markup import plain
from explorer.parts.headings import PROSE, prose
from explorer.screening import Screening
from explorer.tables import table
from explorer.texts_review import FLOW


def reference(entry: Reference) -> None:
    """Draw a reference as a reviewer reads it."""
    with st.container(border=True, width=PROSE + 60):
        st.markdown(f"**{plain(entry.title)}**")
        who = ", ".join(entry.authors) or "authors not reported"
        st.caption(
            plain(f"{entry.id}. {who}. {entry.venue or 'Venue not reported'}, {entry.year or 'year not reported'}.")
        )
        if entry.abstract:
            prose(entry.abstract)
        else:
            st.caption("The file has no abstract.")


def flow_table(flow: Flow) -> pd.DataFrame:
    """Return the flow's counts, a row each; those that nothing says are absent."""
    details = {"identified": flow.identified_by_source, "excluded_full_text": flow.excluded_by_reason}
    rows = [
        {"phase": phase, "box": what, "count": getattr(flow, name)} for phase, boxes in FLOW for name, what in boxes
    ]
    names = {what: name for _, boxes in FLOW for name, what in boxes}
    wide = []
    for row in rows:
        wide.append(row)
        wide += [
            {"phase": row["phase"], "box": f"of these: {label}", "count": number}
            for label, number in details.get(names[row["box"]], {}).items()
        ]
    return table(wide, ("phase", "box", "count")).astype({"count": "Int64"})


def conflicts_table(found: Screening) -> pd.DataFrame:
    """Return the references on which reviewers differ."""
    return table(
        (
            {
                "reference": each.reference,
                "title": found.references[each.reference].title,
                "stage": each.stage.value,
                "decisions": "; ".join(
                    f"{name}: {made.verdict.value}{f' ({made.reason})' if made.reason else ''}"
                    for name, made in each.decisions.items()
                ),
            }
            for each in found.conflicts
        ),
        ("reference", "title", "stage", "decisions"),
    )


def agreement_table(rows: Iterable[Agreement]) -> pd.DataFrame:
    """Return the agreement of each pair of reviewers."""
    return table(
        (
            {
                "stage": each.stage.value,
                "reviewers": " and ".join(each.reviewers),
                "both decided": each.both,
                "agree": each.observed,
                "kappa": each.kappa,
                "low": each.low,
                "high": each.high,
                "PABAK": each.pabak,
                "note": each.because or "",
            }
            for each in rows
        ),
        ("stage", "reviewers", "both decided", "agree", "kappa", "low", "high", "PABAK", "note"),
    )


def protocol_table() -> pd.DataFrame:
    """Return the review's protocol: what is known with its source, what is not with where it was looked for."""
    known = protocol()
    facts: list[tuple[str, Fact]] = [
        ("search strings", known.search_strings),
        ("sources", known.sources),
        ("period", known.period),
        *(("included", fact) for fact in known.inclusion),
        *(("excluded", fact) for fact in known.exclusion),
        ("reviewers", known.reviewers),
        ("agreement", known.agreement),
        *((f"count: {name}", fact) for name, fact in known.counts.items()),
    ]
    return table(_rows(facts), ("what", "value", "source"))


def _rows(facts: Iterable[tuple[str, Fact]]) -> Iterator[dict[str, str | None]]:
    for what, fact in facts:
        looked = f"looked for in: {'; '.join(fact.looked_in)}" if fact.looked_in else None
        yield {"what": what, "value": fact.value, "source": fact.source or looked}
