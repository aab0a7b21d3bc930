"""Reported numbers, measured results and effects as tables."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from corpus.records import ReportedResult
from explorer import formats
from explorer.tables.frames import named, table
from taxonomy import Knowledge
from taxonomy.effects import Effect, difference_points
from taxonomy.measured import Measured, Origin

REPORTED = (
    "paper", "method", "model", "task", "data set", "language", "setting", "metric", "value", "scale", "printed",
    "points vs full fine-tuning", "grade", "cautions", "source", "place in source", "number",
)  # fmt: skip


def reported(rows: Iterable[ReportedResult], known: Knowledge) -> pd.DataFrame:
    """Return reported numbers, a row each: the value on the metric's declared scale, and as it was printed."""
    words = known.vocabulary
    return table(
        (
            {
                "paper": row.paper,
                "method": named(known, "methods", row.method, row.method_in_source),
                "model": named(known, "models", row.model, row.model_in_source),
                "task": words.label("tasks", row.task),
                "data set": named(known, "datasets", row.dataset, row.dataset_in_source),
                "language": row.language,
                "setting": "; ".join(filter(None, (row.variant, row.setting))) or None,
                "metric": words.label("metrics", row.metric),
                "value": row.value,
                "scale": formats.SCALES[words.metric[row.metric].scale],
                "printed": f"{row.printed_value:g} {row.printed_unit}",
                "points vs full fine-tuning": difference_points(row, words),
                "grade": row.evidence.value,
                "cautions": ", ".join(caution.id for caution in known.corpus.cautions_on.get(row.id, ())) or "none",
                "source": row.source.url,
                "place in source": row.source.at,
                "number": row.id,
            }
            for row in rows
        ),
        REPORTED,
    )


ORIGINS = {Origin.SHIPPED: "this project", Origin.OWN: "this machine"}

MEASURED = (
    "method", "task", "data set", "model", "metric", "mean", "std over seeds", "seeds", "untuned", "majority class",
    "signal", "full fine-tuning", "points vs full fine-tuning", "measured by", "scale of the run", "trainable %",
    "items", "training", "peak memory",
)  # fmt: skip


def measured(results: Iterable[Measured], known: Knowledge) -> pd.DataFrame:
    """Return measured results, a row for each method of an experiment; scores on the metric's declared scale."""
    words = known.vocabulary
    return table(
        (
            {
                "method": f"{words.label('methods', result.method)}{formats.learns(result.backbone_learns)}",
                "task": words.label("tasks", result.task),
                "data set": words.label("datasets", result.dataset),
                "model": words.label("models", result.model),
                "metric": words.label("metrics", result.metric),
                "mean": result.mean,
                "std over seeds": result.std,
                "seeds": len(result.seeds),
                "untuned": result.untuned,
                "majority class": result.majority,
                "signal": signal(result, known),
                "full fine-tuning": result.full_finetuning,
                "points vs full fine-tuning": measured_points(result, known),
                "measured by": ORIGINS[result.origin],
                "scale of the run": result.scale.value,
                "trainable %": result.trainable_percent,
                "items": result.items,
                "training": formats.duration(result.train_seconds),
                "peak memory": formats.gigabytes(result.peak_memory_gb),
            }
            for result in results
        ),
        MEASURED,
    )


def signal(result: Measured, known: Knowledge) -> str | None:
    """Return what training showed against the baseline, in words; None where seeds or baseline are missing."""
    found = result.signal(known.vocabulary.metric[result.metric].better)
    return found.value if found else None


def measured_points(result: Measured, known: Knowledge) -> float | None:
    """Return a measured mean against full fine-tuning of the same experiment, in points of 100."""
    if result.full_finetuning is None or result.method == "full-finetuning":
        return None
    return known.vocabulary.metric[result.metric].points(result.mean - result.full_finetuning)


def effect(summary: Effect) -> pd.DataFrame:
    """Return an effect, a row for each paper, in points of 100 against full fine-tuning."""
    return table(
        (
            {
                "paper": entry.paper,
                "numbers": entry.numbers,
                "median points": entry.median_points,
                "lowest": entry.lowest_points,
                "highest": entry.highest_points,
            }
            for entry in summary.by_paper
        ),
        ("paper", "numbers", "median points", "lowest", "highest"),
    )
