"""peft: a run as a folder ``experiments/<method>/<name>/`` of peft's method comparison.

``adapter_config.json`` is what ``PeftConfig.from_pretrained`` reads, ``training_params.json`` holds the fields that
peft's runner knows. What it does not know (the loss, warm-up with linear decay, the record) is in ``codepeft.json``.
"""

from __future__ import annotations

import json
from typing import Any

from corpus.errors import RequestError
from corpus.exchange.runs.about import AboutRun
from corpus.exchange.saving import Content, Files
from corpus.files import dump_json_record

FULL = "full-finetuning"
CONFIG = "adapter_config.json"
OURS = "train_backbone"  # a setting that no configuration of peft has; its own methods leave the backbone frozen


def peft_experiment(about: AboutRun) -> Files:
    """Return the files of a run's experiment, below ``experiments/<method>/<name>/``.

    Raises:
        RequestError: peft does not have the method, or its configuration cannot be known without the adapter.
    """
    spec = about.run.spec
    kind = _kind(about)
    base = about.base_model.rsplit("/", 1)[-1]
    folder = f"experiments/{kind}/{base}-{spec.dataset}-{about.run.spec_digest[:8]}"
    files: dict[str, Content] = {
        f"{folder}/training_params.json": _json(_training(about)),
        f"{folder}/codepeft.json": dump_json_record(about.run),
    }
    if spec.method != FULL:
        files[f"{folder}/{CONFIG}"] = about.adapter_files().get(CONFIG) or _json(_adapter(about))
    return files


def _kind(about: AboutRun) -> str:
    """Return peft's name for the method's folder."""
    if about.run.spec.method == FULL:
        return FULL
    if about.run.spec.backbone_learns:
        raise RequestError(
            f"run {about.run.id} trained the whole backbone beside its prompt, which no configuration of peft can say; "
            "`codepeft export --format ro-crate` carries any run"
        )
    if about.peft_type is None:
        raise RequestError(
            f"{about.method} is not a method of peft, so that run {about.run.id} cannot be an experiment of its "
            "comparison; `codepeft export --format ro-crate` carries any run"
        )
    return about.peft_type.lower()


def _adapter(about: AboutRun) -> dict[str, Any]:
    """Return the configuration that the record's settings make: only what differs from peft's defaults.

    Where the method is a variant of peft's type, what makes it one stands in the saved adapter only.
    """
    if _kind(about).replace("_", "-") != about.run.spec.method:
        raise RequestError(
            f"{about.method} is a variant of peft's {about.peft_type}: its configuration is the one that was saved "
            f"with the adapter, which is not on this machine; run {about.run.id} here, or give --adapter FOLDER"
        )
    files, settings = about.run.model_files, about.run.spec.method_settings
    return {
        "peft_type": about.peft_type,
        "base_model_name_or_path": about.base_model,
        "revision": files.revision if files else None,
        **{name: value for name, value in settings.items() if name != OURS},
    }


def _training(about: AboutRun) -> dict[str, Any]:
    spec = about.run.spec
    training = spec.training
    values = {
        "model_id": about.base_model,
        "dtype": "float32",  # the weights; bfloat16 means autocast here
        "use_amp": training.precision == "bfloat16",
        "max_seq_length": training.max_length,
        "batch_size": _batch_size(training.model_dump(exclude_none=True)),
        "max_steps": training.steps,
        "eval_steps": training.steps,  # ours is evaluated at its end
        "seed": spec.seed,
        "grad_norm_clip": training.max_grad_norm,
        "optimizer_type": "AdamW",
        "optimizer_kwargs": {"lr": training.learning_rate, "weight_decay": training.weight_decay},
    }
    return {name: value for name, value in values.items() if value is not None}


def _batch_size(training: dict[str, Any]) -> int | None:
    """Return the texts of a batch; None where batches are made by tokens."""
    if "classes_per_batch" in training:
        return int(training["classes_per_batch"]) * int(training["items_per_class"])
    found = training.get("batch_items")
    return None if found is None else int(found)


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
