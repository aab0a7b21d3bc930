"""Taking a view along: exactly what it shows, as files, as an address, as a citation."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from explorer import shares
from explorer.markup import plain
from explorer.shares import View
from taxonomy import Knowledge

SCRIPT = Path(__file__).parent.parent / "figures.js"


def export(view: View, known: Knowledge) -> None:
    """Draw the button that opens all ways of taking this view along."""
    if st.button("Export", key=f"export-{view.name}", help="This view as files, as a link, as a citation"):
        _dialog(view, known)


@st.dialog("Export this view", width="medium")
def _dialog(view: View, known: Knowledge) -> None:
    st.caption(plain(f"{view.title}. What is saved has exactly the rows of the view, with its filters."))
    address = _address()
    st.html(f"<script>{_script()}</script>", unsafe_allow_javascript=True)
    st.subheader("Rows", anchor=False)
    with st.container(horizontal=True):
        _file("CSV", lambda: shares.as_csv(view), view, "csv", "text/csv")
        _file("JSON", lambda: shares.as_json(view, known, address), view, "json", "application/json")
        _file("LaTeX", lambda: shares.as_latex(view), view, "tex", "application/x-tex")
        _file("BibTeX of the papers", lambda: shares.as_bibtex(view, known), view, "bib", "application/x-bibtex")
    if view.charts:
        st.subheader("Figure" if len(view.charts) == 1 else "Figures", anchor=False)
        st.html("".join(_buttons(name, key, view.name) for name, key in view.charts.items()))
    st.subheader("Address", anchor=False)
    st.code(address, language=None, wrap_lines=True)
    st.subheader("Citation", anchor=False)
    st.caption(
        "codepeft with a digest of all answers as they stand now. `codepeft snapshot` keeps them. Making it takes some "
        "seconds the first time."
    )
    _file("Citation with snapshot", lambda: shares.citation(known, address), view, "cite.bib", "application/x-bibtex")


def _file(label: str, make: Callable[[], str], view: View, ending: str, kind: str) -> None:
    st.download_button(
        label,
        lambda: make().encode(),
        file_name=f"codepeft-{view.name}.{ending}",
        mime=kind,
        on_click="ignore",
        key=f"export-{view.name}-{ending}",
    )


def _buttons(name: str, key: str, view: str) -> str:
    chart = f'data-chart="{escape(key)}" data-name="codepeft-{escape(view)}"'
    kinds = "".join(
        f'<button type="button" class="codepeft-save" data-codepeft-save="{kind}" {chart} '
        f'aria-label="{escape(name)} as {kind.upper()}">{kind.upper()}</button>'
        for kind in ("svg", "png")
    )
    return f'<div class="codepeft-figure"><span>{escape(name)}</span>{kinds}</div>'


def _address() -> str:
    """Return the address of the view, with all that the reader chose."""
    query = [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
    return f"{(st.context.url or '').split('?')[0]}{f'?{urlencode(query)}' if query else ''}"


@cache
def _script() -> str:
    return SCRIPT.read_text(encoding="utf-8")
