"""The ledger of claims: what each says, whether numbers and runs bear it out, and what stands behind that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from corpus.errors import UnknownNameError
from explorer import answers, formats, state, tables
from explorer.figures.verdicts import verdict_bars
from explorer.markup import plain
from explorer.parts import choices, filters
from explorer.parts.charts import chart, grid
from explorer.parts.claims import whole
from explorer.parts.export import export
from explorer.parts.frame import page
from explorer.parts.headings import heading, section
from explorer.shares import View
from taxonomy import Knowledge
from taxonomy.answers.outcomes import Verdict
from taxonomy.answers.verdicts import ClaimVerdict


def bars(every: Sequence[ClaimVerdict]) -> None:
    """Draw how many claims have which verdict."""
    counts = {
        "all evidence": Counter(entry.verdict for entry in every),
        "reported numbers": Counter(entry.by_reported.verdict for entry in every),
        "our runs": Counter(entry.by_measured.verdict for entry in every),
    }
    rows = ({"evidence": row, **{verdict.value: counts[row][verdict] for verdict in Verdict}} for row in counts)
    chart(
        verdict_bars(counts),
        alt=f"{len(every)} claims by verdict: on all evidence, on reported numbers, on runs.",
        key="verdicts",
        twin=tables.table(rows, ("evidence", *(verdict.value for verdict in Verdict))),
        caption="The verdict on all evidence goes by what is nearest to the paper.",
    )


def kept(every: Sequence[ClaimVerdict], known: Knowledge) -> list[ClaimVerdict]:
    """Draw the filters and return the claims that have all of them."""
    owners = {name: name for name in dict.fromkeys(entry.stated.owner for entry in every)}
    with st.container(horizontal=True):
        verdicts = choices.several("Verdict", "verdict", [verdict.value for verdict in Verdict], width=280)
        sources = choices.several("Paper, or the review", "of", list(owners), width=230)
        for field, terms in (("task", known.vocabulary.tasks), ("method", known.vocabulary.methods)):
            filters.choose(field, [term.id for term in terms], known)
        words = choices.words("Words in the claim", "words", width=230)
    asked = state.current(known)
    return [
        entry
        for entry in every
        if (not verdicts or entry.verdict.value in verdicts)
        and (not sources or entry.stated.owner in sources)
        and _about(entry, "tasks", asked.task)
        and _about(entry, "methods", asked.method)
        and all(word in entry.stated.text.casefold() for word in words.casefold().split())
    ]


def _about(entry: ClaimVerdict, field: str, wanted: Sequence[str]) -> bool:
    statement = entry.stated.statement
    if not wanted:
        return True
    named = {name for each in (statement.comparisons if statement else ()) for name in getattr(each, field)}
    return not named.isdisjoint(wanted)


def listing(every: Sequence[ClaimVerdict], found: Sequence[ClaimVerdict], known: Knowledge) -> None:
    """Draw the claims as a table, and a list that leads to each."""
    st.caption(f"{len(found)} of {formats.count(len(every), 'claim')}")
    if not found:
        st.info("No claim has all of these; remove a filter. A claim without a statement in numbers has no task.")
        return
    frame = tables.claims(found)
    frame.insert(0, "open", [f"/claims?claim={name}" for name in frame["claim"]])
    wide = st.column_config.TextColumn(width="large")
    open_ = st.column_config.LinkColumn(display_text="open")
    grid(frame, key="claims", columns={"open": open_, "what is claimed": wide, "because": wide}, absent="no run")
    export(
        View(
            name="claims",
            title="Claims and what became of them",
            frame=lambda: tables.claims(found),
            records=lambda: found,
            papers=lambda: [entry.stated.paper.id for entry in found if entry.stated.paper is not None],
        ),
        known,
    )


def one(every: Sequence[ClaimVerdict], known: Knowledge) -> None:
    """Offer the claims as a list, and draw the chosen one."""
    by_id = {entry.stated.id: entry for entry in every}
    asked = st.query_params.get("claim")
    if asked and asked not in by_id:
        st.warning(plain(str(UnknownNameError("claim", asked, list(by_id)))))
    chosen = choices.maybe(
        "Open a claim", "claim", list(by_id), among=[asked] if asked in by_id else [], placeholder="Choose a claim",
        format_func=lambda name: f"{name}  {by_id[name].stated.text}", width=860,
    )  # fmt: skip
    if chosen:
        section(chosen)
        whole(by_id[chosen], known)


def draw(known: Knowledge) -> None:
    """Draw the page."""
    heading(
        "Claims",
        "Every claim of every paper and of the review, and whether reported numbers and our runs bear it out. A "
        "verdict is about a claim, never about a person.",
    )
    with st.spinner("Judging every claim"):
        every = answers.verdicts()
    bars(every)
    one(every, known)
    section("The ledger")
    listing(every, kept(every, known), known)


page(draw)
