"""The PRISMA 2020 flow as a figure: boxes from top to bottom, what is left out at their side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import plotly.graph_objects as go

from corpus.screening import Flow
from explorer.figures import style
from explorer.markup import figure_text
from explorer.texts_review import box_count

WIDE, GAP = 1.0, 0.14  # of a box and of the space beside it, in the figure's own units
SPACE, LINE = 1.3, 20  # between two boxes, in lines of text; of a line, in pixels


@dataclass(frozen=True)
class Box:
    """One box: its column (0 or 1), its row, its lines."""

    column: int
    row: int
    lines: tuple[str, ...]


def boxes(flow: Flow) -> tuple[Box, ...]:
    """Return the boxes with their counts."""

    def counted(name: str, what: str) -> str:
        return f"{what} (n = {box_count(flow, name)})"

    sources = tuple(f"{figure_text(name)}: {number:,}" for name, number in list(flow.identified_by_source.items())[:3])
    reasons = tuple(f"{figure_text(name)}: {number:,}" for name, number in list(flow.excluded_by_reason.items())[:3])
    more = (f"and {len(flow.excluded_by_reason) - 3} more reasons",) if len(flow.excluded_by_reason) > 3 else ()
    return (
        Box(0, 0, (counted("previous_studies", "Studies in the previous version"),)),
        Box(0, 1, (counted("identified", "Records identified"), *sources)),
        Box(
            1,
            1,
            (
                "Removed before screening:",
                counted("duplicates_removed", "duplicates"),
                counted("automation_removed", "by automation tools"),
                counted("other_removed", "for other reasons"),
            ),
        ),
        Box(0, 2, (counted("screened", "Records screened"),)),
        Box(1, 2, (counted("excluded", "Records excluded"),)),
        Box(0, 3, (counted("sought", "Reports sought for retrieval"),)),
        Box(1, 3, (counted("not_retrieved", "Reports not retrieved"),)),
        Box(0, 4, (counted("assessed", "Reports assessed in full text"),)),
        Box(1, 4, (counted("excluded_full_text", "Reports excluded"), *reasons, *more)),
        Box(0, 5, (counted("included", "New studies included"),)),
        Box(0, 6, (counted("total_studies", "Studies in the review"),)),
    )


def flow_figure(flow: Flow) -> go.Figure:
    """Return the flow. Nothing in it can be clicked; its counts stand in a table beside it."""
    figure = go.Figure()
    found = boxes(flow)
    middles = _middles(found)
    for box in found:
        left, middle, half = box.column * (WIDE + GAP), middles[box.row], _half(box)
        figure.add_shape(
            type="rect",
            x0=left,
            x1=left + WIDE,
            y0=middle - half,
            y1=middle + half,
            line={"color": style.BLUE if box.column == 0 else style.NEUTRAL, "width": 1.5},
            layer="below",
        )
        if box.column:
            _arrow(figure, (WIDE, middle), (WIDE + GAP, middle))
    for upper, lower in pairwise(box for box in found if box.column == 0):
        _arrow(
            figure,
            (WIDE / 2, middles[upper.row] - _half(upper)),
            (WIDE / 2, middles[lower.row] + _half(lower)),
        )
    figure.add_trace(
        go.Scatter(
            x=[box.column * (WIDE + GAP) + WIDE / 2 for box in found],
            y=[middles[box.row] for box in found],
            text=["<br>".join(box.lines) for box in found],
            mode="text",
            textfont={"size": 13},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    lowest = min(middles.values()) - 1.2
    figure.update_xaxes(visible=False, range=[-0.02, 2 * WIDE + GAP + 0.02], fixedrange=True)
    figure.update_yaxes(visible=False, range=[lowest, 1.2], fixedrange=True)
    return style.layout(figure, height=round(LINE * (1.2 - lowest)))


def _half(box: Box) -> float:
    """Return half of a box's height, in lines of text."""
    return 0.5 * len(box.lines) + 0.45


def _middles(found: Sequence[Box]) -> dict[int, float]:
    """Return where the middle of each row stands, the first at 0, in lines of text."""
    half = {row: max(_half(box) for box in found if box.row == row) for row in {box.row for box in found}}
    middles, last = {0: 0.0}, 0
    for row in sorted(half)[1:]:
        middles[row] = middles[last] - half[last] - SPACE - half[row]
        last = row
    return middles


def _arrow(figure: go.Figure, begin: tuple[float, float], end: tuple[float, float]) -> None:
    figure.add_annotation(
        x=end[0], y=end[1], ax=begin[0], ay=begin[1], xref="x", yref="y", axref="x", ayref="y", text="",
        showarrow=True, arrowhead=2, arrowwidth=1.5, arrowcolor=style.NEUTRAL,
    )  # fmt: skip


def in_words(flow: Flow) -> str:
    """Return the flow as one sentence, for those who do not see it."""
    return (
        f"Flow of the screening: {box_count(flow, 'identified')} records identified, "
        f"{box_count(flow, 'duplicates_removed')} duplicates removed, {box_count(flow, 'screened')} screened, "
        f"{box_count(flow, 'excluded')} excluded, {box_count(flow, 'assessed')} assessed in full text, "
        f"{box_count(flow, 'included')} included beside {box_count(flow, 'previous_studies')} earlier studies."
    )
