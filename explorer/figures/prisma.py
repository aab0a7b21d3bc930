"""The PRISMA 2020 flow as a figure: boxes from top to bottom, what is left out at their side."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from corpus.screening import Flow
from explorer.figures import style
from explorer.markup import figure_text
from explorer.texts_review import box_count

WIDE, GAP, TALL = 1.0, 0.14, 0.62  # of a box and of the space beside it, in the figure's own units


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
    for box in found:
        left, top = box.column * (WIDE + GAP), -float(box.row)
        figure.add_shape(
            type="rect",
            x0=left,
            x1=left + WIDE,
            y0=top - TALL / 2,
            y1=top + TALL / 2,
            line={"color": style.BLUE if box.column == 0 else style.NEUTRAL, "width": 1.5},
            fillcolor=style.FAINT if box.column == 0 else "rgba(0,0,0,0)",
        )
        figure.add_annotation(
            x=left + WIDE / 2, y=top, text="<br>".join(box.lines), showarrow=False, align="center", font={"size": 13}
        )
    for box in found:
        if box.column:
            _arrow(figure, (WIDE, -float(box.row)), (WIDE + GAP, -float(box.row)))
        elif box.row:
            _arrow(figure, (WIDE / 2, 1 - box.row - TALL / 2), (WIDE / 2, -box.row + TALL / 2))
    figure.update_xaxes(visible=False, range=[-0.02, 2 * WIDE + GAP + 0.02], fixedrange=True)
    figure.update_yaxes(visible=False, range=[-6.45, 0.45], fixedrange=True)
    return style.layout(figure, height=760)


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
