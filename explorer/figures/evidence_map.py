"""Methods by tasks as marks to click: size is papers, colour the evidence chosen, shape what stands there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType

import plotly.graph_objects as go

from explorer.figures import style
from explorer.markup import figure_text
from taxonomy.answers.evidence_map import EvidenceMap, Square
from taxonomy.answers.gaps import GapKind

SHAPES: Mapping[GapKind, tuple[str, str]] = MappingProxyType(
    {
        GapKind.STUDIED_AND_MEASURED: ("studied and measured here", "square"),
        GapKind.STUDIED_ONLY: ("studied, not measured here", "circle"),
        GapKind.MEASURED_ONLY: ("measured here only", "diamond"),
        GapKind.WITHOUT_BASELINE: ("gap: numbers without full fine-tuning beside them", "circle-open"),
        GapKind.RUNNABLE: ("gap: nobody tried it, can be run here", "square-open"),
        GapKind.UNSUPPORTED: ("gap: nobody tried it, cannot be run here yet", "x-thin-open"),
    }
)
"""What a kind is called in the legend, and its shape: filled where there is evidence, open where there is a gap."""
GAPS = (GapKind.WITHOUT_BASELINE, GapKind.RUNNABLE, GapKind.UNSUPPORTED)
OPEN = MappingProxyType(
    {GapKind.WITHOUT_BASELINE: style.PURPLE, GapKind.RUNNABLE: style.ORANGE, GapKind.UNSUPPORTED: style.NEUTRAL}
)
CHOSEN = 46  # pixels of the chosen mark
LEAST, EACH = 21, 5.5  # pixels of a mark, and for the root of its papers


@dataclass(frozen=True)
class Shade:
    """What colour stands for."""

    title: str
    value: Callable[[Square], float | None]
    text: Callable[[float], str]


SHADES: Mapping[str, Shade] = MappingProxyType(
    {
        "effect": Shade(
            "Median effect against full fine-tuning, points",
            lambda one: one.effect.median_points,
            lambda value: f"{value:+.1f}",
        ),
        "grade": Shade(
            "Numbers read at first hand, %", lambda one: one.first_hand_percent, lambda value: f"{value:.0f}"
        ),
    }
)


def evidence_marks(
    found: EvidenceMap,
    label: Callable[[str, str], str],
    *,
    shade: str = "effect",
    kinds: Sequence[GapKind] = tuple(GapKind),
    chosen: tuple[str, str] | None = None,
) -> go.Figure:
    """Return the map with the kinds asked for. ``label`` names a term of a kind; ``chosen`` stands out.

    ``customdata`` of a mark is its method and task. On a mark stands the value of its colour.
    """
    shown, marks = SHADES[shade], [one for one in found.squares if one.kind in kinds]
    low, high, scale = _range(shade, [shown.value(one) for one in marks])
    methods = [name for name in found.methods if any(one.method == name for one in marks)]
    tasks = [name for name in found.tasks if any(one.task == name for one in marks)]
    rows = {name: figure_text(label("methods", name)) for name in methods}
    columns = {name: figure_text(label("tasks", name)) for name in tasks}
    figure = go.Figure()
    for kind, (title, symbol) in SHAPES.items():
        group = [one for one in marks if one.kind is kind]
        values = [shown.value(one) for one in group]
        fills = style.colours(values, scale, low, high)
        picked = [place for place, one in enumerate(group) if (one.method, one.task) == chosen]
        figure.add_trace(
            go.Scatter(
                x=[columns[one.task] for one in group],
                y=[rows[one.method] for one in group],
                mode="markers" if kind in GAPS else "markers+text",
                name=title,
                text=["" if value is None else shown.text(value) for value in values],
                textfont={"size": 10, "color": [style.readable(fill) for fill in fills]},
                marker={
                    "symbol": symbol,
                    "color": OPEN.get(kind) or fills,
                    "opacity": 1,
                    "size": [_size(one) for one in group],
                    "line": {"width": 2 if kind in GAPS else 0},
                },
                selectedpoints=None if chosen is None else picked,
                selected={
                    "marker": {"opacity": 1, "size": CHOSEN, "color": style.YELLOW},
                    "textfont": {"color": "#000000"},
                },
                unselected={"marker": {"opacity": 1}},
                customdata=[[one.method, one.task, *_hover(one)] for one in group],
                hovertemplate="%{y} \N{MULTIPLICATION SIGN} %{x}<br>%{customdata[2]}<br>%{customdata[3]}"
                "<extra></extra>",
                showlegend=bool(group),
            )
        )
    figure.add_trace(style.colour_bar(scale, low, high, shown.title))
    order = {"automargin": True, "categoryorder": "array", "showgrid": True, "gridcolor": style.FAINT}
    figure.update_xaxes(side="top", tickangle=-45, categoryarray=[columns[name] for name in tasks], **order)
    figure.update_yaxes(categoryarray=[rows[name] for name in reversed(methods)], **order)
    return style.layout(
        figure,
        height=300 + 31 * len(methods),
        legend={"orientation": "h", "y": -0.1, "yanchor": "top", "x": 0, "title": None},
        clickmode="event+select",
    )


def _size(one: Square) -> float:
    return 8.0 if one.kind is GapKind.UNSUPPORTED else LEAST + EACH * sqrt(len(one.papers))


def _range(shade: str, values: Sequence[float | None]) -> tuple[float, float, style.Scale]:
    if shade == "grade":
        return 0.0, 100.0, style.COUNTS
    reach = max((abs(value) for value in values if value is not None), default=1.0) or 1.0
    return -min(reach, 10.0), min(reach, 10.0), style.DIVERGING


def _hover(one: Square) -> tuple[str, str]:
    effect = one.effect.median_points
    there = [
        figure_text(one.kind.value),
        f"{len(one.papers)} papers, {one.numbers} numbers, {len(one.runs)} runs",
    ]
    if one.offers:
        name, offer = one.offers[0]
        cost = "time not known yet" if offer.minutes is None else f"about {offer.minutes:.0f} min"
        memory = "" if offer.memory_gb is None else f", {offer.memory_gb:.1f} GB"
        return "; ".join(there), f"can be run here ({figure_text(name)}): {cost}{memory}"
    if effect is None:
        return "; ".join(there), "no comparable pair with full fine-tuning"
    return "; ".join(there), f"{effect:+.2f} points against full fine-tuning"
