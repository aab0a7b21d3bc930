"""What is asked for: a task, a model, and limits."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.errors import RequestError
from taxonomy.answers.words import Understood, understand_task
from taxonomy.vocabulary import Model, Vocabulary


@dataclass(frozen=True)
class Wish:
    """What is asked for. ``task`` is a name or a description in words; None elsewhere: no limit."""

    task: str
    architecture: str | None = None
    model: str | None = None
    memory_gb: float | None = None
    hours: float | None = None
    must_merge: bool = False
    must_quantise: bool = False
    training_tokens: int | None = None  # for the estimate of time; None: as many as the rules say


@dataclass(frozen=True)
class Asked:
    """A wish with its names resolved."""

    wish: Wish
    task: Understood
    task_group: str
    architecture: str | None
    model: Model | None

    @property
    def weights(self) -> int | None:
        """Number of weights of the model asked for; None: no model, or its size is not known."""
        return self.model.parameters if self.model else None


def ask(wish: Wish, vocabulary: Vocabulary) -> Asked:
    """Return a wish with its names resolved.

    Raises:
        UnknownNameError: a task, an architecture or a model that the vocabulary does not know.
        RequestError: an ambiguous description, a model of another architecture, or a budget that is not above zero.
    """
    task = understand_task(wish.task, vocabulary)
    architecture = vocabulary.resolve("architectures", wish.architecture) if wish.architecture else None
    model = vocabulary.model[vocabulary.resolve("models", wish.model)] if wish.model else None
    if model and architecture and model.architecture != architecture:
        raise RequestError(
            f"{model.label} is of the kind {model.architecture}, not {architecture}; leave out one of the two"
        )
    for name, value in (("memory", wish.memory_gb), ("hours", wish.hours), ("tokens", wish.training_tokens)):
        if value is not None and not 0 < value < float("inf"):
            raise RequestError(f"the budget of {name} is {value:g}; give a number above zero")
    group = next(entry.group for entry in vocabulary.tasks if entry.id == task.task)
    return Asked(wish, task, group, model.architecture if model else architecture, model)
