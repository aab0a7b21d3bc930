"""Which methods suit a task."""

from __future__ import annotations

import streamlit as st

from explorer import state
from explorer.addresses import CHOOSE
from explorer.parts.frame import page
from explorer.parts.headings import heading
from taxonomy import Knowledge
from taxonomy.answers.suggest import suggest
from taxonomy.answers.wishes import Wish


def draw(known: Knowledge) -> None:
    """Draw the page."""
    heading("Choose a method", "Which methods suit a task, within the memory and the time that you have.")
    tasks = {term.id: term.label for term in known.vocabulary.tasks}
    asked = next(iter(state.current(known).task), None)
    chosen = st.selectbox(
        "Task",
        list(tasks),
        index=list(tasks).index(asked) if asked else None,
        format_func=tasks.__getitem__,
        placeholder="Choose a task",
        width=320,
    )
    if chosen and chosen != asked:
        CHOOSE.go(task=chosen)
    if not chosen:
        st.info("Choose a task.")
        return
    for number, group in enumerate(suggest(Wish(chosen), known.corpus, known.vocabulary).groups, 1):
        st.text(f"Group {number}: {', '.join(entry.label for entry in group)}")


page(draw)
