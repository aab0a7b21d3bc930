"""A claim with what became of it: the verdict, why, the cases, the numbers and runs behind them."""

from __future__ import annotations

import streamlit as st

from explorer import formats, tables
from explorer.addresses import CLAIMS, PAPER, RUN
from explorer.markup import plain
from explorer.parts.charts import grid, prose_table
from explorer.parts.headings import PROSE
from explorer.parts.sources import source_line
from taxonomy import Knowledge
from taxonomy.answers.verdicts import ClaimVerdict, Finding

MEANINGS = {
    "consistent": "the numbers bear the claim out",
    "inconsistent": "the numbers go against the claim",
    "inconclusive": "the numbers do not decide",
    "not comparable": "the numbers cannot be put beside the claim",
    "not attempted": "no number and no run speaks of it yet",
    "consistent in direction": "runs near the paper's experiment agree with the direction",
    "inconsistent in direction": "runs near the paper's experiment go the other way",
    "consistent in direction at small scale": "small runs agree with the direction; they say nothing of the size",
    "inconsistent in direction at small scale": "small runs go the other way; they refute nothing at the paper's scale",
}


def line(entry: ClaimVerdict) -> None:
    """Draw a claim in short: its text, its verdict, where it was read, a link to all of it."""
    stated = entry.stated
    with st.container(width=PROSE, gap="xxsmall"):
        st.text(f"{stated.id}  {stated.text}")
        st.caption(f"**{plain(entry.verdict.value)}** {plain(f'({MEANINGS[entry.verdict.value]}): {entry.because}')}")
        if stated.claim is not None:
            st.caption(f"Grade of evidence: {stated.claim.evidence.value}. {source_line(stated.claim.source)}")
        CLAIMS.link(f"What stands behind {stated.id}", claim=stated.id)


def whole(entry: ClaimVerdict, known: Knowledge) -> None:
    """Draw all of a claim."""
    stated = entry.stated
    st.text(stated.text, width=PROSE)
    st.markdown(f"**{plain(entry.verdict.value)}**: {plain(MEANINGS[entry.verdict.value])}.")
    st.caption(plain(f"Because of {entry.because}."), width=PROSE)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if stated.paper is not None:
            PAPER.link(f"{stated.paper.id}  {stated.paper.bibliography.title}", paper=stated.paper.id)
        else:
            st.caption("A finding of the systematic review itself", width="content")
    if stated.claim is not None:
        st.caption(f"Grade of evidence: {stated.claim.evidence.value}. {source_line(stated.claim.source)}")
    if stated.statement is not None and stated.statement.conditions:
        st.caption(plain(f"As it is put in numbers: {stated.statement.conditions}"), width=PROSE)
    _finding("By reported numbers", entry.by_reported, known, key="reported")
    _finding("By runs of this laboratory", entry.by_measured, known, key="measured")


def _finding(title: str, found: Finding, known: Knowledge, *, key: str) -> None:
    st.subheader(title, anchor=False)
    st.caption(plain(f"{found.verdict.value}: {found.because}"), width=PROSE)
    if found.judged:
        grid(tables.cases(found.judged), key=f"claim-{key}-cases", absent="none")
    wanted = set(found.evidence)
    rows = [row for row in known.corpus.results if row.id in wanted]
    if rows:
        st.caption(f"{formats.count(len(rows), 'reported number')} behind it")
        link = st.column_config.LinkColumn(display_text="open")
        grid(tables.reported(rows, known), key=f"claim-{key}-rows", columns={"source": link})
    runs = [run for run in found.evidence if run in {record.id for record in known.corpus.every_run}]
    if runs:
        with st.expander(f"{formats.count(len(runs), 'run')} behind it", key=f"claim-{key}-runs"):
            for run in runs:
                RUN.link_id(run, run=run)
    for profile in found.fidelity:
        st.caption(plain(f"How near these runs are to {profile.paper}"))
        prose_table(tables.fidelity(profile))
