"""The shape of an answer: groups of methods, each with its evidence, and what was excluded."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.records import Caution
from taxonomy.answers.configurations import Start
from taxonomy.answers.costs import Cost
from taxonomy.answers.ground import Direct, Shares
from taxonomy.answers.pooling import Estimate
from taxonomy.answers.rules import GradeRule
from taxonomy.answers.wishes import Asked


@dataclass(frozen=True)
class Why:
    """What stands behind a pooled effect, and what was borrowed."""

    rows: tuple[str, ...]  # reported numbers of this method on this task
    runs: tuple[str, ...]  # runs of this method on this task
    borrowed: tuple[str, ...]  # sentences


@dataclass(frozen=True)
class Fitting:
    """Where no model is asked for: how large a model may be, by the estimate, and which known ones are not larger."""

    largest_weights: float
    models: tuple[str, ...]


@dataclass(frozen=True)
class Suggestion:
    """One method for the task asked for. Effects are in points of 100 against full fine-tuning."""

    method: str
    label: str
    estimate: Estimate
    direct: Direct
    elsewhere: tuple[str, ...]  # papers and experiments with comparable numbers of the method on other tasks
    grade: GradeRule
    shares: Shares | None
    memory: Cost | None
    time: Cost | None
    four_bit: bool  # whether the memory is that of a base model held in 4 bits
    fitting: Fitting | None
    cautions: tuple[Caution, ...]
    start: Start | None
    why: Why
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Excluded:
    """A method that is not suggested, and why."""

    method: str
    because: str


@dataclass(frozen=True)
class Nearest:
    """The nearest possible request where a budget is impossible."""

    method: str
    model: str | None  # None: the model asked for
    memory_gb: float | None
    hours: float | None


@dataclass(frozen=True)
class Answer:
    """Groups of methods, best first; methods of one group tie with the best of it, and the best known stands first."""

    asked: Asked
    groups: tuple[tuple[Suggestion, ...], ...]
    excluded: tuple[Excluded, ...]
    nearest: Nearest | None
    notes: tuple[str, ...]
    papers: int  # with comparable pairs, over all tasks
    experiments: int
