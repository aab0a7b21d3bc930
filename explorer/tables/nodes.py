"""Nodes of the taxonomy, and two facets crossed, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from explorer.tables.frames import table
from taxonomy.matrix import Matrix
from taxonomy.summaries import NodeSummary


def tree(nodes: Iterable[NodeSummary]) -> pd.DataFrame:
    """Return a tree as a table, children indented below their parent."""
    return table(
        (
            {
                "node": f"{'    ' * node.depth}{node.node.label}",
                "studies": node.studies,
                "papers": node.papers,
                "reported numbers": node.reported,
                "with a caution, %": node.cautioned_percent,
                "measured runs": node.measured_runs,
                "median points vs full fine-tuning": node.effect.median_points,
                "papers behind it": node.effect.papers,
                "address": node.node.id,
            }
            for node in nodes
        ),
        (
            "node", "studies", "papers", "reported numbers", "with a caution, %", "measured runs",
            "median points vs full fine-tuning", "papers behind it", "address",
        ),
    )  # fmt: skip


def crossed(counted: Matrix, rows: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """Return a matrix of counts under the names given for its rows and columns."""
    return pd.DataFrame([list(line) for line in counted.counts], index=list(rows), columns=list(columns))
