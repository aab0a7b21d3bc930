"""Screening: the flow, decisions one by one, conflicts, agreement, and the review's own protocol."""

from __future__ import annotations

import streamlit as st

from corpus.records.screening import CONSENSUS, Stage, Verdict
from corpus.screening import record_decisions
from explorer import data
from explorer.addresses import ADD, IMPORT
from explorer.figures.prisma import flow_figure, in_words
from explorer.markup import plain
from explorer.parts import choices
from explorer.parts.charts import chart, grid, prose_table
from explorer.parts.frame import page
from explorer.parts.headings import PROSE, heading, section
from explorer.parts.screened import agreement_table, conflicts_table, flow_table, protocol_table, reference
from explorer.screening import Screening
from taxonomy import Knowledge

STAGES = {
    Stage.TITLE_ABSTRACT.value: "Title and abstract",
    Stage.RETRIEVAL.value: "Retrieval of the full text",
    Stage.FULL_TEXT.value: "Full text",
}
VERDICTS = {Verdict.INCLUDE: "Include", Verdict.EXCLUDE: "Exclude", Verdict.UNSURE: "Unsure"}


def the_flow(found: Screening) -> None:
    """Draw the flow with its words and its table."""
    section("Flow", "PRISMA 2020, for an updated review. Every count follows from your imports and decisions.")
    flow = found.flow
    chart(
        flow_figure(flow),
        alt=in_words(flow),
        key="prisma",
        twin=flow_table(flow),
        caption="A count that nothing was recorded for is not reported; it is not zero.",
        wide=True,
    )
    waits = [
        f"{STAGES[stage].lower()}: {number:,}, {flow.conflicts[stage]:,} of them in conflict"
        for stage, number in flow.waiting.items()
        if number
    ]
    if waits:
        st.caption(plain(f"Waiting at {'; '.join(waits)}."), width=PROSE)


def decide(found: Screening) -> None:
    """Draw the next reference that waits, and the decisions on it."""
    section("Decide", "One decision a reviewer, stage and reference; a later one takes the place of an earlier one.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        reviewer = choices.words("Reviewer", "by", placeholder="your name, without blanks", width=250)
        stage = Stage(choices.one("Stage", "stage", list(STAGES), format_func=STAGES.__getitem__, width=280))
    if not reviewer:
        st.info("Say who decides; 'consensus' settles conflicts.")
        return
    waiting = found.waiting(stage, reviewer)
    if not waiting:
        st.success("Nothing waits for this reviewer at this stage.")
        return
    entry = waiting[0]
    st.caption(f"{len(waiting):,} wait for {plain(reviewer)}")
    reference(entry)
    reason = st.text_input("Reason", key=f"reason-{entry.id}-{stage}", placeholder="an exclusion says why", width=PROSE)
    with st.container(horizontal=True):
        for verdict, label in VERDICTS.items():
            if st.button(
                label, key=f"{verdict}-{entry.id}", type="primary" if verdict is Verdict.INCLUDE else "secondary"
            ):
                record_decisions(
                    data.home(),
                    [entry.id],
                    found.references,
                    stage=stage,
                    reviewer=reviewer,
                    verdict=verdict,
                    reason=reason.strip() or None,
                )
                st.rerun()


def disagreement(found: Screening) -> None:
    """Draw conflicts and agreement."""
    section("Conflicts")
    if found.conflicts:
        grid(conflicts_table(found), key="conflicts")
        st.caption(plain(f"Settle them by deciding as the reviewer '{CONSENSUS}'."), width=PROSE)
    else:
        st.info("Reviewers differ on nothing.")
    section(
        "Agreement",
        "Cohen's kappa (Cohen 1960) with its 95 % interval (Fleiss, Cohen and Everitt 1969), and PABAK (Byrt, Bishop "
        "and Carlin 1993), which does not fall when one verdict is rare.",
    )
    if found.agreement:
        grid(agreement_table(found.agreement), key="agreement", absent="not defined")
    else:
        st.info("No two reviewers have decided on the same reference yet.")


def draw(known: Knowledge) -> None:
    """Draw the page."""
    found = data.screening()
    heading("Screening", "Which of your imported references belong into the review, decided and counted.")
    if not found.library.imports:
        st.info("There is nothing to screen yet.")
        IMPORT.link("Import references")
    else:
        decide(found)
        disagreement(found)
        ADD.link("Add an included paper")
    the_flow(found)
    section("The review's own method", "As far as it could be read; nothing here is guessed.")
    prose_table(protocol_table())


page(draw)
