"""The closed vocabulary: every name that a record may use, with its aliases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from corpus.errors import Problem, RecordError, UnknownNameError
from corpus.files import load_yaml, problems_of
from corpus.records.base import Name, Record, Text

VOCABULARY_FILE = Path(__file__).with_name("vocabulary.yaml")


class Term(Record):
    """A named thing: its id, what people call it, and the spellings that mean it."""

    id: Name
    label: Text
    aliases: tuple[Text, ...] = ()
    note: Text | None = None
    about: Text | None = None


class Family(Term):
    """A family of methods; a family may have a parent family."""

    parent: Name | None = None


class Method(Term):
    """A tuning method. ``in_review``: one of the methods that the review's studies name."""

    family: Name
    in_review: bool = False
    peft_type: Text | None = None  # as in peft's PeftType; None: peft does not have it


class Task(Term):
    """A software-engineering task."""

    group: Name


class Model(Term):
    """A pretrained model. ``parameters``: number of weights; None: the source does not name a size."""

    architecture: Name
    parameters: int | None = Field(default=None, gt=0)
    hub_id: Text | None = None
    of_laboratory: bool = (
        False  # pretrained by us, on little text: what holds for it need not hold for published models
    )


class Dataset(Term):
    """A data set, with the tasks it is used for."""

    tasks: tuple[Name, ...] = ()


POINTS: Mapping[str, float | None] = MappingProxyType({"unit": 100.0, "percent": 1.0, "ten": 10.0, "factor": None})
"""Points on a 0-100 scale for one unit of a metric's scale; None: not a share of anything."""


class Metric(Term):
    """A named measure, its scale (unit: 0-1, percent: 0-100) and its direction."""

    scale: Literal["unit", "percent", "ten", "factor"]
    better: Literal["higher", "lower"]
    relative: bool = False  # a gain over something else, not a score of its own

    def points(self, difference: float) -> float | None:
        """Return a difference in points of 100, positive where it is an improvement."""
        per_unit = POINTS[self.scale]
        if per_unit is None:
            return None
        return difference * per_unit * (1 if self.better == "higher" else -1)


class Vocabulary(Record):
    """All terms, in display order."""

    families: tuple[Family, ...]
    methods: tuple[Method, ...]
    architectures: tuple[Term, ...]
    task_groups: tuple[Term, ...]
    tasks: tuple[Task, ...]
    models: tuple[Model, ...]
    datasets: tuple[Dataset, ...]
    metrics: tuple[Metric, ...]

    @model_validator(mode="after")
    def _no_name_means_two_things(self) -> Self:
        faults = []
        for kind in KINDS:
            owner: dict[str, Term] = {}
            for term in self.terms(kind):
                for name in dict.fromkeys((term.id, term.label, *term.aliases)):
                    other = owner.setdefault(name.casefold(), term)
                    if other is not term:
                        faults.append(f"{kind}: {name!r} means both {other.id} and {term.id}")
        references = [
            *((term.id, "families", term.family) for term in self.methods),
            *((term.id, "families", term.parent) for term in self.families if term.parent),
            *((term.id, "task_groups", term.group) for term in self.tasks),
            *((term.id, "architectures", term.architecture) for term in self.models),
            *((term.id, "tasks", task) for term in self.datasets for task in term.tasks),
        ]
        for user, kind, name in references:
            if name not in {term.id for term in self.terms(kind)}:
                faults.append(f"{user} names {name!r}, which is not among the {kind}")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def terms(self, kind: str) -> Sequence[Term]:
        """Return all terms of a kind, e.g. ``"methods"``."""
        terms: Sequence[Term] = getattr(self, kind)
        return terms

    @cached_property
    def _spellings(self) -> Mapping[str, Mapping[str, str]]:
        return MappingProxyType(
            {
                kind: {
                    name.casefold(): term.id
                    for term in self.terms(kind)
                    for name in (term.id, term.label, *term.aliases)
                }
                for kind in KINDS
            }
        )

    def resolve(self, kind: str, name: str) -> str:
        """Return the id that a spelling means, in any case; raise UnknownNameError with the nearest names."""
        found = self._spellings[kind].get(name.strip().casefold())
        if found is None:
            known = [spelling for term in self.terms(kind) for spelling in (term.id, term.label)]
            raise UnknownNameError(KINDS[kind], name, list(dict.fromkeys(known)))
        return found

    @cached_property
    def _by_id(self) -> Mapping[str, Mapping[str, Term]]:
        return MappingProxyType({kind: {term.id: term for term in self.terms(kind)} for kind in KINDS})

    def label(self, kind: str, term_id: str) -> str:
        """Return what people call a term."""
        return self._by_id[kind][term_id].label

    def knows(self, kind: str, term_id: str) -> bool:
        """Return whether a kind has a term with exactly this id."""
        return term_id in self._by_id[kind]

    @cached_property
    def method(self) -> Mapping[str, Method]:
        """Methods by id."""
        return MappingProxyType({term.id: term for term in self.methods})

    @cached_property
    def metric(self) -> Mapping[str, Metric]:
        """Metrics by id."""
        return MappingProxyType({term.id: term for term in self.metrics})

    @cached_property
    def model(self) -> Mapping[str, Model]:
        """Models by id."""
        return MappingProxyType({term.id: term for term in self.models})


KINDS: Mapping[str, str] = MappingProxyType(
    {
        "families": "family",
        "methods": "method",
        "architectures": "architecture",
        "task_groups": "task group",
        "tasks": "task",
        "models": "model",
        "datasets": "data set",
        "metrics": "metric",
    }
)
"""Kinds of terms, and what one of them is called in a sentence."""


def read_vocabulary(path: Path = VOCABULARY_FILE) -> Vocabulary:
    """Return the vocabulary in a file; raise RecordError naming every fault."""
    content = load_yaml(path)
    if not isinstance(content, dict):
        raise RecordError([Problem(path.name, "", "the vocabulary is a mapping of kinds of terms")])
    try:
        return Vocabulary.model_validate(content)
    except ValidationError as error:
        raise RecordError(problems_of(error, path.name)) from None


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return the vocabulary that ships with the package."""
    return read_vocabulary()
