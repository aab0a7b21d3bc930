"""What a reader wishes: a task or words for it, a model, limits; all of it in the address."""

from __future__ import annotations

import streamlit as st

from explorer import state
from explorer.parts import choices
from taxonomy import Knowledge
from taxonomy.answers.wishes import Wish


def wish(known: Knowledge) -> Wish | None:
    """Draw the fields and return the wish; None while there is no task."""
    words, asked = known.vocabulary, state.current(known)
    tasks = {term.id: term.label for term in words.tasks}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        task = choices.maybe(
            "Task", "task", list(tasks), among=asked.task, placeholder="Choose a task", instead_of="words",
            format_func=tasks.__getitem__, width=280,
        )  # fmt: skip
        described = choices.words(
            "or in your own words",
            "words",
            instead_of="task",
            placeholder="e.g. describe functions in English",
            width=300,
        )
        models = {term.id: term.label for term in words.models}
        model = choices.maybe(
            "Model", "model", list(models), placeholder="any", format_func=models.__getitem__, width=230
        )
        kinds = {term.id: term.label for term in words.architectures}
        architecture = choices.maybe(
            "Architecture", "architecture", list(kinds), among=asked.architecture, placeholder="any",
            format_func=kinds.__getitem__, width=190,
        )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        memory = choices.number("Memory of the card, GB", "memory_gb", step=8.0, placeholder="no limit", width=190)
        hours = choices.number("Time for tuning, hours", "hours", step=1.0, placeholder="no limit", width=190)
        merge = choices.yes("must merge into the model", "must_merge", width="content")
        quantise = choices.yes("base model held in 4 bits", "must_quantise", width="content")
    about = described or task
    if about is None:
        return None
    return Wish(about, architecture, model, memory, hours, merge, quantise)
