"""Headings, breadcrumbs and rows of key figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from explorer.addresses import Asked, Place
from explorer.markup import plain

PROSE = 860  # width of running text, pixels


def heading(title: str, about: str | None = None) -> None:
    """Draw a page's title and a line below it."""
    st.title(plain(title), anchor=False)
    if about:
        prose(about)


def section(title: str, about: str | None = None, *, anchor: str | None = None) -> None:
    """Draw a section's heading and a small line below it."""
    st.header(plain(title), anchor=anchor or False)
    if about:
        st.caption(plain(about), width=PROSE)


def prose(text: str) -> None:
    """Draw running text exactly as it is, at a width that can be read."""
    st.text(text, width=PROSE)


def trail(steps: Iterable[tuple[str, Place, Mapping[str, Asked]]], here: str) -> None:
    """Draw the way from the top to here, each step a link."""
    with st.container(horizontal=True, gap="xxsmall", vertical_alignment="center"):
        for label, place, query in steps:
            place.link(label, **query)
            st.caption("/", width="content")
        st.caption(plain(here), width="content")


def facts(figures: Sequence[tuple[str, str, str | None]]) -> None:
    """Draw key figures in a row that wraps: name, value, and a word of help."""
    with st.container(horizontal=True, gap="medium"):
        for name, value, help_ in figures:
            st.metric(plain(name), value, help=plain(help_) if help_ else None, width="content")
