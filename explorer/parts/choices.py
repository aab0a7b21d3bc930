"""Choices that are kept in the address: the address is the truth, the widget shows it and changes it.

Streamlit's own ``bind="query-params"`` writes the label of an option into the address; here it is the option's id. What
an address asks for and nobody knows is told in a sentence, and the page goes on without it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from corpus.errors import UnknownNameError
from explorer.markup import plain


def one(
    title: str,
    name: str,
    options: Sequence[str],
    *,
    default: str | None = None,
    widget: Callable[..., Any] = st.selectbox,
    **more: Any,
) -> str:
    """Draw a choice of one option and return it; the default where the address asks for none or for another."""
    first = options[0] if default is None else default
    asked = next(iter(_known(title, st.query_params.get_all(name), options)), first)
    st.session_state[name] = asked
    widget(title, options, key=name, on_change=_keep_one, args=(name, first), **more)
    return str(st.session_state[name] or first)


def view(views: Mapping[str, str]) -> str:
    """Draw the choice of a page's views, labels by id, and return the chosen one; the first where none is asked for."""
    return one(
        "View",
        "view",
        list(views),
        format_func=views.__getitem__,
        widget=st.segmented_control,
        required=True,
        wrap=True,
    )


def maybe(
    title: str,
    name: str,
    options: Sequence[str],
    *,
    placeholder: str,
    among: Sequence[str] | None = None,
    instead_of: str | None = None,
    **more: Any,
) -> str | None:
    """Draw a choice of one option or none and return it.

    ``among``: what the address means, where that is known. ``instead_of``: another name that a choice takes out of it.
    """
    asked = next(iter(_known(title, st.query_params.get_all(name), options) if among is None else among), None)
    st.session_state[name] = asked
    st.selectbox(
        title, options, key=name, on_change=_keep_one, args=(name, None, instead_of), placeholder=placeholder, **more
    )
    return asked


def several(
    title: str,
    name: str,
    options: Sequence[str],
    *,
    asked: Sequence[str] | None = None,
    placeholder: str = "all",
    **more: Any,
) -> list[str]:
    """Draw a choice of any number of options and return them. ``asked``: what the address means, where known."""
    chosen = _known(title, st.query_params.get_all(name), options) if asked is None else list(asked)
    st.session_state[name] = chosen
    st.multiselect(title, options, key=name, on_change=_keep_several, args=(name,), placeholder=placeholder, **more)
    return chosen


def words(title: str, name: str, *, instead_of: str | None = None, **more: Any) -> str:
    """Draw a field for words and return them. ``instead_of``: another name that words take out of the address."""
    st.session_state[name] = st.query_params.get(name, "")
    st.text_input(title, key=name, on_change=_keep_one, args=(name, "", instead_of), **more)
    return str(st.session_state[name])


def number(title: str, name: str, **more: Any) -> float | None:
    """Draw a field for a number above zero and return it; None while it is empty."""
    text = st.query_params.get(name, "")
    try:
        asked = float(text) if text else None
    except ValueError:
        asked = float("nan")
    if asked is not None and not 0 < asked < float("inf"):
        st.warning(plain(f"{title}: {text!r} is not a number above zero; it is left out"))
        asked = None
    st.session_state[name] = asked
    st.number_input(title, min_value=0.0, key=name, on_change=_keep_number, args=(name,), **more)
    return asked


def yes(title: str, name: str, **more: Any) -> bool:
    """Draw a box to tick and return whether it is ticked."""
    st.session_state[name] = st.query_params.get(name) == "yes"
    st.checkbox(title, key=name, on_change=_keep_yes, args=(name,), **more)
    return bool(st.session_state[name])


def _known(title: str, asked: Sequence[str], options: Sequence[str]) -> list[str]:
    known = []
    for value in asked:
        if value in options:
            known.append(value)
        else:
            st.warning(plain(str(UnknownNameError(title.lower(), value, options))))
    return known


def _keep_one(name: str, default: str | None, instead_of: str | None = None) -> None:
    value = st.session_state[name]
    if value and instead_of is not None:
        st.query_params.pop(instead_of, None)
    if value in (None, default):
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def _keep_several(name: str) -> None:
    if st.session_state[name]:
        st.query_params[name] = st.session_state[name]
    else:
        st.query_params.pop(name, None)


def _keep_number(name: str) -> None:
    value = st.session_state[name]
    if value:
        st.query_params[name] = f"{value:g}"
    else:
        st.query_params.pop(name, None)


def _keep_yes(name: str) -> None:
    if st.session_state[name]:
        st.query_params[name] = "yes"
    else:
        st.query_params.pop(name, None)
