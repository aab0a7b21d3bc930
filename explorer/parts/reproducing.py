"""How to reproduce a paper: at the quick scale with what it takes here, and at the paper's own."""

from __future__ import annotations

import streamlit as st

from corpus.errors import CodepeftError
from corpus.records import Paper
from explorer import data, formats, measuring, tables
from explorer.markup import plain
from explorer.parts.charts import prose_table
from explorer.parts.headings import PROSE, prose, section
from explorer.parts.launch import launch
from reproduce import catalog
from reproduce.registry import Recipe
from taxonomy import Knowledge


def reproducing(paper: Paper, known: Knowledge) -> None:
    """Draw both scales, or the reason why there is neither."""
    section(
        "How to reproduce it",
        "A quick run takes minutes and is no reproduction; the paper's scale is its own.",
        anchor="reproduce",
    )
    reason = measuring.why_not(paper.id)
    if reason:
        st.info(plain(f"Not runnable here: {reason}"))
        return
    for recipe in catalog.recipes_of(paper.id):
        st.subheader("Quick scale", anchor=False)
        _quick(recipe, known)
        st.subheader("The paper's scale", anchor=False)
        _paper_scale(recipe, known)


def _quick(recipe: Recipe, known: Knowledge) -> None:
    """Draw how near the embedded experiment comes, what it takes, and the button."""
    quick = recipe.quick.fidelity
    rows = ((name, f"{each.likeness.value}: {each.note}" if each.note else each.likeness.value) for name, each in quick)
    with st.expander(f"How near {recipe.quick.experiment} comes to the paper"):
        prose_table(tables.pairs(rows, "aspect", "likeness"))
    try:
        launch(measuring.plan_for_paper(recipe.paper, known, data.home()), known, key="launch")
    except CodepeftError as error:
        st.warning(plain(str(error)))


def _paper_scale(recipe: Recipe, known: Knowledge) -> None:
    """Draw the paper's experiment with the memory it needs beside that of this machine, and whether it can be run."""
    scale, words = recipe.paper_scale, known.vocabulary
    prose(scale.about)
    here = measuring.machine_memory_gb()
    rows: list[tuple[str, object]] = [
        ("models", ", ".join(f"{words.label('models', name)} ({hub})" for name, hub in scale.models.items()) or None),
        ("methods", ", ".join(words.label("methods", name) for name in scale.methods) or None),
        ("data", scale.data),
        ("memory needed", _gigabytes(scale.estimated_memory_gb)),
        ("memory of this machine", formats.gigabytes(here) if here is not None else "not known"),
        *tables.flattened(scale.hyperparameters, "hyperparameter: "),
    ]
    prose_table(tables.pairs(rows, "what", "value"))
    if scale.estimate_note:
        st.caption(plain(scale.estimate_note), width=PROSE)
    if scale.not_runnable_because:
        st.info(plain(f"Cannot be run at the paper's scale here: {scale.not_runnable_because}"))
    else:
        st.code(f"codepeft reproduce {recipe.paper} --scale paper --dry-run", language="sh", width=PROSE)


def _gigabytes(value: float | None) -> str:
    return "not estimated" if value is None else f"about {formats.gigabytes(value)}, estimated"
