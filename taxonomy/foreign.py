"""Where results measured by others hang in the taxonomy: shown in a place of their own, and part of no effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from corpus.errors import UnknownNameError
from corpus.records import ForeignResult
from taxonomy.graph import Facet
from taxonomy.vocabulary import Vocabulary

_FLAGS: Mapping[str, str] = MappingProxyType({"use_dora": "dora", "use_rslora": "rslora"})
"""Settings of peft's LoraConfig that make it another method of the vocabulary."""


def method_of(result: ForeignResult, vocabulary: Vocabulary) -> str | None:
    """Return the method that a result's own word means, None where it is none of ours."""
    config = result.settings.get("peft_config")
    if isinstance(config, dict) and result.method_in_source == "LORA":
        variant = next((method for flag, method in _FLAGS.items() if config.get(flag) is True), None)
        start = config.get("init_lora_weights")
        if variant is None and isinstance(start, str):
            variant = start.partition("_")[0].lower()
        if variant is not None and variant not in ("gaussian", "orthogonal"):
            return variant if vocabulary.knows("methods", variant) else None
    return _resolved("methods", result.method_in_source.replace("_", "-"), vocabulary)


def model_of(result: ForeignResult, vocabulary: Vocabulary) -> str | None:
    """Return the model that a hub id or name means, None where it is none of ours."""
    name = result.model_in_source
    by_hub = next(
        (model.id for model in vocabulary.models if model.hub_id and model.hub_id.lower() == name.lower()), None
    )
    return by_hub or _resolved("models", name, vocabulary) or _resolved("models", name.rpartition("/")[2], vocabulary)


def tasks_of(result: ForeignResult, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the tasks that a result's evaluation or its data sets are of."""
    found: list[str] = []
    for name in filter(None, (result.task_in_source, *(score.dataset for score in result.scores))):
        task = _resolved("tasks", name, vocabulary)
        dataset = _resolved("datasets", name, vocabulary) or _resolved("datasets", name.rpartition("/")[2], vocabulary)
        found += [task] if task else []
        found += next((each.tasks for each in vocabulary.datasets if each.id == dataset), ())
    return tuple(dict.fromkeys(found))


def _resolved(kind: str, name: str, vocabulary: Vocabulary) -> str | None:
    try:
        return vocabulary.resolve(kind, name)
    except UnknownNameError:
        return None


def foreign_on(
    facet: Facet, leaves: frozenset[str], results: Iterable[ForeignResult], vocabulary: Vocabulary
) -> tuple[ForeignResult, ...]:
    """Return the results measured by others at or below a node with these leaves."""
    return tuple(result for result in results if not leaves.isdisjoint(_places(facet, result, vocabulary)))


def _places(facet: Facet, result: ForeignResult, vocabulary: Vocabulary) -> tuple[str, ...]:
    if facet is Facet.TASK:
        return tasks_of(result, vocabulary)
    if facet is Facet.METHOD:
        method = method_of(result, vocabulary)
        return (method,) if method else ()
    model = model_of(result, vocabulary)
    return (vocabulary.model[model].architecture,) if model else ()
