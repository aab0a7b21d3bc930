"""A result file of huggingface/peft's ``method_comparison``: one run, with its last evaluation.

Known from its ``processing.py`` and result files: 123 stands for a missing 'forgetting' or 'drift', 99999999 for a
missing size or loss; loss can be a bare NaN; older files say ``cuda_memory_*`` for ``accelerator_memory_*``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from corpus.exchange.foreign.formats import NoResultError
from corpus.exchange.foreign.values import Missing, part, plain, words
from corpus.records.foreign import ForeignResult, ForeignScore

STAND_IN, ANY_STAND_IN = 123.0, 99_999_999.0
Scale = tuple[float | None, float | None, Literal["higher", "lower"] | None]
SCORES: Mapping[str, Scale] = MappingProxyType(
    {
        "test accuracy": (0.0, 1.0, "higher"),
        "valid accuracy": (0.0, 1.0, "higher"),
        "test dino_similarity": (-1.0, 1.0, "higher"),
        "forgetting": (None, None, "lower"),
        "drift": (None, None, "lower"),
        "train loss": (0.0, None, "lower"),
    }
)
"""Scores of an evaluation, with their lowest and highest value and their direction."""
_OLD_NAMES = MappingProxyType({"forgetting*": "forgetting", "drift*": "drift"})
_STAND_INS_OF = MappingProxyType({"forgetting": (STAND_IN, ANY_STAND_IN), "drift": (STAND_IN, ANY_STAND_IN)})


def read(record: dict[str, Any], id_: str, source: str | None) -> ForeignResult:
    """Return the result of one file; raise NoResultError when the run did not succeed."""
    run, train, meta = (part(record, name) for name in ("run_info", "train_info", "meta_info"))
    status = words(train.get("status"))
    if status != "success":
        reason = words(run.get("error_msg"))
        raise NoResultError(f"the run's status is {status or 'not given'}{f': {reason}' if reason else ''}")
    evaluations = train.get("metrics")
    if not isinstance(evaluations, list) or not evaluations or not isinstance(evaluations[-1], dict):
        raise NoResultError("the run has no evaluation")
    missing, config = Missing(), part(run, "peft_config")
    scores = tuple(_scores(evaluations[-1], missing))
    memory = train.get("accelerator_memory_max", train.get("cuda_memory_max"))
    sizes = {
        name: missing.whole(name, train.get(name), ANY_STAND_IN)
        for name in ("num_trainable_params", "num_total_params", "file_size")
    }
    return ForeignResult(
        id=id_,
        measured_by=source or "not reported by the file",
        experiment=words(run.get("experiment_name")) or "not reported",
        model_in_source=words(part(run, "train_config").get("model_id")) or "not reported",
        method_in_source=words(config.get("peft_type")) or ("not reported" if config else "full-finetuning"),
        measured_at=words(run.get("created_at")),
        scores=scores,
        train_time=missing.number("train_time", train.get("train_time"), ANY_STAND_IN),
        accelerator_memory_max=missing.whole("accelerator_memory_max", memory, ANY_STAND_IN),
        accelerator=words(part(meta, "system_info").get("accelerator")),
        settings={"peft_config": plain(config), "train_config": plain(part(run, "train_config"))},
        versions=_versions(meta),
        missing=tuple(missing),
        **sizes,
    )


def _scores(evaluation: Mapping[str, Any], missing: Missing) -> list[ForeignScore]:
    found = []
    for old_name, value in evaluation.items():
        name = _OLD_NAMES.get(old_name, old_name)
        if name not in SCORES and not name.startswith("test "):
            continue
        lowest, highest, better = SCORES.get(name, (None, None, None))
        score = missing.number(name, value, *_STAND_INS_OF.get(name, (ANY_STAND_IN,)))
        if score is not None:
            found.append(ForeignScore(name=name, value=score, lowest=lowest, highest=highest, better=better))
    return found


def _versions(meta: Mapping[str, Any]) -> dict[str, str]:
    packages = {
        name.removesuffix("-version"): value
        for name, value in part(meta, "package_info").items()
        if name.endswith("-version") and isinstance(value, str)
    }
    data = {
        f"data set {name}": entry["sha"]
        for name, entry in part(meta, "dataset_info").items()
        if isinstance(entry, dict) and isinstance(entry.get("sha"), str)
    }
    model = words(part(meta, "model_info").get("sha"))
    return {**packages, **data, **({"model": model} if model else {})}
