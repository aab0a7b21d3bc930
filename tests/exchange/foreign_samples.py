"""Invented results in the shapes of other people's files."""

from __future__ import annotations

import json
from typing import Any


def peft_result(**changes: Any) -> dict[str, Any]:
    """Return a run in the shape of peft's method comparison; keywords change ``train_info``."""
    return {
        "run_info": {
            "created_at": "2026-01-02T03:04:05+00:00",
            "total_time": 20.0,
            "experiment_name": "lora/invented-rank4",
            "peft_branch": "main",
            "train_config": {"model_id": "Salesforce/codet5-base", "seed": 0},
            "peft_config": {"peft_type": "LORA", "r": 4, "use_dora": False, "init_lora_weights": True},
            "error_msg": "",
        },
        "train_info": {
            "accelerator_memory_max": 2_000_000_000,
            "train_time": 12.5,
            "file_size": 1234,
            "num_trainable_params": 4096,
            "num_total_params": 222_000_000,
            "status": "success",
            "metrics": [
                {"step": 1, "valid accuracy": 0.1},
                {"step": 2, "test accuracy": 0.25, "train loss": 0.5, "train samples": 8, "forgetting": 0.02},
            ],
            **changes,
        },
        "meta_info": {
            "model_info": {"sha": "0" * 40},
            "dataset_info": {"invented": {"sha": "1" * 40}},
            "package_info": {"peft-version": "0.0.1", "torch-commit-hash": None},
            "system_info": {"accelerator": "Invented 9000"},
        },
    }


def every_eval_result(score: float = 0.5) -> dict[str, Any]:
    """Return a record in the shape of Every Eval Ever."""
    return {
        "schema_version": "0.2.2",
        "evaluation_id": "invented/model/1",
        "retrieved_timestamp": "1767000000",
        "source_metadata": {
            "source_type": "evaluation_run",
            "source_organization_name": "Invented Lab",
            "evaluator_relationship": "third_party",
        },
        "model_info": {
            "name": "CodeT5-base",
            "id": "Salesforce/codet5-base",
            "additional_details": {"peft_method": "LoRA"},
        },
        "eval_library": {"name": "invented_eval", "version": "1.0"},
        "evaluation_results": [
            {
                "evaluation_name": "HumanEval",
                "source_data": {"dataset_name": "HumanEval", "source_type": "hf_dataset"},
                "metric_config": {
                    "metric_name": "pass@1",
                    "metric_unit": "proportion",
                    "lower_is_better": False,
                    "score_type": "continuous",
                    "min_score": 0,
                    "max_score": 1,
                },
                "score_details": {
                    "score": score,
                    "uncertainty": {"standard_error": {"value": 0.01}, "num_samples": 164},
                },
            }
        ],
    }


def as_bytes(content: Any) -> bytes:
    """Return JSON as peft writes it, bare NaN included."""
    return json.dumps(content, indent=2).encode()
