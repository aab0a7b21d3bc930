"""What runs report while they train: loss, validation scores, and tokens a second, by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from explorer.figures import style
from explorer.markup import figure_text

LOOKS = (
    (style.BLUE, "solid", "circle"),
    (style.VERMILLION, "dash", "square"),
    (style.GREEN, "dot", "diamond"),
    (style.PURPLE, "dashdot", "triangle-up"),
    (style.ORANGE, "longdash", "cross"),
    (style.SKY, "longdashdot", "x"),
)
"""Colour, line and mark of each run: told apart without colour."""


def loss_curve(points: Sequence[tuple[int, float]]) -> go.Figure:
    """Return the mean loss since the previous point, by optimisation step."""
    return _by_step({"training loss": points}, "training loss", height=280, legend=False)


def validation_curve(points: Sequence[tuple[int, float]], metric: str) -> go.Figure:
    """Return the score on validation data, on the metric's scale, by optimisation step."""
    return _by_step({f"{metric}, validation": points}, metric, height=240, legend=False)


def speed_curve(points: Sequence[tuple[int, float]]) -> go.Figure:
    """Return the real tokens a second since the previous point, by optimisation step."""
    figure = _by_step({"tokens a second": points}, "tokens a second", height=220, legend=False)
    figure.update_yaxes(rangemode="tozero")
    return figure


def loss_curves(runs: Mapping[str, Sequence[tuple[int, float]]]) -> go.Figure:
    """Return the losses of several runs over each other, each with a line and a mark of its own."""
    return _by_step(runs, "training loss", height=340, legend=True)


def _by_step(series: Mapping[str, Sequence[tuple[int, float]]], title: str, *, height: int, legend: bool) -> go.Figure:
    figure = go.Figure()
    for number, (name, points) in enumerate(series.items()):
        colour, dash, symbol = LOOKS[number % len(LOOKS)]
        figure.add_trace(
            go.Scatter(
                x=[step for step, _ in points],
                y=[value for _, value in points],
                mode="lines+markers",
                name=figure_text(name),
                line={"color": colour, "width": 2, "dash": dash},
                marker={"size": 6, "symbol": symbol},
                hovertemplate=f"{figure_text(name)}, step %{{x}}: %{{y:.4g}}<extra></extra>",
                showlegend=legend,
            )
        )
    figure.update_xaxes(title="step", rangemode="tozero", zeroline=False, gridcolor=style.FAINT)
    figure.update_yaxes(title=title, zeroline=False, gridcolor=style.FAINT)
    return style.layout(
        figure, height=height, legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "title": None}
    )
