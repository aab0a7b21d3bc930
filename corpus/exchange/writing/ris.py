"""RIS: the tagged lines that reference managers read (rispy's tags)."""

from __future__ import annotations

import re
from typing import Any

import rispy

from corpus.bibliography import Kind, citation_key, kind_of, split_name
from corpus.exchange.writing.selection import Selection
from corpus.records import Paper

_TYPES = {Kind.JOURNAL: "JOUR", Kind.CONFERENCE: "CPAPER", Kind.PREPRINT: "UNPB"}
_PAGE_RANGE = re.compile(r"([0-9:]+)-([0-9:]+)")


def _name(author: str) -> str:
    given, family = split_name(author)
    return f"{family}, {given}" if given else family


def reference(paper: Paper) -> dict[str, Any]:
    """Return a paper as rispy's dictionary; what the record does not state is left out."""
    entry = paper.bibliography
    pages = _PAGE_RANGE.fullmatch(entry.pages or "")
    notes = [f"arXiv:{entry.arxiv}"] if entry.arxiv else []
    if entry.article:
        notes.append(f"article {entry.article}")
    if entry.pages and not pages:
        notes.append(f"pages: {entry.pages}")
    values = {
        "type_of_reference": _TYPES[kind_of(paper)],
        "id": citation_key(paper),
        "title": entry.title,
        "authors": [_name(author) for author in entry.authors],
        "year": str(entry.year),
        "secondary_title": entry.venue.name or entry.venue.acronym,
        "alternate_title2": entry.venue.acronym,
        "volume": entry.volume,
        "number": entry.issue,
        "start_page": pages[1] if pages else None,
        "end_page": pages[2] if pages else None,
        "publisher": entry.publisher,
        "doi": entry.doi,
        "urls": [entry.url],
        "file_attachments1": entry.code_url,
        "notes": notes,
        "accession_number": paper.id,
    }
    return {key: value for key, value in values.items() if value}


class _Writer(rispy.RisWriter):  # type: ignore[misc]  # rispy has no types
    def set_header(self, count: int) -> str:
        return ""  # rispy's own numbers each reference, which is no part of the format


def ris(selection: Selection) -> str:
    """Return papers as a RIS file."""
    written: str = rispy.dumps([reference(paper) for paper in selection.papers], implementation=_Writer)
    return written
