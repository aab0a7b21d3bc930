"""Claims, verdicts and the cases behind them as tables."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from explorer.tables.frames import table
from taxonomy.answers.outcomes import Judged
from taxonomy.answers.verdicts import ClaimVerdict

CLAIMS = ("claim", "verdict", "by reported numbers", "by runs", "fidelity of the runs", "what is claimed", "because")
CASES = ("case", "value", "against", "difference, points", "low, points", "high, points", "what it says", "how judged")


def claims(found: Iterable[ClaimVerdict]) -> pd.DataFrame:
    """Return claims with their verdicts, a row each."""
    return table(
        (
            {
                "claim": entry.stated.id,
                "verdict": entry.verdict.value,
                "by reported numbers": entry.by_reported.verdict.value,
                "by runs": entry.by_measured.verdict.value,
                "fidelity of the runs": likeness(entry),
                "what is claimed": entry.stated.text,
                "because": entry.because,
            }
            for entry in found
        ),
        CLAIMS,
    )


def likeness(entry: ClaimVerdict) -> str | None:
    """Return how near the runs behind a verdict are to the paper's experiment; None where there are none."""
    profiles = entry.by_measured.fidelity
    aspects = ("model", "data", "steps", "metric", "settings")
    said = ("; ".join(f"{name} {getattr(each, name).likeness.value}" for name in aspects) for each in profiles)
    return " | ".join(dict.fromkeys(said)) or None


def cases(judged: Iterable[Judged]) -> pd.DataFrame:
    """Return the cases behind a verdict; scores in points of 100, the interval as the one-sided tests see it."""
    return table(
        (
            {
                "case": entry.case.what,
                "value": entry.case.value,
                "against": entry.case.against,
                "difference, points": entry.case.difference.points if entry.case.difference else None,
                "low, points": entry.interval[0] if entry.interval else None,
                "high, points": entry.interval[1] if entry.interval else None,
                "what it says": entry.outcome.value,
                "how judged": "tested over seeds" if entry.tested else "single numbers, as they are",
            }
            for entry in judged
        ),
        CASES,
    )
