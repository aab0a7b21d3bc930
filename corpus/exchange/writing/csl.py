"""CSL-JSON: bibliographic items as citation processors read them (schema csl-data.json, CSL 1.0.2)."""

from __future__ import annotations

import json
import re
from typing import Any

from corpus.bibliography import Kind, citation_key, kind_of, split_name
from corpus.exchange.writing.selection import Selection
from corpus.records import Paper

_TYPES = {Kind.JOURNAL: "article-journal", Kind.CONFERENCE: "paper-conference", Kind.PREPRINT: "article"}
PAGE_COUNT = re.compile(r"(\d+) pages")


def _name(author: str) -> dict[str, str]:
    given, family = split_name(author)
    return {"family": family, "given": given} if given else {"literal": family}


def item(paper: Paper) -> dict[str, Any]:
    """Return a paper as a CSL item; what the record does not state is left out."""
    entry = paper.bibliography
    counted = PAGE_COUNT.fullmatch(entry.pages or "")
    custom = {"codepeft_id": paper.id, "code_url": entry.code_url}
    values = {
        "id": citation_key(paper),
        "type": _TYPES[kind_of(paper)],
        "title": entry.title,
        "author": [_name(author) for author in entry.authors],
        "issued": {"date-parts": [[entry.year]]},
        "container-title": entry.venue.name,
        "container-title-short": entry.venue.acronym,
        "volume": entry.volume,
        "issue": entry.issue,
        "page": None if counted else entry.pages,
        "number-of-pages": counted[1] if counted else None,
        "number": entry.article,  # of the article, where a journal has numbers instead of pages
        "publisher": entry.publisher,
        "DOI": entry.doi,
        "URL": entry.url,
        "archive": "arXiv" if entry.arxiv else None,
        "archive_location": f"arXiv:{entry.arxiv}" if entry.arxiv else None,
        "custom": {key: value for key, value in custom.items() if value is not None},
    }
    return {key: value for key, value in values.items() if value is not None}


def csl_json(selection: Selection) -> str:
    """Return papers as a CSL-JSON document."""
    return json.dumps([item(paper) for paper in selection.papers], indent=2, ensure_ascii=False) + "\n"
