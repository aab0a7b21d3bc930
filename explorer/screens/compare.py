"""A method's configurations side by side: papers, the library's defaults, our runs."""

from __future__ import annotations

import streamlit as st

from explorer import state, tables, views_ledgers
from explorer.addresses import COMPARE
from explorer.parts.charts import grid
from explorer.parts.frame import page
from explorer.parts.headings import heading, section
from taxonomy import Knowledge
from taxonomy.answers.configuration_fields import configuration_fields
from taxonomy.answers.lineage import lineage


def draw(known: Knowledge) -> None:
    """Draw the page."""
    heading("Compare", "How a method was configured: paper by paper, the library's defaults, our runs.")
    methods = {term.id: term.label for term in known.vocabulary.methods}
    asked = next(iter(state.current(known).method), None)
    chosen = st.selectbox(
        "Method", list(methods), index=list(methods).index(asked) if asked else None, format_func=methods.__getitem__,
        placeholder="Choose a method", width=320,
    )  # fmt: skip
    if chosen and chosen != asked:
        COMPARE.go(method=chosen)
    if not chosen:
        st.info("Choose a method to see its configurations.")
        return
    found = lineage(chosen, known.corpus, known.vocabulary)
    fields = views_ledgers.fields_of(found)
    labels = {field.id: field.label for field in configuration_fields().fields}
    section("Configurations")
    rows = (
        {
            "source": setup.source,
            "year": setup.year,
            **{
                labels[field]: None if setup.fields.get(field) is None else str(setup.fields[field]) for field in fields
            },
        }
        for setup in found
    )
    grid(tables.table(rows, ["source", "year", *(labels[field] for field in fields)]), key="configurations")


page(draw)
