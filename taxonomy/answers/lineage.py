"""How a method was configured: paper by paper, the library's defaults, our runs, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from pydantic import JsonValue

from corpus.library import Corpus
from corpus.records import Configuration, Paper
from taxonomy.answers.configuration_fields import Fields, configuration_fields
from taxonomy.answers.experiments import current_runs
from taxonomy.answers.traits import traits, traits_file
from taxonomy.vocabulary import Vocabulary


class SourceOf(StrEnum):
    """Whose configuration it is."""

    PAPER = "paper"
    LIBRARY = "library"
    MEASURED = "measured"


@dataclass(frozen=True)
class Setup:
    """One configuration. A field that is absent from ``fields`` is not reported; null is a library's "by model"."""

    kind: SourceOf
    source: str  # paper, library with version, or experiment
    year: int | None
    name: str | None  # what the source calls the method
    fields: Mapping[str, JsonValue]
    other: Mapping[str, JsonValue]  # under the source's own names
    runs: tuple[str, ...] = ()


@dataclass(frozen=True)
class FieldDifference:
    """A field in which two configurations differ; None where one of them does not report it."""

    field: str
    first: JsonValue
    second: JsonValue
    both_reported: bool


def lineage(method: str, corpus: Corpus, vocabulary: Vocabulary) -> tuple[Setup, ...]:
    """Return the configurations of a method: papers by year, then the library's defaults, then our experiments.

    Papers that study the method without stating any configuration stand with no field at all.

    Raises:
        UnknownNameError: the method's id is not in the vocabulary.
    """
    method = vocabulary.resolve("methods", method)
    fields = configuration_fields()
    papers = sorted(corpus.papers.values(), key=lambda paper: (paper.bibliography.year, int(paper.id[1:])))
    names = {name.casefold() for name in (method, vocabulary.method[method].label, *vocabulary.method[method].aliases)}
    found = [setup for paper in papers for setup in _of_paper(paper, method, names, fields, vocabulary)]
    return (*found, *_of_library(method, fields), *_of_runs(method, corpus, fields))


def setups_of(source: str, setups: Iterable[Setup]) -> tuple[Setup, ...]:
    """Return the configurations of one source."""
    return tuple(setup for setup in setups if setup.source == source)


def differences(first: Setup, second: Setup) -> tuple[FieldDifference, ...]:
    """Return the fields in which two configurations differ, in display order."""
    found = []
    for field in configuration_fields().fields:
        reported = [field.id in setup.fields for setup in (first, second)]
        values = [setup.fields.get(field.id) for setup in (first, second)]
        if any(reported) and (not all(reported) or values[0] != values[1]):
            found.append(FieldDifference(field.id, values[0], values[1], all(reported)))
    return tuple(found)


def _of_paper(paper: Paper, method: str, names: set[str], fields: Fields, vocabulary: Vocabulary) -> Iterator[Setup]:
    own: list[Configuration | None] = [entry for entry in paper.configurations if entry.method == method]
    studied = any(method in study.methods for study in paper.studies)
    training = _training(paper, names, {term.label.casefold() for term in vocabulary.methods} - names)
    shared, rest = _sorted(training, fields)
    for configuration in own or ([None] if studied else []):
        known, other = _sorted(_settings(configuration), fields)
        yield Setup(
            kind=SourceOf.PAPER,
            source=paper.id,
            year=paper.bibliography.year,
            name=configuration.name_in_paper if configuration else None,
            fields=MappingProxyType({**shared, **known}),
            other=MappingProxyType({**rest, **other}),
        )


def _settings(configuration: Configuration | None) -> dict[str, JsonValue]:
    if configuration is None:
        return {}
    share = configuration.trainable_percent
    return {**configuration.settings, **({} if share is None else {"trainable_percent": share})}


def _training(paper: Paper, names: set[str], others: set[str]) -> dict[str, JsonValue]:
    """Return the paper's training settings, of a mapping by method what holds for this one."""
    settings = paper.training.settings if paper.training else {}
    found = {name: _for_method(value, names, others) for name, value in settings.items()}
    return {name: value for name, value in found.items() if value is not None}


def _for_method(value: JsonValue, names: set[str], others: set[str]) -> JsonValue:
    """Return the entries of a mapping whose key names the method, else those that name no method; None without any."""
    if not isinstance(value, dict):
        return value
    own = {key: entry for key, entry in value.items() if _names(key, names)}
    own = own or {key: entry for key, entry in value.items() if not _names(key, others)}
    if not own:
        return None
    return next(iter(own.values())) if len(own) == 1 and next(iter(own)).casefold() in names else dict(own)


def _names(text: str, names: Iterable[str]) -> bool:
    """Return whether a text has one of the names as a word of its own: LoRA is not in QLoRA or FF-LoRA."""
    folded = text.casefold()
    return any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", folded) for name in names)


def _sorted(settings: Mapping[str, JsonValue], fields: Fields) -> tuple[dict[str, JsonValue], dict[str, JsonValue]]:
    """Return the settings by field, and those that fit none. Two names of one field become a mapping."""
    known: dict[str, JsonValue] = {}
    other: dict[str, JsonValue] = {}
    for name, value in settings.items():
        found = fields.find(name)
        if found is None:
            other[name] = value
            continue
        field, ending = found
        if field not in known and ending is None:
            known[field] = value
            continue
        before = known.get(field)
        entries: dict[str, JsonValue] = dict(before) if isinstance(before, dict) else {}
        if before is not None and not isinstance(before, dict):
            entries["in general"] = before
        entries[ending or name] = value
        known[field] = entries
    return known, other


def _of_library(method: str, fields: Fields) -> Iterator[Setup]:
    """Yield peft's defaults, with what makes its configuration this method; nothing where peft does not have it."""
    own = traits().get(method)
    if own is None or own.peft is None:
        return
    known, other = _sorted({**own.peft.defaults, **own.peft.fixed}, fields)
    yield Setup(
        kind=SourceOf.LIBRARY,
        source=f"peft {traits_file().peft_version}",
        year=None,
        name=own.peft.config,
        fields=MappingProxyType(known),
        other=MappingProxyType(other),
    )


def _of_runs(method: str, corpus: Corpus, fields: Fields) -> Iterator[Setup]:
    """Yield the configurations of our runs and the user's, each once, with the runs that have it."""
    groups: dict[tuple[str, str], list[str]] = {}
    settings_of: dict[tuple[str, str], dict[str, JsonValue]] = {}
    for run in current_runs(corpus):
        if run.spec.method != method:
            continue
        training = run.spec.training.model_dump(mode="json", exclude_none=True)
        if "classes_per_batch" in training:
            training["batch_size"] = training.pop("classes_per_batch") * training.pop("items_per_class")
        elif "batch_items" in training:
            training["batch_size"] = training.pop("batch_items")
        settings = {**run.spec.method_settings, **training}
        if run.num_trainable_params is not None and run.num_total_params:
            settings["trainable_percent"] = round(100 * run.num_trainable_params / run.num_total_params, 4)
        key = (run.spec.recipe, repr(sorted(settings.items())))
        groups.setdefault(key, []).append(run.id)
        settings_of[key] = settings
    for key, runs in groups.items():
        known, other = _sorted(settings_of[key], fields)
        yield Setup(
            kind=SourceOf.MEASURED,
            source=key[0],
            year=None,
            name=None,
            fields=MappingProxyType(known),
            other=MappingProxyType(other),
            runs=tuple(runs),
        )
