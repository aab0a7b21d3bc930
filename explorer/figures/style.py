"""Colours and layout that all figures share. Text, grid and background are the page's, light or dark."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.colors import sample_colorscale

# Okabe and Ito's colours, told apart with any colour vision.
BLUE, VERMILLION, GREEN, ORANGE, SKY, PURPLE = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7"
YELLOW = "#F0E442"
NEUTRAL = "#8a8f94"
FAINT = "rgba(128, 134, 140, 0.25)"

# Colours at equal distances. Counts: Cividis without its darkest and brightest ends.
COUNTS = sample_colorscale("Cividis", [0.1 + 0.72 * step / 8 for step in range(9)])
DIVERGING = ["rgb(213, 94, 0)", "rgb(230, 227, 220)", "rgb(0, 114, 178)"]  # worse, equal, better
NO_VALUE = "rgb(169, 173, 177)"

Scale = list[str]


def layout(figure: go.Figure, *, height: int, **more: Any) -> go.Figure:
    """Give a figure the common margins and no background of its own."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hoverlabel={"align": "left"},
        **more,
    )
    return figure


def colours(values: Sequence[float | None], scale: Scale, low: float, high: float) -> list[str]:
    """Return a colour for each value; NO_VALUE where there is none."""
    span = (high - low) or 1.0
    return [
        NO_VALUE if value is None else sample_colorscale(scale, [min(1.0, max(0.0, (value - low) / span))])[0]
        for value in values
    ]


def readable(colour: str) -> str:
    """Return black or white, whichever is read more easily on ``rgb(r, g, b)`` (WCAG 2.2, relative luminance)."""
    shares = [float(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in shares)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#ffffff"


TITLE_WIDTH = (
    30  # characters of a colour bar's title a line: centred over the bar, a longer one leaves a phone's screen
)


def colour_bar(scale: Scale, low: float, high: float, title: str) -> go.Scatter:
    """Return an invisible trace that carries a colour bar, for traces whose colours are given one by one."""
    return go.Scatter(
        x=[None],
        y=[None],
        mode="markers",
        showlegend=False,
        hoverinfo="skip",
        marker={
            "colorscale": scale,
            "cmin": low,
            "cmax": high,
            "color": [low],
            "showscale": True,
            "colorbar": {
                "title": {"text": "<br>".join(textwrap.wrap(title, TITLE_WIDTH)), "side": "top"},
                "orientation": "h",
                "thickness": 9,
                "len": 0.6,
                "x": 0,
                "xanchor": "left",
                "y": -0.02,
                "yanchor": "top",
                "outlinewidth": 0,
            },
        },
    )
