"""Reported and measured scores on one metric's own scale, clearly apart."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go

from corpus.records import ReportedResult
from explorer.figures import style
from explorer.formats import SCALES, learns
from explorer.markup import figure_text
from taxonomy.beside import Beside
from taxonomy.vocabulary import Vocabulary


def reported_and_measured(group: Beside, words: Vocabulary) -> go.Figure:
    """Return one row for each paper, model and method that report, and one for each measured method.

    Reported scores are circles. A measured mean is a diamond on the range over seeds, with the untuned model as
    a cross and full fine-tuning as an open square on the same row.
    """
    metric = words.metric[group.metric]
    figure = go.Figure()
    reported = [(_reported_name(row, words), row.value) for row in group.reported]
    figure.add_trace(
        go.Scatter(
            x=[value for _, value in reported],
            y=[name for name, _ in reported],
            mode="markers",
            name="reported by a paper",
            marker={"size": 9, "color": style.BLUE, "opacity": 0.75, "symbol": "circle"},
            customdata=[
                [row.id, f"{row.printed_value:g} {figure_text(row.printed_unit)}", figure_text(row.setting or "")]
                for row in group.reported
            ],
            hovertemplate="%{y}<br>%{x:.4g}, printed as %{customdata[1]} (%{customdata[0]})<br>%{customdata[2]}"
            "<extra></extra>",
        )
    )
    if group.measured:
        _add_measured(figure, group, lambda name: words.label("methods", name), words)
    figure.update_xaxes(title=f"{figure_text(metric.label)}, {SCALES[metric.scale]}", zeroline=False)
    order = list(dict.fromkeys([*(name for name, _ in reversed(reported)), *reversed(_measured_names(group, words))]))
    figure.update_yaxes(automargin=True, categoryorder="array", categoryarray=order)
    rows = len(order)
    return style.layout(
        figure,
        height=min(1200, 130 + 26 * rows),
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "title": None},
    )


def _add_measured(figure: go.Figure, group: Beside, label: Callable[[str], str], words: Vocabulary) -> None:
    names = _measured_names(group, words)
    results = group.measured
    figure.add_trace(
        go.Scatter(
            x=[result.mean for result in results],
            y=names,
            mode="markers",
            name="measured: mean and range over seeds",
            marker={"size": 12, "color": style.VERMILLION, "symbol": "diamond"},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [result.highest - result.mean for result in results],
                "arrayminus": [result.mean - result.lowest for result in results],
                "color": style.VERMILLION,
            },
            customdata=[[len(result.seeds), result.scale.value, result.items] for result in results],
            hovertemplate="%{y}<br>mean %{x:.4f} over %{customdata[0]} seeds, %{customdata[1]} scale, "
            "%{customdata[2]:,} items<extra></extra>",
        )
    )
    for title, symbol, values in (
        ("untuned, measured", "x-thin-open", [result.untuned for result in results]),
        ("full fine-tuning, measured", "square-open", [result.full_finetuning for result in results]),
    ):
        known = [(value, name) for value, name in zip(values, names, strict=True) if value is not None]
        figure.add_trace(
            go.Scatter(
                x=[value for value, _ in known],
                y=[name for _, name in known],
                mode="markers",
                name=title,
                marker={"size": 11, "color": style.GREEN, "symbol": symbol, "line": {"width": 2}},
                hovertemplate=f"{title}: %{{x:.4f}}<extra></extra>",
            )
        )


def _reported_name(row: ReportedResult, words: Vocabulary) -> str:
    method = words.label("methods", row.method) if row.method else row.method_in_source
    model = words.label("models", row.model) if row.model else row.model_in_source
    return figure_text(f"{row.paper}: {method}, {model}")


def _measured_names(group: Beside, words: Vocabulary) -> list[str]:
    methods = [f"{words.label('methods', each.method)}{learns(each.backbone_learns)}" for each in group.measured]
    return [
        figure_text(f"measured: {method}, {words.label('models', result.model)}")
        for method, result in zip(methods, group.measured, strict=True)
    ]
