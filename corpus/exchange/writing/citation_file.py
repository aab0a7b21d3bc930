"""CITATION.cff: how to cite codepeft, with the chosen papers as references (Citation File Format 1.2.0)."""

from __future__ import annotations

import importlib.metadata
import re
from typing import Any

from corpus.bibliography import Kind, kind_of, split_name
from corpus.exchange.writing.selection import Selection
from corpus.files import dump_yaml
from corpus.records import Paper

_TYPES = {Kind.JOURNAL: "article", Kind.CONFERENCE: "conference-paper", Kind.PREPRINT: "article"}
_DOI = re.compile(r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+")  # of the format's schema, narrower than DOIs are
_RANGE = re.compile(r"([0-9:]+)-([0-9:]+)")


def _person(author: str) -> dict[str, str]:
    given, family = split_name(author)
    return {"family-names": family, "given-names": given} if given else {"name": family}


def reference(paper: Paper) -> dict[str, Any]:
    """Return a paper as a reference; what the record does not state, and the format cannot hold, is left out."""
    entry = paper.bibliography
    kind, venue = kind_of(paper), entry.venue.name or entry.venue.acronym
    pages = _RANGE.fullmatch(entry.pages or "")
    values = {
        "type": _TYPES[kind],
        "title": entry.title,
        "authors": [_person(author) for author in entry.authors],
        "year": entry.year,
        "journal": venue if kind is Kind.JOURNAL else None,
        "conference": {"name": venue} if kind is Kind.CONFERENCE and venue else None,
        "volume": entry.volume,
        "issue": entry.issue,
        "start": pages[1] if pages else None,
        "end": pages[2] if pages else None,
        "publisher": {"name": entry.publisher} if entry.publisher else None,
        "doi": entry.doi if entry.doi and _DOI.fullmatch(entry.doi) else None,
        "identifiers": [{"type": "other", "value": f"arXiv:{entry.arxiv}"}] if entry.arxiv else None,
        "url": entry.url,
        "repository-code": entry.code_url,
        "abbreviation": paper.id,
    }
    return {key: value for key, value in values.items() if value is not None}


def citation_file(selection: Selection) -> str:
    """Return a CITATION.cff for codepeft and the papers chosen."""
    return dump_yaml(
        {
            "cff-version": "1.2.0",
            "message": "If you use codepeft, please cite it and the papers whose results you use.",
            "title": "codepeft: an executable survey of parameter-efficient fine-tuning for code models",
            "type": "software",
            "version": importlib.metadata.version("codepeft"),
            "license": "Apache-2.0",
            "authors": [{"name": "The codepeft authors"}],
            "references": [reference(paper) for paper in selection.papers],
        }
    )
