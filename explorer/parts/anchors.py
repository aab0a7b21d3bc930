"""A chart that marks what was clicked by itself is sent anew only when the choice came from elsewhere.

A figure that depends on its own selection would lose it, and drawing it anew costs a reader's patience. The server
therefore keeps what it knows of the browser's picture: the choice that the figure was sent with, and the choice now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st


@dataclass
class Shown:
    """What the browser shows: what kind of figure, the choice it was sent with, the choice now, figures so far."""

    kind: object
    anchor: Any
    chosen: Any
    sent: int


def shown(key: str, kind: object, chosen: Any) -> Shown:
    """Return what the browser shows; a new figure unless kind and choice are those that it shows already."""
    name = f"{key}-shown"
    last: Shown | None = st.session_state.get(name)
    if last is None or last.kind != kind or last.chosen != chosen:
        last = Shown(kind, chosen, chosen, (last.sent if last else 0) + 1)
        st.session_state[name] = last
    return last


def clicked(key: str, chosen: Any) -> None:
    """Note that the browser shows a choice already, since it was made on the chart."""
    last: Shown | None = st.session_state.get(f"{key}-shown")
    if last is not None:
        last.chosen = chosen


def point(key: str) -> dict[str, Any] | None:
    """Return the mark that was clicked; None while none is."""
    points = st.session_state.get(key, {}).get("selection", {}).get("points", [])
    return points[0] if points else None
