"""Sources: where something was read."""

from __future__ import annotations

from urllib.parse import quote

from corpus.records import Source
from explorer.markup import plain

KINDS = {
    "paper": "paper",
    "abstract": "abstract",
    "repository": "authors' repository",
    "review": "the review",
    "computed": "computed by us from released files",
    "secondary": "secondary source",
}


def link(text: str, url: str) -> str:
    """Return Markdown for a link to a record's https address; anything else stays text."""
    if not url.startswith("https://"):
        return plain(text)
    return f"[{plain(text)}](<{quote(url, safe='/:?&=#%+,;@!$*~.-_')}>)"


def source_line(source: Source | None) -> str:
    """Return Markdown that names a source, links it, and says where in it."""
    if source is None:
        return "Source not recorded."
    name = KINDS[source.kind.value]
    shown = link(name, source.url) if source.url else plain(name)
    place = f", {plain(source.at)}" if source.at else ""
    return f"Source: {shown}{place}."
