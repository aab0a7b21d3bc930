"""The ledger of claims: what each says, and whether numbers and runs bear it out."""

from __future__ import annotations

from corpus.ledgers import read_ledgers
from explorer import data, tables
from explorer.parts.charts import grid
from explorer.parts.frame import page
from explorer.parts.headings import heading
from taxonomy import Knowledge
from taxonomy.answers.verdicts import verdicts


def draw(known: Knowledge) -> None:
    """Draw the page."""
    heading("Claims", "Every claim of every paper and of the review, and what became of it.")
    found = verdicts(known.corpus, known.vocabulary, read_ledgers(data.home()))
    rows = ({"claim": entry.stated.id, "verdict": entry.verdict.value, "because": entry.because} for entry in found)
    grid(tables.table(rows, ("claim", "verdict", "because")), key="claims")


page(draw)
