"""A run's training loss."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from explorer.figures import style


def loss_curve(points: Sequence[tuple[int, float]]) -> go.Figure:
    """Return the mean loss since the previous point, by optimisation step."""
    figure = go.Figure(
        go.Scatter(
            x=[step for step, _ in points],
            y=[loss for _, loss in points],
            mode="lines+markers",
            line={"color": style.BLUE, "width": 2},
            marker={"size": 5},
            hovertemplate="step %{x}: %{y:.4f}<extra></extra>",
        )
    )
    figure.update_xaxes(title="step", rangemode="tozero", zeroline=False)
    figure.update_yaxes(title="training loss", zeroline=False)
    return style.layout(figure, height=280)
