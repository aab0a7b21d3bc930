"""A chart with its words: text for those who do not see it, a caption, and the same values as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from explorer.markup import plain

CONFIG = {"displayModeBar": False, "responsive": True}


def chart(figure: go.Figure, *, alt: str, key: str, twin: pd.DataFrame, caption: str, wide: bool = False) -> None:
    """Draw a chart that is only looked at. A ``wide`` one keeps its width on a narrow screen and scrolls there."""
    with st.container(key=f"{'wide' if wide else 'chart'}-{key}"):
        st.plotly_chart(figure, alt=alt, key=key, config=CONFIG)
    _words(caption, twin, key)


def clickable(
    figure: go.Figure, *, alt: str, key: str, twin: pd.DataFrame, caption: str, wide: bool = False
) -> dict[str, Any] | None:
    """Draw a chart and return the mark that was clicked, None while none is.

    A ``wide`` chart keeps its width on a narrow screen and scrolls in its place.
    """
    with st.container(key=f"{'wide' if wide else 'chart'}-{key}"):
        state = st.plotly_chart(figure, alt=alt, key=key, on_select="rerun", selection_mode="points", config=CONFIG)
    _words(caption, twin, key)
    points = cast("dict[str, Any]", state).get("selection", {}).get("points", [])
    return points[0] if points else None


def words_below(caption: str, twin: Callable[[], pd.DataFrame], key: str) -> None:
    """Draw a chart's caption and the same values as a table, which is made only when it is opened."""
    st.caption(caption, width=860)
    folded = st.expander("The same as a table", key=f"{key}-twin", on_change="rerun")
    if folded.open:
        with folded:
            grid(twin(), key=f"{key}-table")


def _words(caption: str, twin: pd.DataFrame, key: str) -> None:
    st.caption(caption, width=860)
    with st.expander("The same as a table", key=f"{key}-twin"):
        grid(twin, key=f"{key}-table")


def grid(
    frame: pd.DataFrame,
    *,
    key: str,
    columns: dict[str, Any] | None = None,
    height: Any = "auto",
    absent: str = "not reported",
) -> None:
    """Draw a table of values that can be sorted, searched and saved; absent values say so."""
    floats = [name for name in frame.columns if frame[name].dtype.kind == "f"]
    shown = {name: _number(name) for name in floats}
    # A screen reader reads the values themselves, not how they are shown: -0.6 and not -0.6000000000000085.
    read = frame.assign(**{name: frame[name].map(_to_nine_digits, na_action="ignore") for name in floats})
    st.dataframe(
        read,
        key=key,
        hide_index=bool(frame.index.dtype.kind == "i"),
        placeholder=absent,
        column_config={**shown, **(columns or {})},
        height=height,
    )


def prose_table(frame: pd.DataFrame) -> None:
    """Draw a short table of texts, each cell in full and as it is."""
    shown = frame.astype(object).where(frame.notna(), "not reported").map(lambda value: plain(str(value)))
    st.table(shown.rename(columns=plain), hide_index=True)


def _number(name: str) -> Any:
    signed = "points" in name
    return st.column_config.NumberColumn(format="%+.2f" if signed else "%.4g")


def _to_nine_digits(value: float) -> float:
    return float(f"{value:.9g}")
