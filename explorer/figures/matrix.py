"""Two facets crossed, as marks that can be clicked (a heat map reports no selection)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from math import sqrt

import plotly.graph_objects as go

from explorer.figures import style
from explorer.markup import figure_text
from taxonomy.matrix import Matrix


def matrix_marks(
    crossed: Matrix,
    label: Callable[[str, str], str],
    measured: Collection[tuple[str, str]],
    chosen: tuple[str, str] | None = None,
) -> go.Figure:
    """Return a mark for each cell with studies, or measured: area is studies, the number stands on it.

    ``label`` names a value of an axis. Measured cells are squares of another colour; ``chosen`` has a ring.
    ``customdata`` of a mark is its row and column id.
    """
    cells = [
        (row, column, crossed.counts[i][j])
        for i, row in enumerate(crossed.rows)
        for j, column in enumerate(crossed.columns)
        if crossed.counts[i][j] or (row, column) in measured
    ]
    names = {
        **{("row", row): figure_text(label(crossed.row_axis, row)) for row in crossed.rows},
        **{("column", name): figure_text(label(crossed.column_axis, name)) for name in crossed.columns},
    }
    figure = go.Figure()
    for title, symbol, colour, text, wanted in (
        ("studied, not measured", "circle", style.BLUE, "#ffffff", False),
        ("measured too", "square", style.VERMILLION, "#000000", True),
    ):
        group = [cell for cell in cells if ((cell[0], cell[1]) in measured) is wanted]
        figure.add_trace(
            go.Scatter(
                x=[names["column", column] for _, column, _ in group],
                y=[names["row", row] for row, _, _ in group],
                mode="markers+text",
                name=title,
                text=[str(count) for _, _, count in group],
                textfont={"color": text, "size": 11},
                marker={
                    "symbol": symbol,
                    "color": colour,
                    "opacity": 1,
                    "size": [17 + 6 * sqrt(count) for _, _, count in group],
                    "line": {
                        "color": style.ORANGE,
                        "width": [3 if (row, column) == chosen else 0 for row, column, _ in group],
                    },
                },
                customdata=[[row, column] for row, column, _ in group],
                hovertemplate="%{y} \N{MULTIPLICATION SIGN} %{x}<br>studies: %{text}<extra></extra>",
                showlegend=bool(group),
            )
        )
    figure.update_xaxes(
        side="top",
        tickangle=-45,
        automargin=True,
        categoryorder="array",
        categoryarray=[names["column", column] for column in crossed.columns],
        gridcolor=style.FAINT,
        showgrid=True,
    )
    figure.update_yaxes(
        automargin=True,
        categoryorder="array",
        categoryarray=[names["row", row] for row in reversed(crossed.rows)],
        gridcolor=style.FAINT,
        showgrid=True,
    )
    return style.layout(
        figure,
        height=190 + 32 * len(crossed.rows),
        legend={"orientation": "h", "y": -0.01, "yanchor": "top", "x": 0, "title": None},
        clickmode="event+select",
    )
