"""What is learnt from each kind of data: batches, loss, evaluation, baseline; one protocol, a module an objective."""

from collections.abc import Mapping

from reproduce.objectives.base import Evaluated, Frame, Objective, Portion, Tuned
from reproduce.registry import imported
from reproduce.registry.datasets import DataKind

__all__ = ["Evaluated", "Frame", "Objective", "Portion", "Tuned", "objective_of"]

OBJECTIVES: Mapping[DataKind, str] = {
    "labelled": "reproduce.objectives.retrieval:labelled",
    "paired": "reproduce.objectives.retrieval:paired",
    "classified": "reproduce.objectives.classification:Classification",
    "generated": "reproduce.objectives.generation:Generation",
    "cloze": "reproduce.objectives.cloze:cloze",
    "programs": "reproduce.objectives.programs:Writing",
}
"""The objective of each kind of data: what makes one of a frame."""


def objective_of(kind: DataKind, frame: Frame) -> Objective:
    """Return the objective of a kind of data, its splits tokenised."""
    objective: Objective = imported(OBJECTIVES[kind])(frame)
    return objective
