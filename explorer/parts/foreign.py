"""Results measured by others, in a block of their own with where they came from."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from corpus.records import ForeignResult
from explorer.markup import plain
from explorer.parts.charts import grid
from explorer.parts.headings import section
from explorer.tables import table

COLUMNS = (
    "method", "model", "score", "value", "lowest", "highest", "better", "measured by", "experiment", "measured at",
    "trained parameters", "training, s", "peak memory, GB", "missing in the file", "result",
)  # fmt: skip


def foreign_table(results: Sequence[ForeignResult]) -> pd.DataFrame:
    """Return a row for each score, in the words and on the scale of its file."""
    return table(
        (
            {
                "method": result.method_in_source,
                "model": result.model_in_source,
                "score": score.called,
                "value": score.value,
                "lowest": score.lowest,
                "highest": score.highest,
                "better": score.better,
                "measured by": result.measured_by,
                "experiment": result.experiment,
                "measured at": result.measured_at,
                "trained parameters": result.num_trainable_params,
                "training, s": result.train_time,
                "peak memory, GB": None
                if result.accelerator_memory_max is None
                else result.accelerator_memory_max / 1e9,
                "missing in the file": "; ".join(result.missing) or "nothing",
                "result": result.id,
            }
            for result in results
            for score in result.scores
        ),
        COLUMNS,
    )


def measured_by_others(results: Sequence[ForeignResult], key: str) -> None:
    """Draw the block; nothing where there are none."""
    if not results:
        return
    section(
        "Measured by others",
        "You imported these. They were measured by others, with other code, data and settings; they are in no effect "
        "and no suggestion, and are not to be compared with the numbers above.",
    )
    grid(foreign_table(results), key=f"{key}-foreign")
    who = ", ".join(dict.fromkeys(result.measured_by for result in results))
    st.caption(plain(f"Measured by: {who}. Names and scales are those of the files."), width=860)
