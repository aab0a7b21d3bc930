"""Choices that are kept in the address: the address is the truth, the widget shows it and changes it.

Streamlit's own ``bind="query-params"`` writes the label of an option into the address; here it is the option's id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from corpus.errors import UnknownNameError


def one(
    title: str,
    name: str,
    options: Sequence[str],
    *,
    default: str | None = None,
    widget: Callable[..., Any] = st.selectbox,
    **more: Any,
) -> str:
    """Draw a choice of one option and return it; raise UnknownNameError when the address asks for another."""
    first = options[0] if default is None else default
    asked = st.query_params.get(name, first)
    _known(title, [asked], options)
    st.session_state[name] = asked
    widget(title, options, key=name, on_change=_keep_one, args=(name, first), **more)
    return str(st.session_state[name] or first)


def several(title: str, name: str, options: Sequence[str], **more: Any) -> list[str]:
    """Draw a choice of any number of options and return them; raise UnknownNameError for others in the address."""
    asked = st.query_params.get_all(name)
    _known(title, asked, options)
    st.session_state[name] = asked
    st.multiselect(title, options, key=name, on_change=_keep_several, args=(name,), placeholder="all", **more)
    return asked


def words(title: str, name: str, **more: Any) -> str:
    """Draw a field for words and return them."""
    st.session_state[name] = st.query_params.get(name, "")
    st.text_input(title, key=name, on_change=_keep_one, args=(name, ""), **more)
    return str(st.session_state[name])


def _known(title: str, asked: Sequence[str], options: Sequence[str]) -> None:
    for value in asked:
        if value not in options:
            raise UnknownNameError(title.lower(), value, options)


def _keep_one(name: str, default: str) -> None:
    value = st.session_state[name]
    if value in (None, default):
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def _keep_several(name: str) -> None:
    if st.session_state[name]:
        st.query_params[name] = st.session_state[name]
    else:
        st.query_params.pop(name, None)
