"""CSV: papers, a row each, and reported numbers in the form of their own files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from corpus.bibliography import citation_key
from corpus.exchange.writing.selection import Selection, terms
from corpus.files import dump_results
from corpus.records import Paper

TERMS = ("tasks", "methods", "models", "architectures", "datasets")
COLUMNS = (
    "id", "key", "title", "authors", "year", "venue", "venue_acronym", "venue_in_review", "volume", "issue", "pages",
    "article", "publisher", "doi", "arxiv", "url", "code_url", *TERMS, "summary",
)  # fmt: skip
JOINT = "; "  # between several values of a cell


def row(paper: Paper) -> dict[str, object]:
    """Return a paper as a row; a cell is empty where the record does not state it."""
    entry = paper.bibliography
    return {
        "id": paper.id,
        "key": citation_key(paper),
        **entry.model_dump(exclude={"venue", "authors"}),
        "authors": JOINT.join(entry.authors),
        "venue": entry.venue.name,
        "venue_acronym": entry.venue.acronym,
        "venue_in_review": entry.venue.in_review,
        **{field: JOINT.join(terms(paper, field)) for field in TERMS},
        "summary": paper.summary,
    }


def csv_text(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> str:
    """Return rows as CSV with a header; None is an empty cell."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def papers_csv(selection: Selection) -> str:
    """Return papers as a table."""
    return csv_text((row(paper) for paper in selection.papers), COLUMNS)


def numbers_csv(selection: Selection) -> str:
    """Return the papers' reported numbers as a table, with the columns of ``corpus/results/``."""
    return dump_results(selection.numbers)
