"""The map of evidence as tables."""

from __future__ import annotations

import pandas as pd

from explorer.tables.frames import table as frame
from taxonomy import Knowledge
from taxonomy.answers.evidence_map import EvidenceMap, Square
from taxonomy.answers.gaps import GapKind


def table(found: EvidenceMap, kinds: tuple[GapKind, ...], known: Knowledge) -> pd.DataFrame:
    """Return the map as a table, a row a mark."""
    words = known.vocabulary
    return frame(
        (
            {
                "method": words.label("methods", one.method),
                "task": words.label("tasks", one.task),
                "what stands there": one.kind.value,
                "papers": ", ".join(one.papers) or None,
                "numbers": one.numbers,
                "read at first hand, %": one.first_hand_percent,
                "median points vs full fine-tuning": one.effect.median_points,
                "papers behind it": one.effect.papers,
                "runs": len(one.runs),
                "minutes to run": _least(one, "minutes"),
                "memory, GB": _least(one, "memory_gb"),
                "why": "; ".join(dict.fromkeys(gap.because for gap in one.gaps)),
            }
            for one in found.squares
            if one.kind in kinds
        ),
        (
            "method", "task", "what stands there", "papers", "numbers", "read at first hand, %",
            "median points vs full fine-tuning", "papers behind it", "runs", "minutes to run", "memory, GB", "why",
        ),
    )  # fmt: skip


def _least(one: Square, field: str) -> float | None:
    return min((value for _, offer in one.offers if (value := getattr(offer, field)) is not None), default=None)


def by_architecture(one: Square, known: Knowledge) -> pd.DataFrame:
    """Return what stands in one square for each architecture, and what a run there would take."""
    return frame(
        (
            {
                "architecture": known.vocabulary.label("architectures", gap.architecture),
                "what stands there": gap.kind.value,
                "why": gap.because,
                "experiment": gap.offer.experiment if gap.offer else None,
                "runs": gap.offer.runs if gap.offer else None,
                "minutes": gap.offer.minutes if gap.offer else None,
                "memory, GB": gap.offer.memory_gb if gap.offer else None,
                "estimated from": gap.offer.basis if gap.offer else None,
            }
            for gap in one.gaps
        ),
        ("architecture", "what stands there", "why", "experiment", "runs", "minutes", "memory, GB", "estimated from"),
    )
