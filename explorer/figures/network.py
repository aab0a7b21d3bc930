"""The network of papers, methods, models and tasks as marks that can be clicked."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

import plotly.graph_objects as go

from explorer.figures import style
from explorer.markup import figure_text
from taxonomy.network import Kind, Mark, Network

LOOKS = {
    Kind.PAPER: ("Papers", "square", style.NEUTRAL),
    Kind.METHOD: ("Methods", "circle", style.BLUE),
    Kind.MODEL: ("Models", "diamond", style.GREEN),
    Kind.TASK: ("Tasks", "triangle-up", style.VERMILLION),
}
"""Name, shape and colour of each kind."""
LABELLED = 6  # studies from which on a mark has its name beside it; all have it in the hover box


def network_marks(network: Network, chosen: str | None = None) -> go.Figure:
    """Return the network. Size is studies; ``chosen`` has a ring, its links are thick and its neighbours are named."""
    near = network.beside(chosen) if chosen else frozenset()
    where = {mark.id: (mark.x, mark.y) for mark in network.marks}
    pairs = [(first, second) for first, second, _ in network.links]
    figure = go.Figure()
    figure.add_trace(_lines((pair for pair in pairs if chosen not in pair), where, style.FAINT, 1.0))
    figure.add_trace(_lines((pair for pair in pairs if chosen in pair), where, style.ORANGE, 2.0))
    for kind, (title, symbol, colour) in LOOKS.items():
        group = [mark for mark in network.marks if mark.kind is kind]
        figure.add_trace(
            go.Scatter(
                x=[mark.x for mark in group],
                y=[mark.y for mark in group],
                mode="markers+text",
                name=title,
                text=[_beside(mark, near) for mark in group],
                textposition="top center",
                textfont={"size": 11},
                marker={
                    "symbol": symbol,
                    "color": colour,
                    "opacity": [_strength(mark, chosen, near) for mark in group],
                    "size": [7 + 3.2 * sqrt(mark.studies) for mark in group],
                    "line": {"color": style.ORANGE, "width": [4 if mark.id == chosen else 0 for mark in group]},
                },
                customdata=[[mark.id] for mark in group],
                hovertext=[
                    f"{figure_text(mark.name if kind is Kind.PAPER else mark.label)}<br>"
                    f"{figure_text(mark.label) if kind is Kind.PAPER else title[:-1].lower()}<br>"
                    f"{mark.studies} {'study' if mark.studies == 1 else 'studies'}"
                    for mark in group
                ],
                hovertemplate="%{hovertext}<extra></extra>",
                showlegend=bool(group),
            )
        )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return style.layout(
        figure,
        height=680,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "title": None},
        clickmode="event+select",
        hovermode="closest",
    )


def _lines(
    pairs: Iterable[tuple[str, str]], where: dict[str, tuple[float, float]], colour: str, width: float
) -> go.Scatter:
    x: list[float | None] = []
    y: list[float | None] = []
    for first, second in pairs:
        for place in (where[first], where[second], (None, None)):
            x.append(place[0])
            y.append(place[1])
    return go.Scatter(
        x=x, y=y, mode="lines", line={"color": colour, "width": width}, hoverinfo="skip", showlegend=False
    )


def _beside(mark: Mark, near: frozenset[str]) -> str:
    if mark.studies < LABELLED and mark.id not in near:
        return ""
    return figure_text(mark.name if mark.kind is Kind.PAPER else mark.label)


def _strength(mark: Mark, chosen: str | None, near: frozenset[str]) -> float:
    return 1.0 if chosen is None or mark.id == chosen or mark.id in near else 0.3
