"""Effect against cost: which methods give most for what they need."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from explorer import data, tables
from explorer.addresses import NODE
from explorer.figures.drawn import Drawn
from explorer.figures.pareto import pareto as pareto_figure
from explorer.markup import plain
from explorer.parts import anchors, choices
from explorer.parts.charts import CONFIG, words_below
from explorer.parts.export import export
from explorer.shares import View
from explorer.state import State
from taxonomy import Knowledge
from taxonomy.answers.frontier import AXES, Frontier, frontier
from taxonomy.answers.ground import ground
from taxonomy.answers.pooling import Target
from taxonomy.answers.suggest import suggest
from taxonomy.answers.wishes import Wish

KEY = "pareto"


def pareto(asked: State, known: Knowledge) -> None:
    """Draw the frontier for a task and, where memory or time is asked for, a model."""
    words = known.vocabulary
    with st.container(horizontal=True, vertical_alignment="bottom"):
        axis = choices.one(
            "Cost",
            "cost",
            list(AXES),
            format_func=lambda name: AXES[name].title,
            widget=st.segmented_control,
            required=True,
            wrap=True,
        )
        sized = [model.id for model in words.models if model.parameters is not None]
        model = choices.maybe(
            "Model",
            "model",
            sized,
            format_func=lambda name: words.label("models", name),
            placeholder="any",
            width=280,
        )
    if not asked.task:
        st.info("Choose a task: effects are pooled for a task.")
        return
    task, architecture = asked.task[0], None if model else next(iter(asked.architecture), None)
    wish = Wish(words.label("tasks", task), architecture=architecture, model=model)
    found = data.kept("frontier", lambda known: _build(wish, axis, known), task, axis, str(model), str(architecture))
    if not found.points:
        reason = found.unknown[0][1] if found.unknown else "no method has evidence on this task or a related one"
        st.info(plain(f"Nothing can be drawn: {reason}."))
    else:
        _chart(found, words.label("tasks", task), known)
    if found.unknown:
        names = ", ".join(words.label("methods", name) for name, _ in found.unknown)
        st.caption(plain(f"Not drawn, since their cost is not known ({found.unknown[0][1]}): {names}."), width=860)
    export(
        View(
            name="pareto",
            title=f"Effect against {AXES[axis].title.lower()}: {words.label('tasks', task)}",
            frame=lambda: table(found, known),
            records=lambda: [found],
            papers=lambda: _papers(wish, known),
            charts={"Pareto view": KEY} if found.points else {},
        ),
        known,
    )


def _build(wish: Wish, axis: str, known: Knowledge) -> Frontier:
    words, pooled = known.vocabulary, ground(known.corpus, known.vocabulary).pooled
    answer = suggest(wish, known.corpus, words)
    entries = [entry for group in answer.groups for entry in group]
    if pooled is None or not entries:
        return Frontier(axis, (), (), ())
    group, asked = answer.asked.task_group, answer.asked

    def target(method: str) -> Target:
        return Target(asked.task.task, group, method, words.method[method].family, asked.architecture)

    return frontier(entries, target, pooled, axis)


def _papers(wish: Wish, known: Knowledge) -> list[str]:
    answer = suggest(wish, known.corpus, known.vocabulary)
    return [one.source for group in answer.groups for entry in group for one in entry.direct.reported]


def _chart(found: Frontier, task: str, known: Knowledge) -> None:
    by_id = {point.method: point for point in found.points}
    asked = st.query_params.get("point", "")
    chosen = asked if asked in by_id else None
    there = anchors.shown(KEY, (found.axis, task, tuple(by_id)), chosen)

    def clicked() -> None:
        mark = anchors.point(KEY)
        name = str(mark["customdata"][0]) if mark and mark.get("customdata") else None
        anchors.clicked(KEY, name)
        choose(name)

    st.session_state[f"{KEY}-pick"] = chosen
    st.selectbox(
        "Method",
        list(by_id),
        format_func=lambda name: by_id[name].label,
        key=f"{KEY}-pick",
        on_change=lambda: choose(st.session_state[f"{KEY}-pick"]),
        placeholder="Choose a point",
        width=320,
    )
    with st.container(key=f"wide-{KEY}"):
        st.plotly_chart(
            Drawn.of(pareto_figure(found)).numbered(there.sent),
            alt=f"{task}: {len(found.points)} methods by {AXES[found.axis].title.lower()} and pooled effect, with "
            "intervals, and the best effect for a cost as a line in a band. The list above chooses a point too; the "
            "table below has the values.",
            key=KEY,
            on_select=clicked,
            selection_mode="points",
            config=CONFIG,
        )
    words_below(
        plain(
            "Bars are 95 % intervals of the effect and the range of the cost. The band holds the best effect for at "
            "most a cost in 95 % of 4,000 joint draws from the pooled model. Where intervals overlap, a place on the "
            "frontier is a guess: the share of draws in which a method stands there says how good."
        ),
        lambda: table(found, known),
        KEY,
    )
    if chosen is not None:
        point = by_id[chosen]
        st.subheader(plain(point.label), anchor=False)
        st.caption(
            plain(
                f"{point.estimate.points:+.2f} points ({point.estimate.low:+.2f} to {point.estimate.high:+.2f}); "
                f"{point.price.middle:.3g} {AXES[found.axis].unit} ({point.price.low:.3g} to {point.price.high:.3g}); "
                f"on the frontier in {100 * point.share:.0f} % of draws."
            )
        )
        NODE.link(f"All evidence on {point.label}", node=f"method/{chosen}")


def choose(method: str | None) -> None:
    """Write a point, or none, into the address."""
    if method is None:
        st.query_params.pop("point", None)
    else:
        st.query_params["point"] = method


def table(found: Frontier, known: Knowledge) -> pd.DataFrame:
    """Return the points as a table; those of unknown cost stand below, without one."""
    axis = AXES[found.axis]
    cost = f"{axis.title.lower()}, {axis.unit}"
    rows = [
        {
            "method": point.label,
            "points": point.estimate.points,
            "low": point.estimate.low,
            "high": point.estimate.high,
            cost: point.price.middle,
            "from": point.price.low,
            "to": point.price.high,
            "cost is": "estimated" if point.price.estimated else "as papers or runs have it",
            "on the frontier": "yes" if point.on_frontier else "no",
            "share of draws on it, %": 100 * point.share,
        }
        for point in found.points
    ]
    rows += [{"method": known.vocabulary.label("methods", name), "cost is": reason} for name, reason in found.unknown]
    return tables.table(
        rows,
        (
            "method", "points", "low", "high", cost, "from", "to", "cost is", "on the frontier",
            "share of draws on it, %",
        ),
    )  # fmt: skip
