"""The methods that suit a task as a forest: bands of methods that tie, effects with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import plotly.graph_objects as go

from explorer.figures import style
from explorer.markup import figure_text
from taxonomy.answers.ground import SourceEffect
from taxonomy.answers.suggestions import Suggestion

ROW = 30  # pixels
LABEL = 26  # characters of a line of a method's name: a phone needs the rest for the scale
BAND = "rgba(0, 114, 178, 0.08)"
REACH = 3.0  # how many times the widest interval the scale may go for the sake of single sources
APART = {"reported": -0.26, "measured": 0.26}  # rows: above and below the pooled effect


@dataclass(frozen=True)
class _Mark:
    row: float
    points: float
    name: str
    said: str


def tie_groups(groups: Sequence[Sequence[Suggestion]]) -> go.Figure:
    """Return a row for each method, best group first, in bands of methods that the evidence cannot tell apart.

    A diamond is the pooled effect on its 95 % interval; circles above it are papers, squares below it our experiments.
    Sources beyond the scale are triangles at its edge that say their value. ``customdata`` of a mark begins with the
    method's id.
    """
    rows = [entry for group in groups for entry in group]
    low, high = _scale(rows)
    figure = go.Figure()
    figure.add_trace(
        go.Scatter(
            x=[entry.estimate.points for entry in rows],
            y=list(range(len(rows))),
            mode="markers",
            name="pooled, with 95 % interval",
            marker={"size": 11, "symbol": "diamond", "color": style.BLUE},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [entry.estimate.high - entry.estimate.points for entry in rows],
                "arrayminus": [entry.estimate.points - entry.estimate.low for entry in rows],
                "color": style.BLUE,
                "thickness": 2,
            },
            customdata=[
                [
                    entry.method,
                    figure_text(entry.label),
                    f"{entry.estimate.low:+.2f} to {entry.estimate.high:+.2f}",
                    f"{entry.estimate.new_low:+.1f} to {entry.estimate.new_high:+.1f}",
                    entry.grade.word,
                ]
                for entry in rows
            ],
            hovertemplate="%{customdata[1]}: %{x:+.2f} points<br>95 % interval %{customdata[2]}<br>"
            "a new paper may find %{customdata[3]}<br>evidence: %{customdata[4]}<extra></extra>",
        )
    )
    _sources(figure, rows, "reported", "reported by a paper", "circle-open", style.VERMILLION, low, high)
    _sources(figure, rows, "measured", "measured here", "square", style.GREEN, low, high)
    _bands(figure, groups)
    figure.add_vline(x=0, line={"color": style.NEUTRAL, "width": 1, "dash": "dot"})
    figure.update_xaxes(
        title="points against full fine-tuning",
        range=[low, high],
        zeroline=False,
        gridcolor=style.FAINT,
    )
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=["<br>".join(figure_text(line) for line in wrap(entry.label, LABEL)) for entry in rows],
        range=[len(rows) - 0.4, -0.6],
        automargin=True,
        showgrid=False,
        zeroline=False,
    )
    figure = style.layout(
        figure,
        height=120 + ROW * len(rows),
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "title": None},
        clickmode="event+select",
    )
    return figure.update_layout(margin_r=48)  # room for the groups' names


def _scale(rows: Sequence[Suggestion]) -> tuple[float, float]:
    """Return the ends of the scale: all intervals, and single sources as far as REACH allows."""
    ends = [value for entry in rows for value in (entry.estimate.low, entry.estimate.high, 0.0)]
    reach = REACH * max((abs(value) for value in ends), default=1.0)
    single = [effect.points for entry in rows for effect in (*entry.direct.reported, *entry.direct.measured)]
    inside = [value for value in single if abs(value) <= reach]
    low, high = min([*ends, *inside]), max([*ends, *inside])
    margin = 0.06 * (high - low or 1.0)
    return low - margin, high + margin


def _sources(
    figure: go.Figure,
    rows: Sequence[Suggestion],
    kind: str,
    title: str,
    symbol: str,
    colour: str,
    low: float,
    high: float,
) -> None:
    marks, symbols, methods = [], [], []
    for row, entry in enumerate(rows):
        found: Sequence[SourceEffect] = getattr(entry.direct, kind)
        for effect in found:
            at = min(max(effect.points, low), high)
            marks.append(_Mark(row + APART[kind], at, effect.source, f"{effect.points:+.2f} points"))
            beyond = "triangle-right" if effect.points > high else "triangle-left" if effect.points < low else symbol
            symbols.append(beyond)
            methods.append(entry)
    if not marks:
        return
    figure.add_trace(
        go.Scatter(
            x=[mark.points for mark in marks],
            y=[mark.row for mark in marks],
            mode="markers",
            name=title,
            cliponaxis=False,
            marker={"size": 8, "symbol": symbols, "color": colour, "line": {"width": 2}},
            customdata=[
                [entry.method, figure_text(entry.label), figure_text(mark.name), mark.said]
                for entry, mark in zip(methods, marks, strict=True)
            ],
            hovertemplate=f"%{{customdata[1]}}, {title}<br>%{{customdata[2]}}: %{{customdata[3]}}<extra></extra>",
        )
    )


def _bands(figure: go.Figure, groups: Sequence[Sequence[Suggestion]]) -> None:
    """Shade every other group and write its number at the right, so that bands are told apart without colour."""
    first = 0
    for number, group in enumerate(groups, 1):
        last = first + len(group) - 1
        if number % 2:
            figure.add_hrect(y0=first - 0.5, y1=last + 0.5, fillcolor=BAND, line_width=0, layer="below")
        figure.add_annotation(
            x=1, xref="paper", xanchor="left", y=(first + last) / 2, yanchor="middle", showarrow=False,
            text=f"group<br>{number}", font={"size": 12},
        )  # fmt: skip
        first = last + 1
