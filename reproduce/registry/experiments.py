"""Experiments (what is compared with what) and recipes (what of a paper is run, at which scale)."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import Field, JsonValue, model_validator

from corpus.errors import Problem, RecordError
from corpus.records.base import Name, PaperId, Record, Text
from corpus.records.run import Aspect, Fidelity, GenerationSettings, TrainingSettings
from reproduce.registry.reading import read_record

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
    source_prefix: Text | None = None  # words before every source, as the model was pretrained with
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


class Likenesses(Record):
    """How an experiment's ingredients compare with the paper's."""

    model: Aspect
    data: Aspect
    steps: Aspect
    metric: Aspect
    settings: Aspect


class QuickScale(Record):
    """The embedded experiment that stands in for a paper's, and how near it comes."""

    experiment: Name
    fidelity: Likenesses


class PaperScale(Record):
    """The paper's own experiment, described as far as it is known."""

    about: Text
    models: dict[Name, Text]  # our id -> hub id
    methods: tuple[Name, ...]
    data: Text
    hyperparameters: dict[str, JsonValue] = {}
    estimated_memory_gb: float | None = None
    estimate_note: Text | None = None
    not_runnable_because: Text | None = None


class Recipe(Record):
    """What to run for a paper."""

    paper: PaperId
    quick: QuickScale
    paper_scale: PaperScale

    def fidelity(self) -> Fidelity:
        """Return the quick experiment's profile as it goes into a spec."""
        return Fidelity(paper=self.paper, **dict(self.quick.fidelity))


@functools.cache
def experiments() -> Mapping[str, Experiment]:
    """Return the experiments by id; raise RecordError when a file is faulty or misnamed."""
    found = {}
    for path in sorted((ROOM / "experiments").glob("*.yaml")):
        experiment = read_record(path, Experiment)
        _named_alike(path, experiment.id)
        found[experiment.id] = experiment
    return found


@functools.cache
def recipes() -> Mapping[str, Recipe]:
    """Return the recipes by paper id; raise RecordError when a file is faulty or misnamed."""
    found = {}
    for path in sorted((ROOM / "recipes").glob("*.yaml"), key=lambda path: (len(path.stem), path.stem)):
        recipe = read_record(path, Recipe)
        _named_alike(path, recipe.paper)
        found[recipe.paper] = recipe
    return found


def _named_alike(path: Path, name: str) -> None:
    if path.stem != name:
        raise RecordError([Problem(path.name, "", f"{name} stands in a file named {path.name}; they must agree")])
