"""Effects against full fine-tuning, paper by paper."""

from __future__ import annotations

import plotly.graph_objects as go

from explorer.figures import style
from explorer.markup import figure_text
from taxonomy.effects import Effect

CHARACTER = 8  # pixels of a row's name


def effect_by_paper(effect: Effect, names: dict[str, str]) -> go.Figure:
    """Return one row a paper: the median of its differences in points, on the range from lowest to highest.

    ``names`` says what a paper is called. The range is over numbers as reported; it is not an interval.
    """
    entries = sorted(effect.by_paper, key=lambda entry: entry.median_points)
    rows = [figure_text(names.get(entry.paper, entry.paper)) for entry in entries]
    ends: list[float | None] = []
    places: list[str | None] = []
    for row, entry in zip(rows, entries, strict=True):
        ends += [entry.lowest_points, entry.highest_points, None]
        places += [row, row, None]
    ranges = go.Scatter(
        x=ends,
        y=places,
        mode="lines",
        line={"color": style.NEUTRAL, "width": 3},
        hoverinfo="skip",
        showlegend=False,
    )
    marks = go.Scatter(
        x=[entry.median_points for entry in entries],
        y=rows,
        mode="markers+text",
        text=[f"{entry.median_points:+.1f}" for entry in entries],
        textposition="top center",
        cliponaxis=False,
        marker={
            "size": 11,
            "symbol": ["circle" if entry.median_points >= 0 else "diamond" for entry in entries],
            "color": [style.BLUE if entry.median_points >= 0 else style.VERMILLION for entry in entries],
        },
        customdata=[[entry.numbers, entry.lowest_points, entry.highest_points] for entry in entries],
        hovertemplate="%{y}<br>median %{x:+.2f} points over %{customdata[0]} numbers<br>"
        "from %{customdata[1]:+.2f} to %{customdata[2]:+.2f}<extra></extra>",
        showlegend=False,
    )
    zero = {
        "type": "line", "xref": "x", "yref": "y domain", "x0": 0, "x1": 0, "y0": 0, "y1": 1,
        "line": {"color": style.NEUTRAL, "width": 1, "dash": "dot"},
    }  # fmt: skip
    figure = go.Figure([ranges, marks])
    figure.update_xaxes(title="points against full fine-tuning<br>(positive is better)", zeroline=False)
    # Margins that plotly finds by itself cost a click as much as the rest of the drawing.
    figure.update_xaxes(automargin=False)
    figure.update_yaxes(automargin=False)
    style.layout(figure, height=96 + 46 * len(entries), shapes=[zero])
    return figure.update_layout(margin={"l": 20 + CHARACTER * max(map(len, rows), default=0), "b": 60})
