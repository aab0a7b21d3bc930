"""DOI, arXiv number, year and title in the one form in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import unquote

_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>{}]+)", re.IGNORECASE)
_ARXIV = re.compile(r"(?<![\d.])(\d{4}\.\d{4,5})(?:v\d+)?(?![\d.]*\d)")
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(\d{4}\.\d{4,5})", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")


def doi_in(text: str | None) -> str | None:
    """Return the DOI in a text: lower case, without a resolver, an escape or the sentence's end behind it."""
    found = _DOI.search(unquote(text.replace("\\_", "_").replace("\\", ""))) if text else None
    return found.group(1).rstrip(".,;)").lower() if found else None


def arxiv_in(text: str | None) -> str | None:
    """Return the arXiv number in a text, without its version."""
    found = _ARXIV.search(text) if text else None
    return found.group(1) if found else None


def arxiv_of(fields: Mapping[str, str], doi: str | None) -> str | None:
    """Return the arXiv number of an entry: from its own field, its arXiv DOI, or a text that says arXiv."""
    own = fields.get("arxiv") or fields.get("eprint")
    prefix = (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").lower()
    if own and prefix == "arxiv" and arxiv_in(own):
        return arxiv_in(own)
    by_doi = _ARXIV_DOI.fullmatch(doi) if doi else None
    if by_doi:
        return by_doi.group(1)
    for name in ("url", "URL", "urls", "journal", "howpublished", "note", "notes", "number", "archive_location"):
        text = fields.get(name, "")
        if "arxiv" in text.lower() and arxiv_in(text):
            return arxiv_in(text)
    return None


def year_in(text: str | None) -> int | None:
    """Return the year in a date however it is written."""
    found = _YEAR.search(text) if text else None
    return int(found.group(1)) if found else None


def folded(text: str) -> str:
    """Return text without accents, case and punctuation: words of letters and digits, one blank between them."""
    plain = (
        text
        if text.isascii()
        else "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    )
    return " ".join(re.findall(r"[^\W_]+", plain.casefold()))


def surname(author: str) -> str:
    """Return the folded last word of an author's name."""
    words = folded(author).split()
    return words[-1] if words else ""
