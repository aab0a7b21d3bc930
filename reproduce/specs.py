"""Checking a spec against the registry, before anything heavy is loaded. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from corpus.errors import lookup
from corpus.files import problems_of
from corpus.records.base import Record
from corpus.records.run import RunSpec
from reproduce.errors import SpecError
from reproduce.registry import DatasetEntry, MethodEntry, ModelEntry, datasets, imported, methods, models
from reproduce.registry.ingredients import SplitName

METRIC_OF_KIND: Mapping[str, str] = {"labelled": "map_at_r", "paired": "mrr"}
"""What is measured on each kind of data set."""


@dataclass(frozen=True)
class Checked:
    """The registry's entries that a spec names, and its method's settings as their record."""

    dataset: DatasetEntry
    model: ModelEntry
    method: MethodEntry
    settings: Record


def check(spec: RunSpec) -> Checked:
    """Return what the spec names; raise UnknownNameError or SpecError when it cannot be run as it is."""
    dataset = lookup("data set of the laboratory", spec.dataset, datasets())
    model = lookup("model of the laboratory", spec.model, models())
    method = lookup("method of the laboratory", spec.method, methods())
    checked = Checked(dataset, model, method, settings_of(method, spec.method_settings))

    if spec.task != dataset.task:
        raise SpecError(f"{dataset.id} is a data set for {dataset.task}, not for {spec.task}")
    if spec.metric != METRIC_OF_KIND[dataset.kind]:
        raise SpecError(f"{dataset.id} is measured by {METRIC_OF_KIND[dataset.kind]}, not by {spec.metric}")
    if model.architecture not in method.architectures:
        built_for = ", ".join(method.architectures)
        raise SpecError(f"{method.id} is built here for {built_for} models; {model.id} is an {model.architecture}")
    if model.not_runnable_because is not None:
        raise SpecError(f"{model.id} cannot be run: {model.not_runnable_because}")
    if model.max_positions is not None and spec.training.max_length > model.max_positions:
        asked = spec.training.max_length
        raise SpecError(f"{model.id} reads at most {model.max_positions} tokens; max_length is {asked}")
    if dataset.kind == "paired" and spec.training.items_per_class != 2:
        raise SpecError(f"{dataset.id} has pairs: items_per_class is 2, not {spec.training.items_per_class}")
    _require_items(dataset, spec.validation_items, "validation")
    _require_items(dataset, spec.test_items, "test")
    return checked


def _require_items(dataset: DatasetEntry, items: int | None, split: SplitName) -> None:
    """Raise SpecError when a trial run leaves a class without two items, or fewer than two pairs."""
    smallest = 2 * (dataset.splits[split].classes or 1)
    if items is not None and items < smallest:
        raise SpecError(f"{split}_items is {items}; the smallest trial on {dataset.id} has {smallest}")


def settings_of(method: MethodEntry, values: Mapping[str, Any]) -> Record:
    """Return the method's settings, defaults filled in; raise SpecError naming a faulty one."""
    record: type[Record] = imported(method.settings)
    try:
        return record.model_validate({**method.defaults, **values})
    except ValidationError as error:
        faults = "; ".join(f"{problem.where}: {problem.message}" for problem in problems_of(error, ""))
        known = ", ".join(record.model_fields) or "none"
        raise SpecError(f"settings of {method.id} are wrong ({faults}); it has: {known}") from None
