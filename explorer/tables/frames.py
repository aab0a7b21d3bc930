"""Rows and names as data frames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from explorer import formats
from taxonomy import Knowledge


def table(rows: Iterable[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a frame that has its columns even when there are no rows."""
    return pd.DataFrame(list(rows), columns=list(columns))


def named(known: Knowledge, kind: str, term: str | None, in_source: str) -> str:
    """Return a term's label, or the source's own word where it is not a term of ours."""
    return known.vocabulary.label(kind, term) if term else in_source


def pairs(values: Iterable[tuple[str, object]], first: str = "field", second: str = "value") -> pd.DataFrame:
    """Return names and values as text, a row each; absent values say so."""
    return table(
        ({first: name, second: formats.NOT_REPORTED if value is None else str(value)} for name, value in values),
        (first, second),
    )


def flattened(settings: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Return nested settings as (path, value) pairs."""
    if isinstance(settings, dict):
        return [pair for name, value in settings.items() for pair in flattened(value, f"{prefix}{name}: ")]
    text = ", ".join(map(str, settings)) if isinstance(settings, (list, tuple)) else str(settings)
    return [(prefix.removesuffix(": "), text)]
