"""Experiments: what is compared with what."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import Field, JsonValue, model_validator

from corpus.records.base import Name, Record, Text
from corpus.records.run import GenerationSettings, TrainingSettings
from reproduce.registry.reading import named_alike, read_record

ROOM = Path(__file__).parent.parent


class MethodChoice(Record):
    """A method in an experiment, with what it sets differently from the experiment and the registry."""

    method: Name
    learning_rate: float = Field(gt=0)  # by the experiment's search or its rates_from
    settings: dict[str, JsonValue] = {}


class SearchPoint(Record):
    """One trial of the search for learning rates: score on validation data."""

    method: Name
    learning_rate: float
    validation: float | None  # None: the loss became NaN


class Search(Record):
    """How the learning rates were chosen. Test data are not looked at."""

    steps: int
    seed: int
    metric: Name
    note: Text | None = None  # what was otherwise in the search than in the runs
    points: tuple[SearchPoint, ...]


class Experiment(Record):
    """Methods side by side on one model and one data set, with settings that are the same for all."""

    id: Name
    about: Text
    task: Name
    dataset: Name
    language: Text | None = None
    model: Name
    metric: Name
    training: dict[str, JsonValue]  # TrainingSettings without the learning rate
    generation: GenerationSettings | None = None
    source_prefix: Text | None = None  # words before every source: as in pretraining, or a hard prompt
    validation_sample: int | None = Field(default=None, gt=0)  # so many items instead of the whole split
    test_sample: int | None = Field(default=None, gt=0)
    methods: tuple[MethodChoice, ...] = Field(min_length=1)
    seeds: tuple[int, ...] = Field(min_length=1)
    search: Search | None = None  # None: no search was made yet, ``rates_from`` says whose rates these are
    rates_from: Text | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for choice in self.methods:
            self.training_of(choice)
        names = [choice.method for choice in self.methods]
        if len(set(names)) < len(names):
            raise ValueError("a method stands here twice")
        if (self.search is None) == (self.rates_from is None):
            raise ValueError("learning rates come from a search or, without one, from a source named in rates_from")
        return self

    def training_of(self, choice: MethodChoice) -> TrainingSettings:
        """Return the complete optimisation settings of a method."""
        values: dict[str, Any] = {**self.training, "learning_rate": choice.learning_rate}
        return TrainingSettings.model_validate(values)


@functools.cache
def experiments() -> Mapping[str, Experiment]:
    """Return the experiments by id; raise RecordError when a file is faulty or misnamed."""
    found = {}
    for path in sorted((ROOM / "experiments").glob("*.yaml")):
        experiment = read_record(path, Experiment)
        named_alike(path, experiment.id)
        found[experiment.id] = experiment
    return found
