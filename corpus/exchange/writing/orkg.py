"""ORKG: a comparison as the CSV that the Open Research Knowledge Graph imports, a paper a row.

The header's predefined labels begin with ``paper:`` and ``contribution:``; every other label becomes a property. A
property with several values has a column for each, under one label; ``resource:`` before a value makes it a resource.
The research field is chosen when the file is imported: the graph's own ids are not ours to guess.
"""

from __future__ import annotations

import csv
import io

from corpus.exchange.writing.selection import Selection, terms
from corpus.records import Paper

PROPERTIES = (
    ("contribution:research_problem", "tasks"), ("PEFT method", "methods"), ("Model", "models"),
    ("Model architecture", "architectures"), ("Data set", "datasets"),
)  # fmt: skip


def orkg(selection: Selection) -> str:
    """Return papers as a comparison."""
    widths = {
        field: max((len(terms(paper, field)) for paper in selection.papers), default=0) for _, field in PROPERTIES
    }
    header = [
        "paper:title", "paper:authors", "paper:publication_year", "paper:published_in", "paper:doi", "paper:url",
        *(label for label, field in PROPERTIES for _ in range(widths[field])),
        "Reported numbers in codepeft", "Code", "Record in codepeft",
    ]  # fmt: skip
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(_row(paper, selection, widths) for paper in selection.papers)
    return out.getvalue()


def _row(paper: Paper, selection: Selection, widths: dict[str, int]) -> list[str]:
    entry = paper.bibliography
    cells = [
        entry.title,
        "; ".join(entry.authors),
        str(entry.year),
        entry.venue.name or entry.venue.acronym or "",
        entry.doi or "",
        entry.url,
    ]
    for label, field in PROPERTIES:
        prefix = "" if label.startswith("contribution:") else "resource:"
        values = [f"{prefix}{value}" for value in selection.labels(paper, field)]
        cells += [*values, *([""] * (widths[field] - len(values)))]
    return [*cells, str(len(selection.corpus.results_of[paper.id])), entry.code_url or "", paper.id]
