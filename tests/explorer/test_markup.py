"""Text from records stays text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.markup import JOINER, figure_text, plain
from explorer.parts.sources import link


@given(st.text())
def test_nothing_is_lost(text: str):
    """Without escapes and joiners the text is what it was, but for white space."""
    shown = re.sub(r"\\(.)", r"\1", plain(text)).replace(JOINER, "")
    assert shown == " ".join(text.split()).replace(JOINER, "")


@given(st.text(alphabet="*_`[]()<>#!$~|:\\&ab", max_size=40))
def test_every_mark_is_escaped(text: str):
    """No punctuation that Markdown knows stands unescaped."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`\[\]()<>#!$~|&]", plain(text).replace("\\\\", ""))


@pytest.mark.parametrize("text", [":smile:", ":material/search:", "https://example.org", "www.example.org", "a@b.org"])
def test_what_streamlit_replaces_later_is_kept_apart(text: str):
    """Emoji codes, icons and bare links hold an invisible joiner."""
    assert JOINER in plain(text)


def test_figure_text_escapes_tags():
    """Plotly's own HTML has no effect."""
    assert figure_text("<a href='x'>b</a> & c") == "&lt;a href='x'&gt;b&lt;/a&gt; &amp; c"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://example.org", "data:text/html,x"])
def test_only_https_becomes_a_link(url: str):
    """Any other address is shown as text."""
    assert "](" not in link("source", url)


def test_a_link_cannot_be_left():
    """Brackets and spaces in an address or a name do not end the link."""
    assert link("a](x) b", "https://doi.org/10.1/a(b)>c d").count("](<") == 1
