"""The menu: links to the pages, in a row that wraps, each carrying the state on."""

from __future__ import annotations

import streamlit as st

from explorer.addresses import PAGES, Place


def menu(here: Place) -> None:
    """Draw the menu with the current page marked; history.js makes it a landmark for screen readers."""
    with st.container(horizontal=True, gap="small", key="menu"):
        for page in PAGES:
            if page.in_menu:
                page.entry(current=page is here)
