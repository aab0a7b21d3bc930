"""The state's filters as fields on a page, and as a line that says what is kept and takes it away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from explorer import state
from explorer.addresses import Place
from explorer.markup import plain
from explorer.parts import choices
from explorer.state import FIELDS, State
from taxonomy import Knowledge


def choose(field: str, options: Iterable[str], known: Knowledge, *, width: int = 230) -> None:
    """Draw a field for one filter of the state; what the address asks for is always among its options."""
    part = FIELDS[field]
    asked = [str(value) for value in getattr(state.current(known), field)]
    labels = {value: part.label(part.read(value, known), known) for value in [*options, *asked]}
    choices.several(part.title, field, list(labels), asked=asked, format_func=labels.__getitem__, width=width)


def kept(asked: State, known: Knowledge, here: Place, fields: Sequence[str], **query: str) -> None:
    """Say which parts of the state this page applies without a field of its own, each with a link that ends it.

    ``query``: the rest of this page's address.
    """
    held = [(name, value) for name, value in asked if name in fields and value]
    if not held:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for name, value in held:
            field = FIELDS[name]
            values = [value] if isinstance(value, str) else value
            said = " or ".join(field.label(entry, known) for entry in values)
            st.caption(f"{plain(field.title)}: **{plain(said)}**", width="content")
            here.link(f"remove {field.title.lower()}", **{**query, name: None})
