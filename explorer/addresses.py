"""The pages and their addresses. A view is its path and query: ``/node?node=method/lora``.

The pages' files lie in ``screens/``: a folder named ``pages`` beside the main script would be served by Streamlit
itself, past our navigation, to whoever is the first to open a server at an address below the start page.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import Page

from explorer.markup import code, plain


@dataclass(frozen=True)
class Place:
    """One page: its file below ``explorer/``, its title in the menu, its path."""

    file: str
    title: str
    path: str  # empty: the start page
    in_menu: bool = True

    def declared(self) -> Page:
        """Return what Streamlit's navigation takes."""
        return st.Page(
            self.file,
            title=self.title,
            url_path=self.path or None,
            default=not self.path,
            visibility="visible" if self.in_menu else "hidden",
        )

    def link(self, label: str, **query: str | None) -> None:
        """Draw a link here; the label is shown as text, whatever it holds."""
        query = {k: v for k, v in query.items() if v}
        st.page_link(self.file, label=f":primary[{plain(label)}]", query_params=query or None)

    def link_id(self, name: str, **query: str) -> None:
        """Draw a link here whose label is an id, set as code so that it can be copied as it is."""
        st.page_link(self.file, label=code(name), query_params=query or None)

    def go(self, **query: str) -> None:
        """Leave the current page for this one."""
        st.switch_page(self.file, query_params=query or None)


OVERVIEW = Place("screens/overview.py", "Overview", "")
TAXONOMY = Place("screens/taxonomy.py", "Taxonomy", "taxonomy")
PAPERS = Place("screens/papers.py", "Papers", "papers")
MATRIX = Place("screens/matrix.py", "Matrix", "matrix")
RUNS = Place("screens/runs.py", "Runs", "runs")
ABOUT = Place("screens/about.py", "About the data", "about")
NODE = Place("screens/node.py", "Node", "node", in_menu=False)
PAPER = Place("screens/paper.py", "Paper", "paper", in_menu=False)

PAGES = (OVERVIEW, TAXONOMY, PAPERS, MATRIX, RUNS, ABOUT, NODE, PAPER)
