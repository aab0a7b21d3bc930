"""The rules of the verdicts, read from ``verdict_rules.yaml``."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from pydantic import Field, ValidationError

from corpus.errors import RecordError
from corpus.files import load_yaml, problems_of
from corpus.records.base import Record, Text
from corpus.records.run import Likeness, Scale

RULES_FILE = Path(__file__).with_name("verdict_rules.yaml")


class Margins(Record):
    """Differences that count as none, in points of 100."""

    default: float = Field(gt=0)
    by_metric: dict[str, float] = {}
    resources: float = Field(ge=0)

    def of(self, metric: str) -> float:
        """Return the margin of a metric."""
        return self.by_metric.get(metric, self.default)


class FidelityRule(Record):
    """Which aspects of a run must be near the paper's."""

    needs_one_of: tuple[str, ...]
    needs: tuple[str, ...]
    near: tuple[Likeness, ...]


class Says(StrEnum):
    """How much a run may say."""

    FULL = "full"
    DIRECTION = "direction"
    DIRECTION_SMALL = "direction-small"


class Cap(Record):
    """The most that runs of a scale and profile may say; an absent condition fits all."""

    scale: Scale
    all_same: bool | None = None
    says: Says


class VerdictRules(Record):
    """Everything about verdicts that is decided by rule."""

    alpha: float = Field(gt=0, lt=0.5)
    margins: Margins
    fidelity: FidelityRule
    caps: tuple[Cap, ...]
    summary_languages: tuple[Text, ...]
    least_papers_of_review: int = Field(ge=1)

    def cap(self, scale: Scale, *, all_same: bool) -> Says:
        """Return the most that a run may say; the least of all where no rule fits."""
        fitting = (cap for cap in self.caps if cap.scale is scale and cap.all_same in {None, all_same})
        return next((cap.says for cap in fitting), Says.DIRECTION_SMALL)


def read_verdict_rules(path: Path = RULES_FILE) -> VerdictRules:
    """Return the rules in a file; raise RecordError naming every fault."""
    try:
        return VerdictRules.model_validate(load_yaml(path))
    except ValidationError as error:
        raise RecordError(problems_of(error, path.name)) from None


@lru_cache(maxsize=1)
def verdict_rules() -> VerdictRules:
    """Return the rules that ship with the package."""
    return read_verdict_rules()
