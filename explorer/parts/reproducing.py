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
from reproduce.registry import QuickEntry, Recipe, Variant
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
    """Draw the embedded experiments, how near each comes, what they take, and the button."""
    for entry in recipe.quick:
        _entry(entry, known)
    try:
        launch(measuring.plan_for_paper(recipe.paper, known, data.home()), known, key="launch")
    except CodepeftError as error:
        st.warning(plain(str(error)))


def _entry(entry: QuickEntry, known: Knowledge) -> None:
    """Draw one embedded experiment: what of the paper it stands for, its claims and methods, and how near it comes."""
    rows: list[tuple[str, object]] = [("stands for", entry.stands_for), ("variant", entry.variant)]
    if entry.methods is not None:
        rows.append(("methods", ", ".join(known.vocabulary.label("methods", name) for name in entry.methods)))
    rows.append(("speaks to the claims", ", ".join(entry.claims) or "none"))
    rows += ((name, f"{each.likeness.value}: {each.note}") for name, each in entry.fidelity)
    with st.expander(f"How near {entry.experiment} comes to the paper"):
        prose_table(tables.pairs((row for row in rows if row != ("variant", None)), "aspect", "here"))


def _paper_scale(recipe: Recipe, known: Knowledge) -> None:
    """Draw the paper's experiment with the memory it needs beside that of this machine, and whether it can be run."""
    scale, words = recipe.paper_scale, known.vocabulary
    prose(scale.about)
    here = measuring.machine_memory_gb()
    rows: list[tuple[str, object]] = [
        ("models", ", ".join(f"{words.label('models', name)} ({hub})" for name, hub in scale.models.items()) or None),
        ("methods", ", ".join(words.label("methods", name) for name in scale.methods) or None),
        ("data", scale.data),
        ("memory needed", formats.about(scale.estimated_memory_gb, "GB")),
        ("memory of this machine", formats.gigabytes(here) if here is not None else "not known"),
        ("time needed", formats.about(scale.estimated_gpu_hours, "GPU hours")),
        *((f"variant: {variant.name}", _variant(variant)) for variant in scale.variants),
        *tables.flattened(scale.hyperparameters, "hyperparameter: "),
    ]
    prose_table(tables.pairs(rows, "what", "value"))
    if scale.estimate_note:
        st.caption(plain(scale.estimate_note), width=PROSE)
    st.info(plain(f"Cannot be run at the paper's scale here: {scale.why_not_here}"))


def _variant(variant: Variant) -> str:
    settings = "; ".join(f"{name} {value}" for name, value in tables.flattened(variant.settings))
    return f"{variant.about} ({settings})" if settings else variant.about
