"""Writing papers: one writer for each format, all behind ``WRITERS``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from corpus.bibliography import bibtex
from corpus.exchange.writing.citation_file import citation_file
from corpus.exchange.writing.csl import csl_json
from corpus.exchange.writing.latex import numbers_table, papers_table
from corpus.exchange.writing.orkg import orkg
from corpus.exchange.writing.ris import ris
from corpus.exchange.writing.selection import Labels, Selection
from corpus.exchange.writing.tables import numbers_csv, papers_csv

__all__ = ["WRITERS", "Labels", "Selection", "Writer"]


@dataclass(frozen=True)
class Writer:
    """A format: what it carries in a few words, and the function that writes it."""

    carries: str
    write: Callable[[Selection], str]


def _bibtex(selection: Selection) -> str:
    return bibtex(selection.papers)


WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "bibtex": Writer("papers, for LaTeX", _bibtex),
        "csl-json": Writer("papers, for citation processors", csl_json),
        "ris": Writer("papers, for reference managers", ris),
        "csv": Writer("papers with what they studied, a row each", papers_csv),
        "csv-numbers": Writer("reported numbers with their sources, a row each", numbers_csv),
        "latex": Writer("a table of papers", papers_table),
        "latex-numbers": Writer("a table of reported numbers", numbers_table),
        "orkg": Writer("a comparison for the Open Research Knowledge Graph", orkg),
        "cff": Writer("a CITATION.cff of codepeft with the papers as references", citation_file),
    }
)
