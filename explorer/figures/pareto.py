"""Effect against cost: methods with both intervals, and the best effect to be had for a cost with its band."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from explorer.figures import style
from explorer.markup import figure_text
from taxonomy.answers.frontier import AXES, Frontier, Point, Step

PLACES = ("top center", "bottom center", "middle right", "middle left")  # of names, in turn, so that fewer meet
BAND = "rgba(0, 158, 115, 0.16)"


def pareto(found: Frontier) -> go.Figure:
    """Return the frontier. A filled diamond is on it, an open circle is not; what has no known cost is not drawn.

    The line is the median over draws of the best effect for at most this cost, the band holds 95 % of them.
    """
    axis, figure = AXES[found.axis], go.Figure()
    if found.steps:
        _band(figure, found.steps)
    for title, symbol, colour, wanted in (
        ("on the frontier", "diamond", style.GREEN, True),
        ("not on the frontier", "circle-open", style.BLUE, False),
    ):
        figure.add_trace(
            _points(title, symbol, colour, [point for point in found.points if point.on_frontier is wanted], axis.unit)
        )
    figure.add_hline(y=0, line={"color": style.NEUTRAL, "width": 1, "dash": "dot"})
    figure.update_xaxes(title=f"{axis.title}, {axis.unit} (logarithmic)", type="log", zeroline=False)
    figure.update_yaxes(title="points against full fine-tuning (95 % interval)", zeroline=False)
    return style.layout(
        figure,
        height=560,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "title": None},
        hovermode="closest",
        clickmode="event+select",
    )


def _band(figure: go.Figure, steps: Sequence[Step]) -> None:
    costs = [step.cost for step in steps]
    shape = {"shape": "hv"}
    figure.add_trace(
        go.Scatter(
            x=costs, y=[step.high for step in steps], mode="lines", line={"width": 0, **shape}, hoverinfo="skip",
            showlegend=False,
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=costs, y=[step.low for step in steps], mode="lines", line={"width": 0, **shape}, fill="tonexty",
            fillcolor=BAND, hoverinfo="skip", name="best effect for at most this cost, 95 % of draws",
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=costs, y=[step.middle for step in steps], mode="lines", name="its median",
            line={"color": style.GREEN, "width": 2, **shape}, hoverinfo="skip",
        )
    )  # fmt: skip


def _points(title: str, symbol: str, colour: str, points: Sequence[Point], unit: str) -> go.Scatter:
    return go.Scatter(
        x=[point.price.middle for point in points],
        y=[point.estimate.points for point in points],
        mode="markers+text",
        name=title,
        text=[figure_text(point.label) for point in points],
        textposition=[PLACES[place % len(PLACES)] for place in range(len(points))],
        textfont={"size": 11},
        cliponaxis=False,
        selected={"marker": {"size": 20, "opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        marker={"size": 12, "symbol": symbol, "color": colour, "line": {"width": 2}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [point.price.high - point.price.middle for point in points],
            "arrayminus": [point.price.middle - point.price.low for point in points],
            "color": style.FAINT if symbol.endswith("open") else colour,
            "thickness": 1.5,
            "width": 3,
        },
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [point.estimate.high - point.estimate.points for point in points],
            "arrayminus": [point.estimate.points - point.estimate.low for point in points],
            "color": style.FAINT if symbol.endswith("open") else colour,
            "thickness": 1.5,
            "width": 3,
        },
        customdata=[
            [point.method, point.price.low, point.price.high, "estimated" if point.price.estimated else "as known",
             point.estimate.low, point.estimate.high, 100 * point.share]
            for point in points
        ],
        hovertemplate="%{text}<br>%{y:+.2f} points (%{customdata[4]:+.2f} to %{customdata[5]:+.2f})<br>"
        f"%{{x:.3g}} {unit} (%{{customdata[1]:.3g}} to %{{customdata[2]:.3g}}, %{{customdata[3]}})<br>"
        "on the frontier in %{customdata[6]:.0f} % of draws<extra></extra>",
        showlegend=bool(points),
    )  # fmt: skip
