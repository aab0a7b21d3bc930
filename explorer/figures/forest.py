"""A forest plot: each source's effect with its interval, and the pooled estimate of each task below its sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import plotly.graph_objects as go

from explorer.figures import style
from explorer.markup import figure_text
from taxonomy.answers.contrasts import Contrast
from taxonomy.answers.forest import Branch, Forest
from taxonomy.answers.pooling import Estimate

ROW = 30  # pixels
LOOKS = (
    ("a paper", False, "circle", style.BLUE),
    ("measured here", True, "square", style.VERMILLION),
)
"""Name, whether measured, shape and colour. Single numbers, which have no interval, are open."""


def forest_plot(found: Forest, label: Callable[[str, str], str]) -> go.Figure:
    """Return a row for each source and architecture, and one for each task's pooled estimate.

    The pooled row is a diamond with its 95 % interval; the thin line is the prediction interval of a new paper. The
    axis holds all effects and intervals; a prediction interval that is longer ends in an arrow.
    """
    figure, rows = go.Figure(), _rows(found, label)
    low, high = _reach(found.branches)
    for title, measured, symbol, colour in LOOKS:
        group = [(name, one) for name, one in rows if isinstance(one, Contrast) and one.measured is measured]
        sure = [(name, one) for name, one in group if one.low is not None and one.high is not None]
        figure.add_trace(_sources(title, symbol, colour, sure))
        figure.add_trace(
            _sources(f"{title}, single numbers", f"{symbol}-open", colour, [pair for pair in group if pair not in sure])
        )
    pooled = [(name, one) for name, one in rows if isinstance(one, Estimate)]
    for place, (name, one) in enumerate(pooled):
        figure.add_trace(_prediction(name, one, low, high, legend=place == 0))
    figure.add_trace(_pooled(pooled))
    figure.add_vline(x=0, line={"color": style.NEUTRAL, "width": 1, "dash": "dot"})
    figure.update_xaxes(
        title="points of 100 against full fine-tuning<br>(positive is better)", zeroline=False, range=[low, high]
    )
    names = [name for name, _ in rows]
    figure.update_yaxes(
        automargin=True, categoryorder="array", categoryarray=names[::-1], range=[-0.7, len(names) - 0.3]
    )
    return style.layout(
        figure,
        height=120 + ROW * len(rows),
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "title": None},
    )


def _rows(found: Forest, label: Callable[[str, str], str]) -> list[tuple[str, Contrast | Estimate]]:
    """Return the rows from the top, each with a name that no other has."""
    rows: list[tuple[str, Contrast | Estimate]] = []
    several = len(found.branches) > 1
    for branch in found.branches:
        task = figure_text(label("tasks", branch.task))
        for one in branch.sources:
            kind = figure_text(f"{one.source}, {label('architectures', one.architecture).lower()}")
            rows.append((f"{task}: {kind}" if several else kind, one))
        if branch.pooled is not None:
            rows.append((f"<b>{task}: pooled</b>" if several else "<b>Pooled</b>", branch.pooled))
    return rows


def _reach(branches: Sequence[Branch]) -> tuple[float, float]:
    ends = [0.0]
    for branch in branches:
        for one in branch.sources:
            ends += [end for end in (one.points, one.low, one.high) if end is not None]
        if branch.pooled is not None:
            ends += [branch.pooled.low, branch.pooled.high]
    margin = 0.08 * (max(ends) - min(ends)) or 1.0
    return min(ends) - margin, max(ends) + margin


def _sources(title: str, symbol: str, colour: str, group: Sequence[tuple[str, Contrast]]) -> go.Scatter:
    """Return one kind of source; its bars are the intervals, and it has none where the first source has none."""
    bars = {
        "type": "data",
        "symmetric": False,
        "array": [one.high - one.points for _, one in group if one.high is not None],
        "arrayminus": [one.points - one.low for _, one in group if one.low is not None],
        "color": colour,
        "thickness": 1.5,
        "width": 4,
    }
    return go.Scatter(
        x=[one.points for _, one in group],
        y=[name for name, _ in group],
        mode="markers",
        name=title,
        marker={"size": 11, "color": colour, "symbol": symbol, "line": {"width": 2 if "open" in symbol else 0}},
        error_x=bars if group and group[0][1].low is not None else None,
        customdata=[[_interval(one), figure_text(", ".join(one.models)), len(one.rows)] for _, one in group],
        hovertemplate="%{y}<br>%{x:+.2f} points, %{customdata[0]}<br>%{customdata[1]}<br>"
        "%{customdata[2]} numbers or runs<extra></extra>",
        showlegend=bool(group),
    )


def _interval(one: Contrast) -> str:
    if one.low is None or one.high is None or one.interval_from is None:
        return "single numbers: no interval can be made"
    return f"95 % interval {one.low:+.2f} to {one.high:+.2f}, from {one.interval_from.value}"


def _prediction(name: str, one: Estimate, low: float, high: float, *, legend: bool) -> go.Scatter:
    inside = 0.012 * (high - low)  # so that an arrow at the edge is seen whole
    ends = (max(one.new_low, low + inside), min(one.new_high, high - inside))
    symbols = [
        "triangle-left" if one.new_low < low else "line-ns",
        "triangle-right" if one.new_high > high else "line-ns",
    ]
    return go.Scatter(
        x=ends,
        y=[name, name],
        mode="lines+markers",
        name="where one new paper may land (95 %)",
        legendgroup="prediction",
        showlegend=legend,
        line={"color": style.NEUTRAL, "width": 1.5},
        marker={"symbol": symbols, "size": 9, "color": style.NEUTRAL, "line": {"width": 1.5, "color": style.NEUTRAL}},
        customdata=[[one.new_low, one.new_high]] * 2,
        hovertemplate="%{y}<br>a new paper: %{customdata[0]:+.1f} to %{customdata[1]:+.1f} points<extra></extra>",
    )


def _pooled(group: Sequence[tuple[str, Estimate]]) -> go.Scatter:
    return go.Scatter(
        x=[one.points for _, one in group],
        y=[name for name, _ in group],
        mode="markers",
        name="pooled over all sources, 95 % interval",
        marker={"size": 14, "symbol": "diamond", "color": style.GREEN},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [one.high - one.points for _, one in group],
            "arrayminus": [one.points - one.low for _, one in group],
            "color": style.GREEN,
            "thickness": 4,
            "width": 0,
        },
        customdata=[[one.low, one.high] for _, one in group],
        hovertemplate="%{y}<br>%{x:+.2f} points, %{customdata[0]:+.2f} to %{customdata[1]:+.2f}<extra></extra>",
        showlegend=bool(group),
    )
