"""The configuration to start from: the best-evidenced paper's, next to the library's default."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pydantic import JsonValue

from corpus.records import Configuration
from taxonomy.answers.traits import Traits

Settings = dict[str, JsonValue]

TASK_TYPES = {"decoder": "CAUSAL_LM", "encoder-decoder": "SEQ_2_SEQ_LM", "encoder": "FEATURE_EXTRACTION"}
"""peft's task type for what a model of an architecture gives out; a classifier on an encoder is SEQ_CLS instead."""


@dataclass(frozen=True)
class Difference:
    """A setting where the paper differs from the library's default."""

    field: str
    default: JsonValue
    paper: JsonValue


@dataclass(frozen=True)
class Start:
    """A configuration to start from.

    ``adapter_config``: the file that peft reads, with what the paper states; peft fills in the rest. None, with the
    reason, where peft does not have the method or the paper does not settle what it needs. ``undecided``: settings that
    peft would take but the paper gives in several values or in words.
    """

    paper: str
    name_in_paper: str | None
    architectures: tuple[str, ...]  # of the models that the paper used; module names depend on them
    settings: Settings
    trainable_percent: float | None  # as the paper's record has it
    differences: tuple[Difference, ...]
    undecided: Settings
    adapter_config: Settings | None
    no_adapter_config_because: str | None


@dataclass(frozen=True)
class Ranked:
    """A paper's configuration of a method, and what speaks for it."""

    paper: str
    configuration: Configuration
    architectures: frozenset[str]  # of the models that the paper uses
    pairs_by_task: dict[str, int]  # comparable numbers of the method
    grade: int  # of the best of these, 0 is best


def best_configuration(entries: Iterable[Ranked], *, task: str, architecture: str | None) -> Ranked | None:
    """Return the configuration of the best-evidenced paper; None when no paper states one.

    Best first: comparable numbers for this task; the architecture asked for; comparable numbers at all; their grade;
    how many they are; the older paper id.
    """
    stated = [entry for entry in entries if entry.configuration.settings]

    def order(entry: Ranked) -> tuple[object, ...]:
        here, all_ = entry.pairs_by_task.get(task, 0), sum(entry.pairs_by_task.values())
        other_kind = architecture is not None and architecture not in entry.architectures
        return (here == 0, other_kind, all_ == 0, entry.grade, -here, -all_, int(entry.paper[1:]))

    return min(stated, key=order, default=None)


def start_from(
    entry: Ranked, own: Traits, *, architecture: str | None, hub_id: str | None, model_names: Iterable[str]
) -> Start:
    """Return the configuration to start from, for a model whose spellings are given (none: no model asked for)."""
    settings = dict(entry.configuration.settings)
    support = own.peft
    if support is None:
        because = own.no_peft_because or "peft does not have this method; start from the paper's settings"
        return _start(entry, settings, (), {}, None, because)
    names = list(model_names)
    stated: Settings = {}
    undecided: Settings = {}
    for field in support.takes:
        if field not in settings:
            continue
        value = _for_model(settings[field], names)
        if _VALID[field](value):
            stated[field] = value
        else:
            undecided[field] = settings[field]
    chosen = {**stated, **support.fixed}
    differences = tuple(
        Difference(field, support.defaults[field], value)
        for field, value in chosen.items()
        if support.defaults[field] != value
    )
    missing = [field for field in support.needs if field not in chosen]
    if missing:
        because = f"{entry.paper} does not settle {', '.join(missing)}, for which peft has no default"
        return _start(entry, settings, differences, undecided, None, because)
    document: Settings = {"peft_type": _PEFT_TYPES[support.config], **chosen}
    if architecture is not None:
        document["task_type"] = TASK_TYPES[architecture]
    if hub_id is not None:
        document["base_model_name_or_path"] = hub_id
    return _start(entry, settings, differences, undecided, document, None)


def _start(
    entry: Ranked,
    settings: Settings,
    differences: tuple[Difference, ...],
    undecided: Settings,
    adapter_config: Settings | None,
    because: str | None,
) -> Start:
    return Start(
        paper=entry.paper,
        name_in_paper=entry.configuration.name_in_paper,
        architectures=tuple(sorted(entry.architectures)),
        settings=settings,
        trainable_percent=entry.configuration.trainable_percent,
        differences=differences,
        undecided=undecided,
        adapter_config=adapter_config,
        no_adapter_config_because=because,
    )


_PEFT_TYPES = {
    "LoraConfig": "LORA", "AdaLoraConfig": "ADALORA", "IA3Config": "IA3", "PrefixTuningConfig": "PREFIX_TUNING",
    "PromptTuningConfig": "PROMPT_TUNING", "PromptEncoderConfig": "P_TUNING",
}  # fmt: skip


def _for_model(value: JsonValue, names: list[str]) -> JsonValue:
    """Return the entry of a mapping by models that names this model; the value itself where it is no mapping."""
    if not isinstance(value, dict):
        return value
    folded = [name.casefold() for name in names]
    for key, entry in value.items():
        parts = [part.strip().casefold() for part in key.split(",")]
        if any(part and name.startswith(part) for part in parts for name in folded):
            return entry
    return value


_MODULE = re.compile(r"[A-Za-z0-9_.]+")


def _is_count(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_share(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1


def _are_modules(value: JsonValue) -> bool:
    """Return whether peft can read a value as module names; a sentence would be taken for a pattern."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(entry, str) and _MODULE.fullmatch(entry) for entry in value)
    return value == "all-linear"


_VALID: dict[str, Callable[[JsonValue], bool]] = {
    "r": _is_count,
    "init_r": _is_count,
    "target_r": _is_count,
    "total_step": _is_count,
    "num_virtual_tokens": _is_count,
    "encoder_hidden_size": _is_count,
    "lora_alpha": _is_number,
    "lora_dropout": _is_share,
    "target_modules": _are_modules,
    "feedforward_modules": _are_modules,
    "modules_to_save": _are_modules,
    "bias": lambda value: value in ("none", "all", "lora_only"),
    "prefix_projection": lambda value: isinstance(value, bool),
    "encoder_reparameterization_type": lambda value: value in ("MLP", "LSTM"),
}
"""What a setting must be like for peft to read it."""
