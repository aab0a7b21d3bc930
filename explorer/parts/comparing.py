"""Reported next to measured, and the effect against full fine-tuning."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from explorer import sentences, tables
from explorer.figures.beside import reported_and_measured
from explorer.figures.effects import effect_by_paper
from explorer.markup import plain
from explorer.parts import choices
from explorer.parts.charts import chart
from taxonomy import Knowledge
from taxonomy.beside import Beside
from taxonomy.effects import Effect

TWIN = ["paper", "method", "model", "language", "setting", "value", "printed", "number"]


def beside(groups: Sequence[Beside], known: Knowledge) -> None:
    """Draw the scores of one task, data set and metric, chosen by the reader and kept in the address."""
    words = known.vocabulary
    named = {_address(group): group for group in groups}
    labels = {key: f"{sentences.name_of(group, words)} ({sentences.how_many(group)})" for key, group in named.items()}
    chosen = choices.one("Task, data set and metric", "beside", list(named), format_func=labels.__getitem__, width=720)
    group = named[chosen]
    chart(
        reported_and_measured(group, words),
        alt=f"{labels[chosen]}, each on its own row of a common scale.",
        key=f"beside-{chosen}",
        twin=tables.reported(group.reported, known)[TWIN],
        caption=plain(sentences.of_beside(group, words)),
    )


def _address(group: Beside) -> str:
    own = "/own-split" if group.own_split else ""
    return f"{group.task}/{group.dataset or 'unnamed'}/{group.metric}{own}"


def effect(summary: Effect) -> None:
    """Draw an effect paper by paper, or say that there is none, and which numbers do not count."""
    if summary.by_paper:
        chart(
            effect_by_paper(summary, {entry.paper: f"{entry.paper} ({entry.numbers})" for entry in summary.by_paper}),
            alt=f"Median difference to full fine-tuning in points for {summary.papers} papers, with the range of each.",
            key="effect",
            twin=tables.effect(summary),
            caption=plain(sentences.of_effect(summary)),
        )
    else:
        st.info(plain(sentences.of_effect(summary)))
    outside = sentences.left_out(summary)
    if outside:
        st.caption(plain(outside), width=860)
