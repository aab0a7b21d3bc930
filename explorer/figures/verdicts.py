"""How many claims have which verdict, by the evidence that was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import plotly.graph_objects as go

from explorer.figures import style
from taxonomy.answers.outcomes import Verdict

LOOKS = {
    Verdict.CONSISTENT: (style.BLUE, ""),
    Verdict.CONSISTENT_DIRECTION: (style.SKY, ""),
    Verdict.CONSISTENT_SMALL: (style.SKY, "/"),
    Verdict.INCONCLUSIVE: (style.NEUTRAL, ""),
    Verdict.INCONSISTENT_SMALL: (style.ORANGE, "/"),
    Verdict.INCONSISTENT_DIRECTION: (style.ORANGE, ""),
    Verdict.INCONSISTENT: (style.VERMILLION, "x"),
    Verdict.NOT_COMPARABLE: (style.PURPLE, "."),
    Verdict.NOT_ATTEMPTED: ("#c9ccd0", "-"),
}
"""Colour and pattern of each verdict, in the order in which the bars have them."""


def verdict_bars(counts: Mapping[str, Counter[Verdict]]) -> go.Figure:
    """Return a bar for each kind of evidence, in parts of verdicts; each part has its number, colour and pattern."""
    figure = go.Figure()
    rows = list(counts)
    for verdict, (colour, pattern) in LOOKS.items():
        values = [counts[row][verdict] for row in rows]
        if not any(values):
            continue
        figure.add_trace(
            go.Bar(
                x=values,
                y=rows,
                orientation="h",
                name=verdict.value,
                text=[str(value) if value else "" for value in values],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                marker={
                    "color": colour,
                    "pattern": {
                        "shape": pattern,
                        "fillmode": "overlay",
                        "fgcolor": "#ffffff",
                        "fgopacity": 0.35,
                        "size": 7,
                    },
                    "line": {"width": 1, "color": "rgba(250, 249, 246, 0.85)"},
                },
                hovertemplate=f"%{{y}}: %{{x}} {verdict.value}<extra></extra>",
            )
        )
    figure.update_xaxes(title="claims", zeroline=False, gridcolor=style.FAINT)
    figure.update_yaxes(autorange="reversed", automargin=True)
    return style.layout(
        figure,
        height=130 + 42 * len(rows),
        barmode="stack",
        bargap=0.35,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "title": None, "traceorder": "normal"},
    )
