"""Measured results and the runs behind them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from explorer import tables
from explorer.addresses import RUN
from explorer.parts.charts import grid
from taxonomy import Knowledge
from taxonomy.measured import Measured


def measured_results(results: Sequence[Measured], known: Knowledge, *, key: str) -> None:
    """Draw measured results with the runs behind each."""
    st.caption(
        "Measured on the machine that ran them, at the scale named. A quick run is smaller than the paper's "
        "experiment and is not a reproduction of it; each run's page says how it differs. n/a: nothing to compare "
        "with, as with the deviation of one seed.",
        width=860,
    )
    grid(tables.measured(results, known), key=f"{key}-measured", absent="n/a")
    with st.expander("The runs behind these results", key=f"{key}-runs"):
        for result in results:
            for run in result.runs:
                RUN.link_id(run, run=run, by=result.origin.value)
