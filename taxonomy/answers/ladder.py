"""The ladder of pooling models, from the simplest to the richest, and how each one predicts a paper left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from taxonomy.answers.aggregates import Aggregate
from taxonomy.answers.pairs import Kind
from taxonomy.answers.rules import EffectName, PoolingModel
from taxonomy.answers.scales import Scale
from taxonomy.answers.validation import Prediction, Skill, leave_one_out, skill_of, with_model
from taxonomy.vocabulary import Vocabulary

STEPS: tuple[tuple[EffectName, ...], ...] = (
    ("all",),
    ("method",),
    ("family", "method"),
    ("task",),
    ("all", "task"),
    ("task-group", "task"),
    ("task", "architecture"),
    ("task", "method"),
    ("task-group", "task", "family", "method"),
    ("all", "task-group", "task", "family", "method"),
)
SCALES = (Scale(kind="points"), Scale(kind="asinh", unit_points=1.0))
LADDER = tuple(PoolingModel(scale=scale, effects=effects) for scale in SCALES for effects in STEPS)
_CHOSEN: tuple[EffectName, ...] = ("task", "method")
SENSITIVITY = (
    *(PoolingModel(scale=Scale(kind="asinh", unit_points=unit), effects=_CHOSEN) for unit in (0.5, 1.0, 2.0)),
    PoolingModel(scale=Scale(kind="asinh"), effects=_CHOSEN, experiments_apart=False),
)
"""The chosen effects with other places where the scale turns, and with experiments that are like papers."""


@dataclass(frozen=True)
class Step:
    """One model and how it does."""

    model: PoolingModel
    skill: Skill


def climb(
    aggregates: Sequence[Aggregate], vocabulary: Vocabulary, ladder: Sequence[PoolingModel] = LADDER
) -> tuple[Step, ...]:
    """Return every step with its skill, each paper left out in turn."""
    return tuple(Step(model, skill_of(leave_one_out(aggregates, with_model(model, vocabulary)))) for model in ladder)


def chosen_inside(
    aggregates: Sequence[Aggregate], vocabulary: Vocabulary, ladder: Sequence[PoolingModel] = LADDER
) -> Skill:
    """Return the skill of choosing the step anew for each paper left out, by the other papers alone.

    Choosing a step by the figures of ``climb`` and then quoting its figure is too kind to it; this is the honest one
    (nested cross-validation; Varma and Simon 2006, BMC Bioinformatics 7:91).
    """

    def fitted(training: Sequence[Aggregate]) -> Callable[[Aggregate], Prediction]:
        inner = [aggregate for aggregate in training if aggregate.kind is Kind.REPORTED]
        best = min(climb(inner, vocabulary, ladder), key=lambda step: step.skill.mae)
        return with_model(best.model, vocabulary)(training)

    return skill_of(leave_one_out(aggregates, fitted))
