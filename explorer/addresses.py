"""The pages and their addresses. A view is its path and query: ``/node?node=method/lora``.

The pages' files lie in ``screens/``: a folder named ``pages`` beside the main script would be served by Streamlit
itself, past our navigation, to whoever is the first to open a server at an address below the start page.

Every link carries the state (``explorer.state``) on. Streamlit's own menu does not, so the menu is drawn by us.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import Page

from explorer import state
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

    def link(self, label: str, **query: Asked) -> None:
        """Draw a link here that carries the state on; the label is shown as text, whatever it holds.

        ``query`` goes before the state; a value of None takes that part of the state away.
        """
        st.page_link(self.file, label=f":primary[{plain(label)}]", query_params=_with_state(query))

    def link_id(self, name: str, **query: Asked) -> None:
        """Draw a link here whose label is an id, set as code so that it can be copied as it is."""
        st.page_link(self.file, label=code(name), query_params=_with_state(query))

    def entry(self, *, current: bool) -> None:
        """Draw this page's entry of the menu."""
        label = plain(self.title)
        st.page_link(self.file, label=f"**{label}**" if current else label, query_params=_with_state({}))

    def go(self, **query: Asked) -> None:
        """Leave the current page for this one; the state is carried on."""
        st.switch_page(self.file, query_params=_with_state(query))


Asked = str | Sequence[str] | None


def _with_state(query: Mapping[str, Asked]) -> dict[str, str | Sequence[str]] | None:
    """Return the query with the rest of the current address's state behind it."""
    asked: dict[str, Asked] = {**query, **{name: part for name, part in state.asked_for().items() if name not in query}}
    return {name: value for name, value in asked.items() if value} or None


OVERVIEW = Place("screens/overview.py", "Overview", "")
TAXONOMY = Place("screens/taxonomy.py", "Taxonomy", "taxonomy")
EVIDENCE_MAP = Place("screens/evidence_map.py", "Evidence map", "evidence_map")
CHOOSE = Place("screens/choose.py", "Choose a method", "choose")
COMPARE = Place("screens/compare.py", "Compare", "compare")
PAPERS = Place("screens/papers.py", "Papers", "papers")
CLAIMS = Place("screens/claims.py", "Claims", "claims")
RUNS = Place("screens/runs.py", "Runs", "runs")
ABOUT = Place("screens/about.py", "About the data", "about")
PAPER = Place("screens/paper.py", "Paper", "paper", in_menu=False)
IMPORT = Place("screens/imports.py", "Import", "imports")
SCREENING = Place("screens/screening.py", "Screening", "screening")
ADD = Place("screens/add.py", "Add a paper", "add")
NODE = Place("screens/node.py", "Node", "node", in_menu=False)
RUN = Place("screens/run.py", "Run", "run", in_menu=False)
MATRIX = Place("screens/matrix.py", "Matrix", "matrix", in_menu=False)  # before it was the evidence map

PAGES = (
    OVERVIEW, TAXONOMY, EVIDENCE_MAP, CHOOSE, COMPARE, PAPERS, CLAIMS, RUNS, ABOUT, IMPORT, SCREENING, ADD,
    PAPER, NODE, RUN, MATRIX,
)  # fmt: skip
