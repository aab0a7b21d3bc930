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
from reproduce.registry.datasets import DataKind, SplitName

_ROWS = frozenset({"batch_items", "batch_tokens"})
_CONTRASTIVE = ("classes_per_batch", "items_per_class", "temperature")
_OF_SOME_KINDS = _ROWS | {*_CONTRASTIVE, "max_target_length", "train_head"}
_ALL, _WRITING = ("encoder", "encoder-decoder", "decoder"), ("encoder-decoder", "decoder")


@dataclass(frozen=True)
class Kind:
    """What a kind of data asks of a spec."""

    architectures: tuple[str, ...]  # that can learn it here
    needs: tuple[str, ...] = ()  # fields of the training
    allows: tuple[str, ...] = ()
    rows: bool = True  # batches of rows, so many or so many tokens
    writes: bool = False  # has generation settings


KINDS: Mapping[DataKind, Kind] = {
    "labelled": Kind(("encoder",), needs=_CONTRASTIVE, rows=False),
    "paired": Kind(("encoder",), needs=_CONTRASTIVE, rows=False),
    "classified": Kind(_ALL, allows=("train_head",)),
    "generated": Kind(_WRITING, needs=("max_target_length",), writes=True),
    "cloze": Kind(_ALL),
    "programs": Kind(_WRITING, needs=("max_target_length",), writes=True),
}


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
    checked = Checked(dataset, model, method, settings_of(method, spec.method_settings, model.architecture))

    if spec.task != dataset.task:
        raise SpecError(f"{dataset.id} is a data set for {dataset.task}, not for {spec.task}")
    if bool(spec.own_split) != dataset.is_divided_anew:
        ours = "ours, not the published ones: own_split is true"
        told = ours if dataset.is_divided_anew else "not divided anew by us: own_split is left out"
        raise SpecError(f"the splits of {dataset.id} are {told} in its specs")
    if spec.metric not in dataset.metrics:
        raise SpecError(f"{dataset.id} is measured by {' or '.join(dataset.metrics)}, not by {spec.metric}")
    if model.architecture not in method.architectures:
        built_for = ", ".join(method.architectures)
        raise SpecError(f"{method.id} is built here for {built_for} models; {model.id} is an {model.architecture}")
    if model.not_runnable_because is not None:
        raise SpecError(f"{model.id} cannot be run: {model.not_runnable_because}")
    _require_kind(spec, dataset, model)
    _require_positions(spec, model)
    _require_items(dataset, spec.validation_items, "validation")
    _require_items(dataset, spec.test_items, "test")
    return checked


def _require_kind(spec: RunSpec, dataset: DatasetEntry, model: ModelEntry) -> None:
    """Raise SpecError where the model or the settings are not those of the data set's kind."""
    kind = KINDS[dataset.kind]
    if model.architecture not in kind.architectures:
        able = ", ".join(kind.architectures)
        raise SpecError(f"{dataset.id} is learnt here by {able} models; {model.id} is an {model.architecture}")
    settings = spec.training.model_dump(exclude_none=True)
    missing = [name for name in kind.needs if name not in settings]
    if kind.rows and ("batch_items" in settings) == ("batch_tokens" in settings):
        missing.append("either batch_items or batch_tokens")
    foreign = sorted((_OF_SOME_KINDS & set(settings)) - {*kind.needs, *kind.allows, *(_ROWS if kind.rows else ())})
    if spec.source_prefix is not None and not kind.writes:
        foreign.append("source_prefix")
    if kind.writes != (spec.generation is not None):
        (missing if kind.writes else foreign).append("generation")
    if missing:
        raise SpecError(
            f"a spec for {dataset.id} needs {', '.join(missing)}: it is a data set of the kind {dataset.kind}"
        )
    if foreign:
        raise SpecError(f"{', '.join(foreign)} means nothing for {dataset.id}, a data set of the kind {dataset.kind}")
    if dataset.kind == "paired" and spec.training.items_per_class != 2:
        raise SpecError(f"{dataset.id} has pairs: items_per_class is 2, not {spec.training.items_per_class}")
    samples = 1 if spec.generation is None else spec.generation.samples or 1
    if spec.metric.startswith("pass@") and int(spec.metric.removeprefix("pass@")) > samples:
        raise SpecError(f"{spec.metric} needs as many samples of each task; generation draws {samples}")


def _require_positions(spec: RunSpec, model: ModelEntry) -> None:
    """Raise SpecError when a text is longer than the model can read; a decoder writes where it reads."""
    asked = {"max_length": spec.training.max_length}
    if model.architecture == "decoder" and spec.generation is not None:
        asked["max_length and max_target_length"] = asked["max_length"] + (spec.training.max_target_length or 0)
        asked["max_length and max_new_tokens"] = asked["max_length"] + spec.generation.max_new_tokens
    for name, tokens in asked.items():
        if model.max_positions is not None and tokens > model.max_positions:
            raise SpecError(f"{model.id} reads at most {model.max_positions} tokens; {name} is {tokens}")


def _require_items(dataset: DatasetEntry, items: int | None, split: SplitName) -> None:
    """Raise SpecError when a trial run leaves a class without two items, or fewer than two pairs."""
    smallest = 2 * (dataset.splits[split].classes or 1)
    if items is not None and items < smallest:
        raise SpecError(f"{split}_items is {items}; the smallest trial on {dataset.id} has {smallest}")


def settings_of(method: MethodEntry, values: Mapping[str, Any], architecture: str) -> Record:
    """Return the method's settings, the architecture's defaults filled in; raise SpecError naming a faulty one."""
    record: type[Record] = imported(method.settings)
    try:
        return record.model_validate({**method.defaults_for(architecture), **values})
    except ValidationError as error:
        faults = "; ".join(f"{problem.where}: {problem.message}" for problem in problems_of(error, ""))
        known = ", ".join(record.model_fields) or "none"
        raise SpecError(f"settings of {method.id} are wrong ({faults}); it has: {known}") from None
