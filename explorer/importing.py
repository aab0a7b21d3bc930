"""One way in for every file: references go to the user's library, results of others stand apart."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corpus.errors import RecordError
from corpus.exchange.duplicates import Work
from corpus.exchange.foreign import ImportedResults, foreign_format, import_results
from corpus.exchange.foreign.importing import parsed_json
from corpus.exchange.importing import Imported, Treatment, import_content, works_known
from corpus.exchange.reading.limits import as_text, read_bytes
from corpus.home import Home
from corpus.library import Corpus, open_corpus
from corpus.references import read_library


@dataclass(frozen=True)
class Wish:
    """How a file is to be imported."""

    treatment: Treatment = Treatment.ASK
    format: str | None = None  # None: found out
    source: str | None = None


def import_file(path: Path, home: Home, wish: Wish) -> Imported | ImportedResults:
    """Import a file; raise RequestError when it is not there or in no format that is known."""
    return import_anything(path.name, read_bytes(path), home, wish)


def import_anything(name: str, content: bytes, home: Home, wish: Wish) -> Imported | ImportedResults:
    """Import a file's content: results of others where its JSON has their keys, else references."""
    if wish.format is None and content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        parsed = parsed_json(as_text(content, name))
        if foreign_format(parsed) is not None:
            return import_results(name, content, parsed, home, source=wish.source)
    known = works_known(map(Work.of_paper, papers_of(home).papers.values()), read_library(home).references)
    return import_content(name, content, home, known, treatment=wish.treatment, asked=wish.format, source=wish.source)


def papers_of(home: Home) -> Corpus:
    """Return the corpus to compare with; the shipped one alone when the user's own files have faults."""
    try:
        return open_corpus(home)
    except RecordError:
        return open_corpus(Home(home.root / "no user's papers"))
