"""A record of Every Eval Ever (schema 0.2 and 0.3): the scores of one model in one evaluation."""

from __future__ import annotations

from typing import Any

from corpus.exchange.foreign.formats import NoResultError
from corpus.exchange.foreign.values import Missing, part, plain, words
from corpus.records.foreign import ForeignResult, ForeignScore


def read(record: dict[str, Any], id_: str, source: str | None) -> ForeignResult:
    """Return the result of one record; raise NoResultError when it has no score."""
    results, missing = record.get("evaluation_results"), Missing()
    if not isinstance(results, list):
        raise NoResultError("evaluation_results is no list")
    scores = tuple(score for entry in results if isinstance(entry, dict) for score in _score(entry, missing))
    if not scores:
        raise NoResultError("it has no score")
    model, origin, library = (part(record, name) for name in ("model_info", "source_metadata", "eval_library"))
    details = part(model, "additional_details")
    relation = words(origin.get("evaluator_relationship"))
    organisation = words(origin.get("source_organization_name"))
    who = f"{organisation}{f' ({relation})' if relation else ''}" if organisation else source
    return ForeignResult(
        id=id_,
        measured_by=who or "not reported by the file",
        experiment=words(record.get("evaluation_id")) or "not reported",
        model_in_source=words(model.get("id")) or words(model.get("name")) or "not reported",
        method_in_source=_method(details) or "not reported",
        task_in_source=next(
            (name for entry in results if isinstance(entry, dict) and (name := words(entry.get("evaluation_name")))),
            None,
        ),
        measured_at=words(record.get("evaluation_timestamp")) or words(record.get("retrieved_timestamp")),
        scores=scores,
        settings={"model_info": plain(model), "source_metadata": plain(origin)},
        versions={
            name: version
            for name, version in ((words(library.get("name")), words(library.get("version"))),)
            if name and version
        },
        missing=tuple(missing),
    )


def _method(details: dict[str, Any]) -> str | None:
    """The schema has no field for the tuning method; its free details may say one."""
    return next(
        (found for name in ("peft_method", "peft_type", "adapter", "method") if (found := words(details.get(name)))),
        None,
    )


def _score(entry: dict[str, Any], missing: Missing) -> list[ForeignScore]:
    config, details, data = part(entry, "metric_config"), part(entry, "score_details"), part(entry, "source_data")
    name = (
        words(config.get("metric_name"))
        or words(config.get("metric_id"))
        or words(entry.get("evaluation_name"))
        or "score"
    )
    value = missing.number(name, details.get("score"))
    if value is None:
        return []
    uncertainty = part(details, "uncertainty")
    lower = config.get("lower_is_better")
    items = missing.whole(f"{name}: num_samples", uncertainty.get("num_samples"))
    return [
        ForeignScore(
            name=name,
            value=value,
            unit=words(config.get("metric_unit")),
            lowest=missing.number(f"{name}: min_score", config.get("min_score")),
            highest=missing.number(f"{name}: max_score", config.get("max_score")),
            better=("lower" if lower else "higher") if isinstance(lower, bool) else None,
            standard_error=missing.number(f"{name}: standard_error", part(uncertainty, "standard_error").get("value")),
            items=items or None,
            evaluation=words(entry.get("evaluation_name")),
            dataset=words(data.get("dataset_name")) or words(data.get("hf_repo")),
        )
    ]
