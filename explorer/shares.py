"""A view as files for others: exactly the rows that it shows, as CSV, JSON, BibTeX and LaTeX, and how to cite it.

Pure functions; what draws the buttons is ``explorer.parts.export``. What writes a format is read when it is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from importlib import metadata
from math import isnan
from typing import Any

import pandas as pd
from pydantic import BaseModel

from taxonomy import Knowledge
from taxonomy.answers.memory import kept_for

TITLE = "codepeft: an executable survey of parameter-efficient fine-tuning for code models"
AUTHOR = "The codepeft authors"
"""As CITATION.cff has them, which does not ship in the package."""


@dataclass(frozen=True)
class View:
    """What a page shows, to be taken along. Everything is made when it is asked for, not when the page is drawn.

    ``records`` are the typed records behind the rows of ``frame``; ``charts`` the keys of the figures on the page by
    what they are called.
    """

    name: str  # of the files
    title: str  # of the table
    frame: Callable[[], pd.DataFrame]
    records: Callable[[], Sequence[object]]
    papers: Callable[[], Iterable[str]] = tuple
    charts: Mapping[str, str] = field(default_factory=dict)


def as_csv(view: View) -> str:
    """Return the rows as CSV; an absent value is an empty cell."""
    return view.frame().to_csv(index=False, lineterminator="\n")


def as_json(view: View, known: Knowledge, address: str) -> str:
    """Return the typed records with the address of the view and the state of the data that they are from."""
    document = {
        "view": view.title,
        "address": address,
        "data": known.index.digest,
        "codepeft": metadata.version("codepeft"),
        "rows": [plain(record) for record in view.records()],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_bibtex(view: View, known: Knowledge) -> str:
    """Return the papers behind the rows."""
    from corpus.bibliography import bibtex

    return bibtex(known.corpus.papers[name] for name in dict.fromkeys(view.papers()))


def as_latex(view: View) -> str:
    """Return the rows as a LaTeX table with booktabs rules, every cell escaped; an absent value is a dash."""
    from corpus.exchange.writing import latex

    frame = view.frame()
    columns = "".join("r" if frame[name].dtype.kind in "iuf" else "l" for name in frame.columns)
    header = [latex.escape(str(name)) for name in frame.columns]
    rows = (list(map(_cell, row)) for row in frame.itertuples(index=False))
    return f"% {' '.join(view.title.split())}\n{latex.table(header, rows, columns)}"


def _cell(value: object) -> str:
    from corpus.exchange.writing import latex

    if value is None or (isinstance(value, float) and isnan(value)):
        return latex.NOT_REPORTED
    return f"{value:.4g}" if isinstance(value, float) else latex.escape(" ".join(str(value).split()))


def plain(value: object) -> Any:
    """Return a record, or what it is made of, as JSON types."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return plain({name: getattr(value, name) for name in value.__dataclass_fields__})
    if isinstance(value, Mapping):
        return {str(name): plain(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(entry) for entry in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def citation(known: Knowledge, address: str) -> str:
    """Return how to cite codepeft with the state of the data, as BibTeX. It freezes all answers: that takes seconds."""
    from corpus.ledgers import read_ledgers
    from explorer.freezing import snapshot_of

    frozen = kept_for(
        known.corpus, "snapshot", lambda: snapshot_of(known.corpus, known.vocabulary, read_ledgers(known.home))
    )
    return (
        f"@software{{codepeft-{frozen.digest[:12]},\n"
        f"  title = {{{{{TITLE}}}}},\n"
        f"  author = {{{{{AUTHOR}}}}},\n"
        f"  year = {{{frozen.created_at:%Y}}},\n"
        f"  version = {{{frozen.version}}},\n"
        f"  note = {{Snapshot {frozen.digest}, {frozen.created_at:%Y-%m-%d}: {len(known.corpus.papers)} papers, "
        f"{len(known.corpus.results)} reported numbers, {len(known.corpus.every_run)} runs}},\n"
        f"  howpublished = {{\\url{{{address}}}}}\n"
        "}\n"
    )
