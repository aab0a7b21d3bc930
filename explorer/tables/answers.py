"""Answers as tables: the methods that suit a task, and those that were excluded."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from explorer.tables.frames import table
from taxonomy import Knowledge
from taxonomy.answers.costs import Cost
from taxonomy.answers.suggestions import Answer, Excluded, Suggestion
from taxonomy.answers.validation import Validation

SUGGESTED = (
    "group", "method", "points vs full fine-tuning", "low", "high", "new paper, low", "new paper, high", "evidence",
    "papers", "measured by", "trained %", "memory, GB", "memory, range", "hours", "hours, range", "largest model",
)  # fmt: skip


def suggested(found: Answer) -> pd.DataFrame:
    """Return an answer, a row a method: ``low`` and ``high`` bound the 95 % interval, in points of 100."""
    return table(
        (_row(number, entry) for number, group in enumerate(found.groups, 1) for entry in group),
        SUGGESTED,
    )


def _row(number: int, entry: Suggestion) -> dict[str, object]:
    estimate = entry.estimate
    return {
        "group": number,
        "method": entry.label,
        "points vs full fine-tuning": estimate.points,
        "low": estimate.low,
        "high": estimate.high,
        "new paper, low": estimate.new_low,
        "new paper, high": estimate.new_high,
        "evidence": entry.grade.word,
        "papers": ", ".join(effect.source for effect in entry.direct.reported) or "none on this task",
        "measured by": ", ".join(effect.source for effect in entry.direct.measured) or "nothing on this task",
        "trained %": entry.shares.lean if entry.shares else None,
        "memory, GB": entry.memory.middle if entry.memory else None,
        "memory, range": cost_range(entry.memory),
        "hours": entry.time.middle if entry.time else None,
        "hours, range": cost_range(entry.time),
        "largest model": f"about {entry.fitting.largest_weights / 1e9:.2g} billion weights" if entry.fitting else None,
    }


def cost_range(cost: Cost | None) -> str | None:
    """Return a cost's range and whether it was measured; None where nothing is known."""
    if cost is None:
        return None
    return f"{cost.low:.2g} to {cost.high:.2g}, {'estimated' if cost.estimated else 'measured'}"


def excluded(found: Iterable[Excluded], known: Knowledge) -> pd.DataFrame:
    """Return what is not suggested, the methods of one reason together."""
    by_reason: dict[str, list[str]] = {}
    for entry in found:
        by_reason.setdefault(entry.because, []).append(known.vocabulary.label("methods", entry.method))
    rows = ({"excluded": ", ".join(methods), "because": reason} for reason, methods in by_reason.items())
    return table(rows, ("excluded", "because"))


SKILLS = ("predictor", "mean absolute error", "low", "high", "rank correlation", "coverage, %")


def skills(found: Validation) -> pd.DataFrame:
    """Return how well ours and each simple rule predict a paper from the others, in points of 100."""
    named = {"ours": found.ours, **{name: entry.skill for name, entry in found.baselines.items()}}
    return table(
        (
            {
                "predictor": name,
                "mean absolute error": skill.mae,
                "low": skill.low,
                "high": skill.high,
                "rank correlation": skill.rank_correlation,
                "coverage, %": None if skill.coverage is None else 100 * skill.coverage,
            }
            for name, skill in named.items()
        ),
        SKILLS,
    )
