"""Rules as data: when a number stays out, with the reason, and the thresholds of the grades."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from corpus.errors import RecordError
from corpus.files import load_yaml, problems_of
from corpus.records.base import Name, Record, Text
from taxonomy.answers.scales import Scale

RULES_FILE = Path(__file__).with_name("rules.yaml")

Fact = str | float | bool | None


class AtMost(Record):
    """Holds for a number that is not above the limit; never for a missing one."""

    at_most: float


class Rule(Record):
    """Holds when every fact named has the value given."""

    id: Name
    when: dict[str, bool | str | AtMost | None] = Field(min_length=1)
    reason: Text

    def holds(self, facts: Mapping[str, Fact]) -> bool:
        """Return whether the rule holds; raise KeyError for a fact that does not exist."""
        return all(_is(facts[name], wanted) for name, wanted in self.when.items())


def _is(fact: Fact, wanted: bool | str | AtMost | None) -> bool:
    if isinstance(wanted, AtMost):
        return isinstance(fact, int | float) and not isinstance(fact, bool) and fact <= wanted.at_most
    return fact == wanted


def first_that_holds(rules: Iterable[Rule], facts: Mapping[str, Fact]) -> Rule | None:
    """Return the first rule that holds; None when none does."""
    return next((rule for rule in rules if rule.holds(facts)), None)


class ImputedSpread(Record):
    """How the spread over seeds is borrowed where a source gives one run only."""

    least_numbers: int = Field(gt=0)
    fallback_points: float = Field(gt=0)


EffectName = Literal["all", "task-group", "task", "family", "method", "architecture"]
"""The random effects that levels of tasks, methods and models can have."""


class PoolingModel(Record):
    """What is pooled on which scale. ``effects``: the crossed random effects; papers and cells are always there.

    ``experiments_apart``: what the experiments of the laboratory have in common is an effect of its own.
    """

    scale: Scale
    effects: tuple[EffectName, ...] = Field(min_length=1)
    experiments_apart: bool = True


class GradeRule(Record):
    """A word for an amount of evidence. All of its least numbers must be reached."""

    word: Text
    sources: int = Field(ge=0)  # papers and experiments with comparable numbers on the task
    good: int = Field(ge=0)  # of the papers, those read in the paper or its released code
    elsewhere: int = Field(default=0, ge=0)  # sources on other tasks
    meaning: Text

    def fits(self, sources: int, good: int, elsewhere: int) -> bool:
        """Return whether the evidence reaches what the word asks for."""
        return sources >= self.sources and good >= self.good and elsewhere >= self.elsewhere


class Range(Record):
    """A value that depends on what the request does not say: its usual size, and what it may well be."""

    low: float = Field(gt=0)
    middle: float = Field(gt=0)
    high: float = Field(gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.middle <= self.high:
            raise ValueError("low, middle and high are not in order")
        return self


class WeightBytes(Record):
    """Bytes for each frozen weight, by precision."""

    half: float = Field(gt=0)
    four_bit: float = Field(gt=0)


class CostRules(Record):
    """Constants of the estimates of memory and time."""

    weight_bytes: WeightBytes
    trained_bytes: float = Field(gt=0)
    activation_gb: Range
    tokens: int = Field(gt=0)
    flops_per_weight_token: float = Field(gt=0)
    flops_per_trained_weight_token: float = Field(gt=0)
    speed_tflops: Range
    assumed_trained_percent: Range


class Rules(Record):
    """Everything that is decided by rule."""

    leave_out_of_pooling: tuple[Rule, ...]
    no_log_ratio: tuple[Rule, ...]
    imputed_spread: ImputedSpread
    pooling: PoolingModel
    grades: tuple[GradeRule, ...] = Field(min_length=1)
    costs: CostRules

    def grade(self, *, sources: int, good: int, elsewhere: int) -> GradeRule:
        """Return the first grade that the evidence reaches; the last one asks for nothing."""
        return next(rule for rule in self.grades if rule.fits(sources, good, elsewhere))

    @model_validator(mode="after")
    def _last_grade_asks_for_nothing(self) -> Self:
        if not self.grades[-1].fits(0, 0, 0):
            raise ValueError("the last grade must ask for nothing, so that every amount of evidence has a word")
        return self


def read_rules(path: Path = RULES_FILE) -> Rules:
    """Return the rules in a file; raise RecordError naming every fault."""
    try:
        return Rules.model_validate(load_yaml(path))
    except ValidationError as error:
        raise RecordError(problems_of(error, path.name)) from None


@lru_cache(maxsize=1)
def rules() -> Rules:
    """Return the rules that ship with the package."""
    return read_rules()
