"""Every Eval Ever: a run's scores as one record of that schema (version 0.3.0), one result a metric and split."""

from __future__ import annotations

import json
from typing import Any

from corpus.errors import RequestError
from corpus.exchange.runs.about import AboutRun
from corpus.records import Score

SCHEMA_VERSION = "0.3.0"
LEVEL = 0.95  # of the intervals that records hold


def every_eval_ever(about: AboutRun, *, organisation: str | None = None, model_id: str | None = None) -> str:
    """Return a run's record; ``model_id`` is the tuned model's name on the hub, where it has one.

    The schema wants an organisation and an id: those that nobody named are said to be not stated, and local.

    Raises:
        RequestError: the run left no score.
    """
    run = about.run
    if not run.metrics:
        raise RequestError(f"run {run.id} is {run.status.value} and left no score; `--format ro-crate` carries any run")
    shown_id = model_id or f"local/{run.id}"
    moment = str(int(run.finished_at.timestamp()))
    document = {
        "schema_version": SCHEMA_VERSION,
        "evaluation_id": f"{run.spec.dataset}/{shown_id.replace('/', '_')}/{moment}",
        "evaluation_timestamp": run.finished_at.isoformat(),
        "retrieved_timestamp": moment,
        "source_metadata": {
            "source_name": "codepeft",
            "source_type": "evaluation_run",
            "source_organization_name": organisation or about.measured_by or "not stated",
            "evaluator_relationship": "first_party",  # who evaluated tuned the model
        },
        "eval_library": {"name": "codepeft", "version": run.versions.get("codepeft", "not stated")},
        "model_info": _model(about, shown_id),
        "evaluation_results": [
            _result(about, split, metric, score)
            for split, scores in (("test", run.metrics), ("validation", run.validation))
            for metric, score in scores.items()
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _model(about: AboutRun, shown_id: str) -> dict[str, Any]:
    spec, run = about.run.spec, about.run
    details = {
        "deployment_type": "self_deployed",
        "model_availability": "unknown",  # the tuned weights may or may not be published
        "base_model": about.base_model,
        "base_model_revision": run.model_files.revision if run.model_files else None,
        "method": about.method,
        "method_settings": spec.method_settings,
        "training": spec.training.model_dump(mode="json", exclude_none=True),
        "seed": spec.seed,
        "num_trainable_params": run.num_trainable_params,
        "num_total_params": run.num_total_params,
        "codepeft_run": run.id,
        "codepeft_spec_sha256": run.spec_digest,
    }
    return {"name": f"{about.model} tuned with {about.method}", "id": shown_id, "additional_details": _strings(details)}


def _result(about: AboutRun, split: str, metric: str, score: Score) -> dict[str, Any]:
    facts, spec = about.metrics[metric], about.run.spec
    untuned = about.run.baseline.get(metric) if split == "test" else None
    source: dict[str, Any] = {"dataset_name": about.dataset, "source_type": "other"}
    if about.dataset_urls:
        source |= {"source_type": "url", "url": list(about.dataset_urls)}
    source["additional_details"] = _strings({"split": split, "language": spec.language, "task": about.task})
    uncertainty: dict[str, Any] = {"num_samples": score.items}
    if score.low is not None and score.high is not None:
        uncertainty["confidence_interval"] = {
            "lower": score.low, "upper": score.high, "confidence_level": LEVEL, "method": "bootstrap over items",
        }  # fmt: skip
    return {
        "evaluation_result_id": f"{about.run.id}/{split}/{metric}",
        "evaluation_name": f"{about.dataset}, {split} split",
        "evaluation_timestamp": about.run.finished_at.isoformat(),
        "source_data": source,
        "metric_config": {
            "metric_id": metric,
            "metric_name": facts.label,
            "metric_unit": facts.unit,
            "lower_is_better": not facts.higher_is_better,
            "score_type": "continuous",
            "min_score": facts.low,
            "max_score": facts.high,
        },
        "score_details": {
            "score": score.value,
            "uncertainty": uncertainty,
            **({"details": {"without_tuning": repr(untuned.value)}} if untuned else {}),
        },
    }


def _strings(values: dict[str, Any]) -> dict[str, str]:
    """Return details as the schema has them: every value a string; what is not known is left out."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        for name, value in values.items()
        if value is not None
    }
