"""The taxonomy as icicle, sunburst or treemap: area is studies, colour is the evidence chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import plotly.graph_objects as go

from explorer.figures import style
from explorer.markup import figure_text
from taxonomy.summaries import NodeSummary


@dataclass(frozen=True)
class Measure:
    """What a colour can stand for: a value of a node, its name, and how it is written on the sector."""

    title: str
    value: Callable[[NodeSummary], float | None]
    text: Callable[[float], str]
    diverging: bool = False
    top: float | None = None  # the scale's upper end; None: the largest value shown


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "studies": Measure("Studies", lambda node: node.studies, lambda value: _counted(value, "study", "studies")),
        "papers": Measure("Papers", lambda node: node.papers, lambda value: _counted(value, "paper")),
        "numbers": Measure("Reported numbers", lambda node: node.reported, lambda value: _counted(value, "number")),
        "runs": Measure("Measured runs", lambda node: node.measured_runs, lambda value: _counted(value, "run")),
        "effect": Measure(
            "Median effect against full fine-tuning, points",
            lambda node: node.effect.median_points,
            lambda value: f"{value:+.1f} points",
            diverging=True,
        ),
        "grade": Measure(
            "Reported numbers read at first hand, %",
            lambda node: node.first_hand_percent,
            lambda value: f"{value:.0f} % at first hand",
            top=100.0,
        ),
        "measured": Measure(
            "Method and task pairs measured here, %",
            lambda node: node.measured_percent,
            lambda value: f"{value:.0f} % measured",
            top=100.0,
        ),
        "spread": Measure(
            "Distance between the papers' median effects, points",
            lambda node: node.spread_points,
            lambda value: f"{value:.1f} points apart",
        ),
        "cautions": Measure(
            "Reported numbers with a caution, %",
            lambda node: node.cautioned_percent,
            lambda value: f"{value:.0f} % with a caution",
            top=100.0,
        ),
    }
)

SHAPES: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"icicle": go.Icicle, "sunburst": go.Sunburst, "treemap": go.Treemap}
)

HEIGHTS: Mapping[str, int] = MappingProxyType({"icicle": 700, "sunburst": 700, "treemap": 600})  # pixels
EDGE = "rgba(250, 249, 246, 0.85)"
TWO_LINES = 34  # pixels that a sector needs for a name and a value


def _counted(value: float, noun: str, several: str | None = None) -> str:
    return f"{value:,.0f} {noun if value == 1 else several or noun + 's'}"


def taxonomy(
    nodes: Sequence[NodeSummary],
    *,
    shape: str = "icicle",
    measure: str = "studies",
    focus: str | None = None,
    chosen: str | None = None,
) -> go.Figure:
    """Return one tree. ``focus``: the node that fills the chart; None is the root. ``chosen`` has a thick edge.

    A sector's area is its placings (``NodeSummary.placings``), so that children fill their parent exactly. Nodes
    without studies have no area.
    """
    shown = MEASURES[measure]
    drawn = [node for node in nodes if node.placings]
    values = [shown.value(node) for node in drawn]
    low, high, scale = _range(shown, [value for node, value in zip(drawn, values, strict=True) if node.depth])
    colours = style.colours(
        [value if node.depth else None for node, value in zip(drawn, values, strict=True)], scale, low, high
    )
    height = HEIGHTS[shape]
    trace = SHAPES[shape](
        ids=[node.node.id for node in drawn],
        labels=[figure_text(node.node.label) for node in drawn],
        parents=[node.node.parent or "" for node in drawn],
        values=[node.placings for node in drawn],
        branchvalues="total",
        level=focus or drawn[0].node.id,
        text=["no value" if value is None else shown.text(value) for value in values],
        texttemplate=[_template(node, shape, node.placings / drawn[0].placings) for node in drawn],
        textfont={"color": [style.readable(colour) for colour in colours]},
        hovertext=[_hover(node) for node in drawn],
        hovertemplate="%{hovertext}<extra></extra>",
        marker={
            "colors": colours,
            "line": {
                "width": [5 if node.node.id == chosen else 1 for node in drawn],
                "color": [style.ORANGE if node.node.id == chosen else EDGE for node in drawn],
            },
        },
        sort=False,
        **_shape_settings(shape),
    )
    figure = go.Figure([trace, style.colour_bar(scale, low, high, shown.title)])
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return style.layout(figure, height=height, uniformtext={"minsize": 9, "mode": "hide"})


def _range(shown: Measure, values: Sequence[float | None]) -> tuple[float, float, style.Scale]:
    present = [value for value in values if value is not None]
    if shown.diverging:
        reach = max((abs(value) for value in present), default=1.0) or 1.0
        return -reach, reach, style.DIVERGING
    return 0.0, shown.top or max(present, default=1.0) or 1.0, style.COUNTS


def _template(node: NodeSummary, shape: str, share: float) -> str:
    """Return whether a sector has room for its value below its name."""
    roomy = node.leaf if shape == "treemap" else share * HEIGHTS[shape] > TWO_LINES
    return "%{label}<br>%{text}" if roomy else "%{label}"


def _hover(node: NodeSummary) -> str:
    effect = node.effect.median_points
    lines = [
        f"<b>{figure_text(node.node.label)}</b>",
        _counted(node.studies, "study", "studies"),
        _counted(node.papers, "paper"),
        _counted(node.reported, "reported number"),
        _counted(node.measured_runs, "measured run"),
        "no comparable pair with full fine-tuning"
        if effect is None
        else f"{effect:+.2f} points against full fine-tuning, {_counted(node.effect.papers, 'paper')}",
    ]
    return "<br>".join(lines)


def _shape_settings(shape: str) -> dict[str, Any]:
    if shape == "sunburst":
        return {"insidetextorientation": "auto", "leaf": {"opacity": 1}}
    if shape == "icicle":
        return {"tiling": {"orientation": "h"}, "pathbar": {"visible": False}, "leaf": {"opacity": 1}}
    return {"tiling": {"pad": 2}, "pathbar": {"visible": False}}
