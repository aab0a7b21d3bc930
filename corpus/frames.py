"""The corpus as pandas frames, one for each kind of record. Absent is missing (NA), never 0.

>>> from corpus import frames, open_corpus
>>> frames.papers(open_corpus()).shape[0]
28
"""

from __future__ import annotations

import pandas as pd

from corpus import rows
from corpus.library import Corpus


def _frame(table: list[rows.Row]) -> pd.DataFrame:
    return pd.DataFrame(table).convert_dtypes()


def papers(corpus: Corpus) -> pd.DataFrame:
    """Return a row for each paper; several authors, tasks, ... of one cell are joined by ``'; '``."""
    return _frame(rows.papers(corpus))


def studies(corpus: Corpus) -> pd.DataFrame:
    """Return a row for each study and method: what a paper tried on a task."""
    return _frame(rows.studies(corpus))


def numbers(corpus: Corpus) -> pd.DataFrame:
    """Return a row for each reported number; values are on the metric's declared scale."""
    return _frame(rows.numbers(corpus))


def claims(corpus: Corpus) -> pd.DataFrame:
    """Return a row for each claim."""
    return _frame(rows.claims(corpus))


def cautions(corpus: Corpus) -> pd.DataFrame:
    """Return a row for each caution."""
    return _frame(rows.cautions(corpus))


def runs(corpus: Corpus) -> pd.DataFrame:
    """Return a row for each run, the project's first."""
    return _frame(rows.runs(corpus))
