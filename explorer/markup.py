"""Text from records shown as text: nothing in it may act as Markdown, HTML, or a Streamlit directive."""

from __future__ import annotations

import html
import re

JOINER = "\u2060"  # takes no room; breaks what Streamlit replaces after Markdown has been read
_PUNCTUATION = re.compile(r"([!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~])")
_REPLACED_LATER = re.compile(r"(:)(?=[\w+/-])|(@)(?=\w)|(?<=www)(?=\.)|(<|-|=)(?=[->])|(-)(?=-)", re.IGNORECASE)


def plain(text: str) -> str:
    """Return text that Streamlit's Markdown shows as it is, on one line.

    Punctuation is escaped. Emoji codes, icons, bare links and arrows are replaced by Streamlit after escapes are
    resolved, so an invisible joiner keeps them apart; ``https://`` loses its link by the same means.
    """
    joined = _REPLACED_LATER.sub(lambda found: f"{found.group(0)}{JOINER}", " ".join(text.split()))
    joined = joined.replace("://", f":{JOINER}//")
    return _PUNCTUATION.sub(r"\\\1", joined)


def code(name: str) -> str:
    """Return an id as code, without joiners; what is not an id is shown as text."""
    return f"`{name}`" if re.fullmatch(r"[\w.+@-]+", name) else plain(name)


def figure_text(text: str) -> str:
    """Return text that Plotly shows as it is: its labels read a part of HTML."""
    return html.escape(" ".join(text.split()), quote=False)
