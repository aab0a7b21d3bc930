"""Recipes: what of a paper is run, at which scale, and how near it comes."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, JsonValue, StringConstraints, model_validator

from corpus.records.base import Name, PaperId, Record, Text
from corpus.records.run import Aspect, Fidelity
from reproduce.registry.reading import named_alike, read_record

FOLDER = Path(__file__).parent.parent / "recipes"
ClaimId = Annotated[str, StringConstraints(pattern=r"^[PX][1-9][0-9]*-C[1-9][0-9]*$")]


class Likenesses(Record):
    """How an experiment's ingredients compare with the paper's."""

    model: Aspect
    data: Aspect
    steps: Aspect
    metric: Aspect
    settings: Aspect


class QuickEntry(Record):
    """An embedded experiment that stands in for one of the paper's, and how near it comes."""

    experiment: Name
    stands_for: Text  # the paper's experiment: task, model, table
    claims: tuple[ClaimId, ...]  # the paper's claims that its runs speak to; empty when they speak to none
    methods: tuple[Name, ...] | None = Field(default=None, min_length=1)  # those for this paper; None: all
    variant: Text | None = None  # what is different here where code and paper, or two readings of it, differ
    fidelity: Likenesses

    def takes(self, method: str) -> bool:
        """Return whether the experiment's runs with a method are for this paper."""
        return self.methods is None or method in self.methods


class Variant(Record):
    """One of several ways to do the paper's experiment, where its code differs from what it or the review says."""

    name: Text
    about: Text
    settings: dict[str, JsonValue] = {}


class PaperScale(Record):
    """The paper's own experiment, described as far as it is known."""

    about: Text
    models: dict[Name, Text]  # our id -> hub id
    methods: tuple[Name, ...]
    data: Text
    hyperparameters: dict[str, JsonValue] = {}
    estimated_memory_gb: float | None = Field(default=None, gt=0)  # of the accelerator, for its largest run
    estimated_gpu_hours: float | None = Field(default=None, gt=0)  # of all that ``about`` describes
    estimate_note: Text | None = None  # whose estimates these are and by which rule
    variants: tuple[Variant, ...] = ()
    not_runnable_because: Text | None = None

    @model_validator(mode="after")
    def _explained(self) -> Self:
        estimated = self.estimated_memory_gb is not None or self.estimated_gpu_hours is not None
        if estimated and self.estimate_note is None:
            raise ValueError("an estimate without estimate_note: say how it was made")
        return self

    @property
    def why_not_here(self) -> str:
        """Why the paper's experiment cannot be started here, as part of a sentence."""
        return self.not_runnable_because or "the laboratory has no launcher for the paper's scale yet"


class Recipe(Record):
    """What to run for a paper."""

    paper: PaperId
    quick: tuple[QuickEntry, ...] = Field(min_length=1)  # in the order in which they are run and shown
    paper_scale: PaperScale

    @model_validator(mode="after")
    def _one_profile_a_run(self) -> Self:
        """Refuse two profiles of the same run: a spec carries one for each paper."""
        for experiment, count in Counter(entry.experiment for entry in self.quick).items():
            chosen = [entry.methods for entry in self.quick if entry.experiment == experiment]
            named = [method for methods in chosen for method in methods or ()]
            if count > 1 and (None in chosen or len(set(named)) < len(named)):
                raise ValueError(f"{experiment} stands here twice for the same methods; merge the entries")
        return self

    def entry(self, experiment: str, method: str) -> QuickEntry | None:
        """Return the entry that runs of an experiment with a method are for; None when they are not for this paper."""
        return next((each for each in self.quick if each.experiment == experiment and each.takes(method)), None)

    def fidelity(self, entry: QuickEntry) -> Fidelity:
        """Return the profile of an entry as it goes into a spec."""
        return Fidelity(paper=self.paper, **dict(entry.fidelity))


@functools.cache
def recipes() -> Mapping[str, Recipe]:
    """Return the recipes by paper id; raise RecordError when a file is faulty or misnamed."""
    found = {}
    for path in sorted(FOLDER.glob("*.yaml"), key=lambda path: (len(path.stem), path.stem)):
        recipe = read_record(path, Recipe)
        named_alike(path, recipe.paper)
        found[recipe.paper] = recipe
    return found


@functools.cache
def serving(experiment: str, method: str) -> tuple[Fidelity, ...]:
    """Return how near runs of an experiment with a method come to each paper whose recipe points at them."""
    entries = ((recipe, recipe.entry(experiment, method)) for recipe in recipes().values())
    return tuple(recipe.fidelity(entry) for recipe, entry in entries if entry is not None)
