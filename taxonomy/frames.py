"""Answers and evidence as pandas frames. Absent is missing (NA), never 0."""

from __future__ import annotations

import pandas as pd

from corpus.rows import number_row
from taxonomy.answers.suggestions import Answer, Suggestion
from taxonomy.effects import difference_points
from taxonomy.knowledge import Knowledge


def suggestions(answer: Answer) -> pd.DataFrame:
    """Return a row for each method of an answer, group by group; effects in points of 100 against full fine-tuning."""
    rows = [
        _suggestion(number, entry) for number, group in enumerate(answer.groups, 1) for entry in group
    ]  # fmt: skip
    return pd.DataFrame(rows).convert_dtypes()


def _suggestion(group: int, entry: Suggestion) -> dict[str, object]:
    effect, memory, time = entry.estimate, entry.memory, entry.time
    return {
        "group": group,
        "method": entry.method,
        "effect": effect.points,
        "low": effect.low,
        "high": effect.high,
        "new_paper_low": effect.new_low,
        "new_paper_high": effect.new_high,
        "evidence": entry.grade.word,
        "sources": "; ".join(entry.direct.sources),
        "memory_gb": memory.middle if memory else None,
        "hours": time.middle if time else None,
        "cautions": "; ".join(caution.id for caution in entry.cautions),
    }


def numbers(known: Knowledge) -> pd.DataFrame:
    """Return a row for each reported number with its difference to full fine-tuning, in points of 100."""
    rows = [
        {**number_row(number, known.corpus), "difference_points": difference_points(number, known.vocabulary)}
        for number in known.corpus.results
    ]
    return pd.DataFrame(rows).convert_dtypes()
