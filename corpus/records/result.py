"""A number that a paper reports: one row of ``corpus/results/P*.csv``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from corpus.records.base import Grade, Name, PaperId, Percent, Record, Source, Text


class ReportedResult(Record):
    """One reported score, with the words and the scale it was printed in.

    ``value``, ``full_finetuning_value``, ``base_model_value``, ``std`` and ``per_seed`` are on the
    metric's declared scale (vocabulary); ``printed_value`` is the score as it was read, in ``printed_unit``.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[PX][1-9][0-9]*-R[0-9]{3}$")]
    paper: PaperId
    task: Name
    dataset: Name | None = None
    dataset_in_source: Text
    language: Text | None = None
    model: Name | None = None
    model_in_source: Text
    method: Name | None = None
    method_in_source: Text
    variant: Text | None = None
    setting: Text | None = None
    metric: Name
    metric_in_source: Text
    value: float
    printed_value: float
    printed_unit: Text
    full_finetuning_value: float | None = None
    base_model_value: float | None = None
    std: float | None = Field(default=None, ge=0)
    per_seed: tuple[float, ...] = ()
    seeds: tuple[int, ...] = ()
    trainable_percent: Percent | None = None
    peak_memory_gb: float | None = Field(default=None, gt=0)
    training_time: Text | None = None
    evidence: Grade
    source: Source
