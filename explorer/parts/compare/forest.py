"""Sources side by side: a method against full fine-tuning, with the pooled estimate."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from explorer import data, tables
from explorer.addresses import PAPER
from explorer.figures.forest import forest_plot
from explorer.markup import plain
from explorer.parts.charts import chart
from explorer.parts.export import export
from explorer.shares import View
from explorer.state import State
from taxonomy import Knowledge
from taxonomy.answers.forest import Forest
from taxonomy.answers.forest import forest as build

KEY = "forest"


def forest(method: str, asked: State, known: Knowledge) -> None:
    """Draw the forest of a method, on the tasks and architectures of the state."""
    found = data.kept(
        "forest",
        lambda known: build(
            method, known.corpus, known.vocabulary, tasks=asked.task, architectures=asked.architecture
        ),
        method, *asked.task, "|", *asked.architecture,
    )  # fmt: skip
    label = known.vocabulary.label("methods", method)
    if not found.branches:
        st.info(
            plain(
                f"No source prints {label} beside full fine-tuning of the same model on the same data, with these "
                "filters. Take a filter away, choose another method, or measure it from the evidence map."
            )
        )
        return
    sources = [one for branch in found.branches for one in branch.sources]
    without = sum(one.low is None for one in sources)
    open_ = (
        f" {without} of {len(sources)} rows are open: single numbers, from which no interval can be made."
        if without
        else ""
    )
    chart(
        forest_plot(found, known.vocabulary.label),
        alt=f"{label} against full fine-tuning: {len(sources)} rows of sources with intervals, and the pooled estimate "
        f"of {len(found.branches)} tasks.",
        key=KEY,
        wide=True,
        twin=table(found, known),
        caption=plain(
            "Each row is a source and an architecture, in points of 100; its interval is made from the source's own "
            "seeds or test sets. The diamond pools all sources of all tasks and borrows from related ones; the thin "
            f"line says where one new paper may land.{open_}"
        ),
    )
    with st.container(horizontal=True, gap="small"):
        for name in dict.fromkeys(one.source for one in sources if one.source in known.corpus.papers):
            PAPER.link(name, paper=name)
    export(
        View(
            name="forest",
            title=f"{label} against full fine-tuning, source by source",
            frame=lambda: table(found, known),
            records=lambda: found.branches,
            papers=lambda: [one.source for one in sources if one.source in known.corpus.papers],
            charts={"Forest plot": KEY},
        ),
        known,
    )


def table(found: Forest, known: Knowledge) -> pd.DataFrame:
    """Return the forest as a table: sources, then the pooled estimate of each task."""
    words = known.vocabulary
    rows = []
    for branch in found.branches:
        task = words.label("tasks", branch.task)
        rows += [
            {
                "task": task,
                "source": one.source,
                "kind": "measured here" if one.measured else "paper",
                "architecture": words.label("architectures", one.architecture),
                "points": one.points,
                "low": one.low,
                "high": one.high,
                "interval from": one.interval_from.value if one.interval_from else None,
                "in the pool": "yes" if one.source in branch.pooled_from else "no",
                "models": ", ".join(words.label("models", model) for model in one.models),
                "metrics": ", ".join(words.label("metrics", metric) for metric in one.metrics),
                "numbers or runs": len(one.rows),
            }
            for one in branch.sources
        ]
        if branch.pooled is not None:
            pooled = branch.pooled
            rows.append(
                {
                    "task": task,
                    "source": "pooled",
                    "kind": "estimate",
                    "points": pooled.points,
                    "low": pooled.low,
                    "high": pooled.high,
                    "new paper, low": pooled.new_low,
                    "new paper, high": pooled.new_high,
                }
            )
    return tables.table(
        rows,
        (
            "task", "source", "kind", "architecture", "points", "low", "high", "new paper, low", "new paper, high",
            "interval from", "in the pool", "models", "metrics", "numbers or runs",
        ),
    )  # fmt: skip
