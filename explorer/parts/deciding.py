"""The runs that would tell tied methods apart, as far as the laboratory can really do them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from explorer import data, measuring, tables
from explorer.markup import plain
from explorer.parts.charts import prose_table
from explorer.parts.headings import section
from explorer.parts.launch import launch
from taxonomy import Knowledge
from taxonomy.answers.suggestions import Suggestion


def decide(group: Sequence[Suggestion], task: str, architecture: str | None, known: Knowledge) -> None:
    """Draw what can be run of the first group, with the button, and why the rest cannot."""
    section(
        "Decide the tie",
        "Runs of the methods of group 1 beside full fine-tuning, on the same model and data. They are added to the "
        "evidence; whether they part the group shows when they have landed.",
    )
    if len(group) < 2:
        st.info("One method stands alone in group 1: there is no tie to decide.")
        return
    reason = measuring.missing()
    if reason:
        st.info(reason)
        return
    found = measuring.plan_to_decide([entry.method for entry in group], task, architecture, known, data.home())
    if len(found.methods) > 1:
        launch(found.planned, known, key="decide", every_seed=True)
    elif found.methods:
        label = known.vocabulary.label("methods", found.methods[0])
        st.info(plain(f"Of group 1 only {label} can be run here on this task, so that no run can decide the tie."))
    else:
        st.info("No method of group 1 can be run here on this task yet.")
    _refused(found, known)


def _refused(found: measuring.Deciding, known: Knowledge) -> None:
    if not found.refused:
        return
    by_reason: dict[str, list[str]] = {}
    for method, because in found.refused.items():
        by_reason.setdefault(because, []).append(known.vocabulary.label("methods", method))
    with st.expander(f"{len(found.refused)} methods of the group that cannot be run here, and why"):
        rows = ({"methods": ", ".join(methods), "because": reason} for reason, methods in by_reason.items())
        prose_table(tables.table(rows, ("methods", "because")))
