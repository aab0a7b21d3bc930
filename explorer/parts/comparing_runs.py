"""Runs beside each other: their losses in one figure, their scores and ingredients in one table."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from corpus.records import RunRecord
from explorer import tables
from explorer.figures.loss import LOOKS, loss_curves
from explorer.parts import choices
from explorer.parts.charts import chart, grid
from explorer.parts.headings import section
from taxonomy import Knowledge

MOST = len(LOOKS)


def compare_runs(records: dict[str, RunRecord], called: Callable[[str], str], known: Knowledge) -> None:
    """Draw the choice of runs, kept in the address, and what they share and do not share."""
    section("Runs beside each other", f"Choose two to {MOST} records.")
    chosen = choices.several(
        "Runs", "beside", list(records), max_selections=MOST, placeholder="Choose runs", width=860, format_func=called
    )
    found = {called(name): records[name] for name in chosen[:MOST]}
    if len(found) < 2:
        st.caption("Two runs or more stand beside each other here once they are chosen.")
        return
    curves = {name: run.train_loss for name, run in found.items() if run.train_loss}
    if curves:
        rows = ({"run": name, "step": step, "loss": loss} for name, line in curves.items() for step, loss in line)
        chart(
            loss_curves(curves),
            alt=f"Training loss of {len(curves)} runs by step.",
            key="losses",
            twin=tables.table(rows, ("run", "step", "loss")),
            caption="Training loss: mean over the steps since the previous point.",
        )
    differing = choices.one(
        "Rows", "rows", ["differing", "all"], widget=st.segmented_control, required=True,
        format_func={"differing": "What differs", "all": "Everything"}.__getitem__,
    )  # fmt: skip
    grid(tables.beside(found, known, differing=differing == "differing"), key="beside", absent="not measured")
