"""A paper's claim as a statement that numbers can bear out or not: one file of ``corpus/claims/`` a paper.

The claim's own words stay in the paper's record. A statement says what would have to be true of which numbers.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from corpus.records.base import Name, Record, Source, Text

REVIEW = "review"
"""The name of the file, and of the claims' owner, for findings of the systematic review itself."""

ClaimId = Annotated[str, StringConstraints(pattern=r"^([PX][1-9][0-9]*|review)-C[1-9][0-9]*$")]
Owner = Annotated[str, StringConstraints(pattern=r"^([PX][1-9][0-9]*|review)$")]


class Quantity(StrEnum):
    """What is compared."""

    SCORE = "score"  # a metric of the vocabulary
    TRAINABLE = "trainable-share"  # trained weights in percent of the model's
    MEMORY = "peak-memory"  # gigabytes while training
    TIME = "training-time"  # seconds
    STUDIES = "studies"  # how many of the review's studies name the method


class Direction(StrEnum):
    """How the methods stand to the baseline; for scores, higher is better whatever the metric's direction."""

    HIGHER = "higher"
    LOWER = "lower"
    EQUAL = "equal"
    AT_LEAST_AS_HIGH = "at-least-as-high"


class Extent(StrEnum):
    """For how much of what it covers a comparison is claimed."""

    EACH = "each"  # every case
    MOST = "most"  # more than half of the cases
    MEAN = "mean"  # the mean over all cases, for each metric
    TOTAL = "total"  # the data sets' test items put together, for each model and metric
    SOME = "some"  # at least one case


class CaseOf(StrEnum):
    """What a case is."""

    NUMBER = "number"  # a model, data set, language and metric
    TASK = "task"  # a task, each paper's median weighing the same


class Condition(StrEnum):
    """Circumstances that the claim is limited to, other than task, model and data set."""

    LOW_RESOURCE = "low-resource"
    CROSS_LANGUAGE = "cross-language"
    CROSS_PROJECT = "cross-project"
    OUT_OF_DISTRIBUTION = "out-of-distribution"
    PRIVATE_DATA = "private-data"
    MULTILINGUAL = "multilingual"
    PROJECT_SPECIFIC = "project-specific"
    INFERENCE_TOOL = "inference-tool"  # a decoding procedure or a tool, not a way of tuning
    PIPELINE = "pipeline"  # tuning is one of several parts


class SizeOf(StrEnum):
    """What a stated figure is the size of."""

    LEVEL = "level"  # the methods' score itself
    DIFFERENCE = "difference"  # methods minus baseline
    RATIO = "ratio"  # (methods minus baseline) in percent of the baseline
    SHARE = "share"  # methods in percent of the baseline


class SizeUnit(StrEnum):
    """Unit of a stated figure."""

    POINTS = "points"  # of 100
    PERCENT = "percent"
    GIGABYTES = "gigabytes"
    ITEMS = "items"  # test items


class Bound(StrEnum):
    """How the figure is meant."""

    ABOUT = "about"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"


class Size(Record):
    """A figure that the claim states. ``within``: how far off a number may be and still agree, in the same unit."""

    value: float
    unit: SizeUnit
    of: SizeOf
    bound: Bound = Bound.ABOUT
    within: float = Field(default=0.0, ge=0)

    @model_validator(mode="after")
    def _unit_fits(self) -> Self:
        if self.of in {SizeOf.RATIO, SizeOf.SHARE} and self.unit is not SizeUnit.PERCENT:
            raise ValueError("a ratio or share is in percent")
        if self.of is SizeOf.DIFFERENCE and self.unit is not SizeUnit.POINTS:
            raise ValueError("a difference is in points")
        return self


class Rows(Record):
    """Reported numbers of one side of a comparison, by what the vocabulary has no names for."""

    models: tuple[Name, ...] = ()  # empty: those of the comparison
    setting_contains: tuple[Text, ...] = ()  # all of these
    setting_lacks: tuple[Text, ...] = ()  # none of these
    no_setting: bool = False
    variants: tuple[Text, ...] = ()


class Comparison(Record):
    """Methods against a baseline. An empty field does not limit.

    ``methods`` empty is any parameter-efficient method. ``baseline`` empty with ``baseline_rows`` is the same method
    in another setting; empty without, the comparison is with the stated level, or, for studies, with every other
    method.
    """

    methods: tuple[Name, ...] = ()
    baseline: tuple[Name, ...] = ()
    quantity: Quantity = Quantity.SCORE
    direction: Direction
    size: Size | None = None
    tasks: tuple[Name, ...] = ()
    task_groups: tuple[Name, ...] = ()
    architectures: tuple[Name, ...] = ()
    models: tuple[Name, ...] = ()
    datasets: tuple[Name, ...] = ()
    languages: tuple[Text, ...] = ()
    metrics: tuple[Name, ...] = ()
    condition: Condition | None = None
    extent: Extent = Extent.EACH
    case: CaseOf = CaseOf.NUMBER
    rows: Rows | None = None
    baseline_rows: Rows | None = None

    @model_validator(mode="after")
    def _compares_something(self) -> Self:
        level = self.size is not None and self.size.of is SizeOf.LEVEL
        has_baseline = bool(self.baseline) or self.baseline_rows is not None or self.quantity is Quantity.STUDIES
        if has_baseline == level:
            raise ValueError("name either a baseline (or the rows that are one) or the level that the methods reach")
        if self.metrics and self.quantity is not Quantity.SCORE:
            raise ValueError("only a score has metrics")
        return self


class Statement(Record):
    """A claim as comparisons, all of which must hold; or why no comparison would tell."""

    claim: ClaimId
    testable: bool
    untestable_because: Text | None = None
    comparisons: tuple[Comparison, ...] = ()
    conditions: Text | None = None  # in short, what a reader of the verdict should know
    text: Text | None = None  # the review's findings only: they stand in no paper's record
    source: Source | None = None

    @model_validator(mode="after")
    def _testable_or_a_reason(self) -> Self:
        faults = []
        if self.testable != bool(self.comparisons):
            faults.append("a testable claim has comparisons, and no other has")
        if self.testable == bool(self.untestable_because):
            faults.append("a claim that is not testable says why, and no other does")
        own = self.claim.startswith(f"{REVIEW}-")
        if own != (self.text is not None) or own != (self.source is not None):
            faults.append("a finding of the review has text and source; a paper's claim has them in the paper's record")
        if faults:
            raise ValueError("; ".join(faults))
        return self


class Ledger(Record):
    """The statements of one paper, or of the review, in the order of the claims."""

    owner: Owner
    statements: tuple[Statement, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _own_claims_once(self) -> Self:
        names = [statement.claim for statement in self.statements]
        faults = [f"{name} does not begin with {self.owner}-" for name in names if name.split("-")[0] != self.owner]
        faults += [f"{name} is stated twice" for name, uses in Counter(names).items() if uses > 1]
        if faults:
            raise ValueError("; ".join(faults))
        return self
