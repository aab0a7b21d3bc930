"""Answers as plain JSON documents: the shapes of `codepeft suggest` and `codepeft validate-suggestions`.

Effects are in points of 100 against full fine-tuning of the same model on the same data, positive is better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from taxonomy.answers.costs import Cost
from taxonomy.answers.ground import SourceEffect
from taxonomy.answers.ladder import Step
from taxonomy.answers.suggestions import Answer, Suggestion
from taxonomy.answers.traits import traits_file
from taxonomy.answers.validation import Skill, Validation

Document = dict[str, Any]

UNIT = "points of 100 against full fine-tuning, positive is better"


def answer(found: Answer) -> Document:
    """Return a whole answer."""
    asked = found.asked
    return {
        "task": asked.task.task,
        "understood_by": asked.task.because,
        "architecture": asked.architecture,
        "model": asked.model.id if asked.model else None,
        "limits": {
            "memory_gb": asked.wish.memory_gb,
            "hours": asked.wish.hours,
            "must_merge": asked.wish.must_merge,
            "must_quantise": asked.wish.must_quantise,
            "training_tokens": asked.wish.training_tokens,
        },
        "unit": UNIT,
        "groups": [[suggestion(entry) for entry in group] for group in found.groups],
        "excluded": [asdict(entry) for entry in found.excluded],
        "nearest": asdict(found.nearest) if found.nearest else None,
        "notes": list(found.notes),
        "pooled_papers": found.papers,
        "pooled_experiments": found.experiments,
    }


def suggestion(entry: Suggestion) -> Document:
    """Return one method of an answer."""
    estimate, direct, shares = entry.estimate, entry.direct, entry.shares
    return {
        "method": entry.method,
        "label": entry.label,
        "effect": estimate.points,
        "interval": [estimate.low, estimate.high],
        "prediction_interval": [estimate.new_low, estimate.new_high],
        "grade": entry.grade.word,
        "grade_meaning": entry.grade.meaning,
        "best_evidence": min(direct.grades).value if direct.grades else None,
        "worst_evidence": direct.worst_grade.value if direct.worst_grade else None,
        "papers": [effect.source for effect in direct.reported],
        "papers_on_other_tasks": list(entry.elsewhere),
        "numbers": len(direct.rows),
        "measured_runs": len(direct.runs),
        "reported": [source_effect(effect) for effect in direct.reported],
        "measured": [source_effect(effect) for effect in direct.measured],
        "trainable_percent": shares.lean if shares else None,
        "trainable": {
            "reported": list(shares.reported) if shares and shares.reported else None,
            "measured": list(shares.measured) if shares and shares.measured else None,
        },
        "memory_gb": entry.memory.middle if entry.memory else None,
        "memory": cost(entry.memory),
        "hours": entry.time.middle if entry.time else None,
        "time": cost(entry.time),
        "largest_model": asdict(entry.fitting) if entry.fitting else None,
        "quantization_config": traits_file().four_bit_loading if entry.four_bit else None,
        "cautions": [{"id": c.id, "kind": c.kind.value, "text": c.text} for c in entry.cautions],
        "configuration": asdict(entry.start) if entry.start else None,
        "why": asdict(entry.why),
        "notes": list(entry.notes),
    }


def source_effect(effect: SourceEffect) -> Document:
    """Return what one paper or experiment found."""
    return {**asdict(effect), "models": list(effect.models)}


def cost(found: Cost | None) -> Document | None:
    """Return a cost with its range, and whether it is an estimate."""
    return asdict(found) if found else None


def validation(found: Validation, steps: Sequence[Step] = ()) -> Document:
    """Return the check of the predictions; with the ladder of models where its steps are given."""
    document: Document = {
        "unit": UNIT,
        "papers": found.papers,
        "aggregates": found.aggregates,
        "ours": skill(found.ours),
        "baselines": {
            name: {
                **skill(entry.skill),
                "worse_than_ours_by": entry.difference,
                "worse_than_ours_interval": [entry.low, entry.high],
            }
            for name, entry in found.baselines.items()
        },
        "without_experiments": skill(found.without_experiments) if found.without_experiments else None,
        "experiments": skill(found.experiments) if found.experiments else None,
    }
    if steps:
        document["ladder"] = [
            {"scale": step.model.scale.kind, "effects": list(step.model.effects), **skill(step.skill)} for step in steps
        ]
    return document


def skill(found: Skill) -> Document:
    """Return how well one predictor does."""
    return {
        "mae": found.mae,
        "interval": [found.low, found.high],
        "rank_correlation": found.rank_correlation,
        "ranked_papers": found.ranked_papers,
        "coverage": found.coverage,
        "coverage_by_paper": found.coverage_by_paper,
        "by_paper": dict(found.by_paper),
    }
