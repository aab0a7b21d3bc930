"""The shape of an Every Eval Ever record, version 0.3.0: its fields and types, written down from the published schema.

Closed where the schema is closed. The published schema itself is asked by `make validators`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A part without other fields."""

    model_config = ConfigDict(extra="forbid")


class Source(Part):
    """Where the evaluation comes from."""

    source_name: str | None = None
    source_type: Literal["documentation", "evaluation_run"]
    source_organization_name: str
    evaluator_relationship: Literal["first_party", "third_party", "collaborative", "other"]


class Library(Part):
    """What evaluated."""

    name: str
    version: str


class Model(Part):
    """What was evaluated; every detail is a string."""

    name: str
    id: str
    additional_details: dict[str, str]


class Data(Part):
    """What it was evaluated on."""

    dataset_name: str
    source_type: Literal["url", "hf_dataset", "other"]
    url: list[str] | None = Field(default=None, min_length=1)
    additional_details: dict[str, str] = {}


class Metric(Part):
    """How a score is read; a continuous one names both ends of its scale."""

    metric_id: str
    metric_name: str
    metric_unit: str
    lower_is_better: bool
    score_type: Literal["continuous"]
    min_score: float | None
    max_score: float | None


class Interval(Part):
    """An interval of a score."""

    lower: float
    upper: float
    confidence_level: float = Field(ge=0, le=1)
    method: str


class Uncertainty(Part):
    """How sure a score is."""

    num_samples: int
    confidence_interval: Interval | None = None


class Score(Part):
    """A score."""

    score: float
    uncertainty: Uncertainty
    details: dict[str, str] = {}


class Result(Part):
    """One metric on one data set."""

    evaluation_result_id: str
    evaluation_name: str
    evaluation_timestamp: str
    source_data: Data
    metric_config: Metric
    score_details: Score


class Evaluation(Part):
    """The whole record."""

    schema_version: Literal["0.3.0"]
    evaluation_id: str
    evaluation_timestamp: str
    retrieved_timestamp: str = Field(pattern=r"^\d{10}$")
    source_metadata: Source
    eval_library: Library
    model_info: Model
    evaluation_results: list[Result] = Field(min_length=1)
