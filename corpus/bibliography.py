"""The bibliography: BibTeX made from the records, and a check that the shipped file is the one they make."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.middlewares import AddEnclosingMiddleware
from bibtexparser.middlewares.names import parse_single_name_into_parts
from bibtexparser.model import Entry, Field

from corpus.errors import Problem
from corpus.library import Corpus
from corpus.records import Paper

BIBLIOGRAPHY_FILE = Path(__file__).with_name("bibliography.bib")


class Kind(StrEnum):
    """What kind of publication a paper is."""

    JOURNAL = "journal"
    CONFERENCE = "conference"
    PREPRINT = "preprint"


_ENTRY_TYPES = {
    Kind.JOURNAL: ("article", "journal"),
    Kind.CONFERENCE: ("inproceedings", "booktitle"),
    Kind.PREPRINT: ("misc", "howpublished"),
}
_JOURNALS = frozenset({"TSE", "TOSEM", "EMSE", "PACMSE"})
_ESCAPES = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "&%#_${}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def citation_key(paper: Paper) -> str:
    """Return the key under which a paper is cited: first author's last name, year, and the review's number."""
    last = unicodedata.normalize("NFKD", paper.bibliography.authors[0].split()[-1])
    plain = re.sub(r"[^a-z]", "", last.lower()) or "anonymous"
    return f"{plain}{paper.bibliography.year}{paper.id.lower()}"


def kind_of(paper: Paper) -> Kind:
    """Return where a paper appeared: in a journal, at a conference, or as a preprint only."""
    venue = paper.bibliography.venue
    if venue.acronym in _JOURNALS or paper.bibliography.volume:
        return Kind.JOURNAL
    return Kind.PREPRINT if (venue.acronym or "").lower() == "arxiv" else Kind.CONFERENCE


def split_name(name: str) -> tuple[str, str]:
    """Return an author's given and family name, particles with the family name; given is empty for a single word.

    Raises:
        InvalidNameError: the name has unbalanced braces or too many commas.
    """
    parts = parse_single_name_into_parts(name)
    family = " ".join([*parts.von, *parts.last])
    return " ".join([*parts.first, *parts.jr]), family


def bibtex_entry(paper: Paper) -> Entry:
    """Return a paper's BibTeX entry with raw fields: titles are braced, so that styles keep their capitals."""
    entry = paper.bibliography
    venue, kind = entry.venue.name or entry.venue.acronym, kind_of(paper)
    entry_type, venue_field = _ENTRY_TYPES[kind]
    values: Mapping[str, str | None] = {
        "title": f"{{{entry.title.translate(_ESCAPES)}}}",
        "author": " and ".join(author.translate(_ESCAPES) for author in entry.authors),
        "year": str(entry.year),
        venue_field: venue.translate(_ESCAPES) if venue else None,
        "volume": entry.volume,
        "number": entry.issue,
        "pages": entry.pages.replace("-", "--") if entry.pages else entry.article,
        "publisher": entry.publisher.translate(_ESCAPES) if entry.publisher else None,
        "doi": entry.doi,
        "eprint": entry.arxiv,
        "archiveprefix": "arXiv" if entry.arxiv else None,
        "url": entry.url,
    }
    return Entry(
        entry_type, citation_key(paper), [Field(name, value) for name, value in values.items() if value is not None]
    )


def bibtex(papers: Iterable[Paper]) -> str:
    """Return papers as a BibTeX file."""
    library = Library([bibtex_entry(paper) for paper in papers])
    # Values are raw LaTeX already: only braces are added around them.
    layers = [AddEnclosingMiddleware(reuse_previous_enclosing=False, enclose_integers=True, default_enclosing="{")]
    text: str = write_string(library, unparse_stack=layers)
    return text


def bibliography_is_current(corpus: Corpus, path: Path = BIBLIOGRAPHY_FILE) -> Iterable[Problem]:
    """The shipped bibliography is the one that the shipped records make."""
    shipped = [paper for paper in corpus.papers.values() if (path.parent / "papers" / f"{paper.id}.yaml").exists()]
    if not path.exists() or path.read_text(encoding="utf-8") != bibtex(shipped):
        yield Problem(path.name, "", "differs from what the records make; write it anew with `make bibliography`")


def main() -> None:
    """Write the shipped bibliography from the shipped records."""
    from corpus.files import write_text
    from corpus.home import SHIPPED_PAPERS
    from corpus.library import RecordFiles, read_corpus

    shipped = read_corpus(RecordFiles(tuple(sorted(SHIPPED_PAPERS.glob("P*.yaml"))), (), (), ()))
    write_text(BIBLIOGRAPHY_FILE, bibtex(shipped.papers.values()))


if __name__ == "__main__":
    main()
