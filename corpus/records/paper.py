"""One paper, one record: what was read in it, and where."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, JsonValue, StringConstraints, model_validator

from corpus.records.base import Grade, Name, PaperId, Percent, Record, Source, Text

Doi = Annotated[str, StringConstraints(pattern=r"^10\.\d{4,9}/\S+$")]
ArxivId = Annotated[str, StringConstraints(pattern=r"^\d{4}\.\d{4,5}$")]


class Venue(Record):
    """Where the paper appeared, as the paper or its publisher says; the review's word stands beside it."""

    name: Text | None = None
    acronym: Text | None = None
    in_review: Text | None = None  # the acronym in the review's list of selected papers


class Bibliography(Record):
    """The bibliographic fields that the export formats need."""

    title: Text
    authors: tuple[Text, ...] = Field(min_length=1)
    year: int = Field(ge=1950, le=2100)
    venue: Venue
    volume: Text | None = None
    issue: Text | None = None
    pages: Text | None = None
    article: Text | None = None
    publisher: Text | None = None
    doi: Doi | None = None
    arxiv: ArxivId | None = None
    url: Text
    code_url: Text | None = None


class Classifier(StrEnum):
    """Who classified a study."""

    REVIEW = "review"
    CODEPEFT = "codepeft"  # the review has no row for it; we classified it from its evidence


class Found(Record):
    """What the paper or its code showed where it differs from the review's row; only what differs is set."""

    task: Name | None = None
    methods: tuple[Name, ...] | None = None
    models: tuple[Name, ...] | None = None
    architectures: tuple[Name, ...] | None = None
    datasets: tuple[Name, ...] | None = None
    note: Text


class Study(Record):
    """One row of the review's classification: a paper and a task, with the methods tried on it."""

    id: Annotated[str, StringConstraints(pattern=r"^[PX][1-9][0-9]*-S[1-9][0-9]*$")]
    task: Name
    methods: tuple[Name, ...] = Field(min_length=1)
    models: tuple[Name, ...] = ()
    architectures: tuple[Name, ...] = ()
    datasets: tuple[Name, ...] = ()
    data_note: Text | None = None  # data set and split sizes as the review prints them
    classified_by: Classifier = Classifier.REVIEW
    found: Found | None = None


class Configuration(Record):
    """A method as this paper used it."""

    method: Name
    name_in_paper: Text | None = None
    settings: dict[str, JsonValue] = {}
    trainable_parameters: Text | None = None
    trainable_percent: Percent | None = None
    trainable_percent_of: Text | None = None
    source: Source | None = None


class ModelUse(Record):
    """A model that the paper uses, as far as the paper or its code names it."""

    model: Name | None = None  # None: the paper leaves it unnamed; the note says what is known
    architecture: Name | None = None
    hub_id: Text | None = None
    parameters: Text | None = None
    note: Text | None = None


class Split(Record):
    """Sizes in items; name None is the whole data set."""

    name: Text | None = None
    train: int | None = Field(default=None, ge=0)
    validation: int | None = Field(default=None, ge=0)
    test: int | None = Field(default=None, ge=0)
    candidates: int | None = Field(default=None, ge=0)


class DatasetUse(Record):
    """A data set that the paper uses."""

    dataset: Name
    tasks: tuple[Name, ...] = ()  # empty: not one of the review's tasks, e.g. instruction data
    languages: tuple[Text, ...] = ()
    splits: tuple[Split, ...] = ()
    url: Text | None = None
    note: Text | None = None


class Training(Record):
    """Hyperparameters by field, each a value or a mapping from what it holds for to the value."""

    settings: dict[str, JsonValue] = {}
    hardware: Text | None = None
    software: Text | None = None
    note: Text | None = None
    source: Source | None = None


class Claim(Record):
    """A finding that the paper states, or that follows from its numbers, in our words."""

    id: Annotated[str, StringConstraints(pattern=r"^[PX][1-9][0-9]*-C[1-9][0-9]*$")]
    text: Text
    evidence: Grade
    source: Source


class CautionKind(StrEnum):
    """What a caution is about."""

    CODE = "code-differs"  # the released code does not do what the paper or the review says
    CLASSIFICATION = "review-classification"  # the review's row differs from the paper
    BIBLIOGRAPHY = "bibliography"  # venue, links, authors
    COMPARISON = "comparison"  # scores are not compared like for like
    DATA = "data"  # split, leak, cleaning, size
    NUMBER = "number"  # a figure contradicts another, or its place in the paper is uncertain
    UNREAD = "unread"  # what could not be read or settled


class ResultSelector(Record):
    """Reported numbers of this paper by column; every column given must match."""

    task: Name | None = None
    dataset: Name | None = None
    model: Name | None = None
    method: Name | None = None
    metric: Name | None = None
    language: Text | None = None
    setting_contains: Text | None = None

    def matches(self, row: object) -> bool:
        """Return whether a ReportedResult has every value asked for."""
        columns = ("task", "dataset", "model", "method", "metric", "language")
        wanted = ((column, getattr(self, column)) for column in columns)
        if any(value is not None and getattr(row, column) != value for column, value in wanted):
            return False
        return self.setting_contains is None or self.setting_contains in (getattr(row, "setting", None) or "")


class Touches(Record):
    """What a caution bites: at least one of these."""

    paper: bool = False  # the whole paper
    bibliography: bool = False
    review: bool = False  # the review's row or list entry
    studies: tuple[Text, ...] = ()
    methods: tuple[Name, ...] = ()
    claims: tuple[Text, ...] = ()
    results: tuple[ResultSelector, ...] = ()

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not any(getattr(self, field) for field in type(self).model_fields):
            raise ValueError(
                "a caution must touch something: paper, bibliography, review, studies, methods, claims or results"
            )
        return self


class Caution(Record):
    """Something a reader must know before using what it touches."""

    id: Annotated[str, StringConstraints(pattern=r"^[PX][1-9][0-9]*-X[1-9][0-9]*$")]
    kind: CautionKind
    text: Text
    touches: Touches
    not_comparable: bool = False  # the numbers it touches are kept and shown, but stay out of effects
    source: Source | None = None


class Replication(Record):
    """Somebody else's re-run of the paper's experiment. Not a number of the paper."""

    what: Text
    rows: tuple[dict[str, JsonValue], ...]
    evidence: Grade
    caution: Text | None = None
    source: Source


class Reproducibility(Record):
    """What is there for a re-run. None: not known."""

    code_available: bool | None = None
    data_available: bool | None = None
    weights_available: bool | None = None
    runnable_on_one_gpu: bool | None = None
    notes: Text | None = None


class Paper(Record):
    """One primary study of the review."""

    id: PaperId
    bibliography: Bibliography
    summary: Text
    studies: tuple[Study, ...] = Field(min_length=1)
    configurations: tuple[Configuration, ...] = ()
    models: tuple[ModelUse, ...] = ()
    datasets: tuple[DatasetUse, ...] = ()
    training: Training | None = None
    claims: tuple[Claim, ...] = ()
    cautions: tuple[Caution, ...] = ()
    replications: tuple[Replication, ...] = ()
    reproducibility: Reproducibility = Reproducibility()
    sources: tuple[Source, ...] = ()

    @model_validator(mode="after")
    def _own_ids(self) -> Self:
        ids = [entry.id for part in (self.studies, self.claims, self.cautions) for entry in part]
        faults = [f"{name} does not begin with {self.id}-" for name in ids if not name.startswith(f"{self.id}-")]
        faults += [f"{name} is used twice" for name, uses in Counter(ids).items() if uses > 1]
        if faults:
            raise ValueError("; ".join(faults))
        return self
