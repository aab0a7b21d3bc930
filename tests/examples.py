"""Small invented records. Every function returns a valid one; keyword arguments change a field of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from corpus import Corpus, Home
from corpus.files import dump_json_record, dump_yaml, write_text
from corpus.records import Paper, ReportedResult, RunRecord, RunSpec
from taxonomy.vocabulary import Vocabulary


def paper_fields(**changes: Any) -> dict[str, Any]:
    """Return the fields of an own paper, as its file holds them."""
    return {
        "id": "P900",
        "bibliography": {
            "title": "Whisking Adapters",
            "authors": ["Ada Example", "Bo Sample"],
            "year": 2026,
            "venue": {"name": "Invented Venue", "acronym": "IV"},
            "url": "https://arxiv.org/abs/2601.00001",
        },
        "summary": "An invented paper about zebrafish.",
        "studies": [
            {"id": "P900-S1", "task": "code-search", "methods": ["lora"], "architectures": ["encoder"]},
        ],
        **changes,
    }


def paper(**changes: Any) -> Paper:
    """Return an own paper."""
    return Paper.model_validate(paper_fields(**changes))


def result(**changes: Any) -> ReportedResult:
    """Return a reported number of the own paper: LoRA 3 points below full fine-tuning."""
    return ReportedResult.model_validate(
        {
            "id": "P900-R001",
            "paper": "P900",
            "task": "code-search",
            "dataset_in_source": "CSN",
            "model_in_source": "CodeBERT",
            "method": "lora",
            "method_in_source": "LoRA",
            "metric": "mrr",
            "metric_in_source": "MRR",
            "value": 0.70,
            "printed_value": 70.0,
            "printed_unit": "%",
            "full_finetuning_value": 0.73,
            "evidence": "paper",
            "source": {"kind": "paper", "at": "Table 1"},
            **changes,
        }
    )


def corpus_of(papers: Iterable[Paper], results: Iterable[ReportedResult] = (), **runs: Any) -> Corpus:
    """Return a corpus of these records only."""
    return Corpus(MappingProxyType({entry.id: entry for entry in papers}), tuple(results), **{"runs": (), **runs})


TRAINING = {
    "steps": 10,
    "learning_rate": 0.001,
    "weight_decay": 0.0,
    "warmup_steps": 1,
    "max_grad_norm": 1.0,
    "classes_per_batch": 4,
    "items_per_class": 2,
    "temperature": 0.05,
    "max_length": 64,
    "precision": "float32",
}


def spec(**changes: Any) -> RunSpec:
    """Return the spec of a small run."""
    return RunSpec.model_validate(
        {
            "recipe": "invented",
            "papers": ["P31"],
            "task": "clone-detection",
            "dataset": "scd-88",
            "model": "all-minilm-l6-v2",
            "method": "lora",
            "scale": "quick",
            "seed": 1,
            "training": TRAINING,
            "metric": "map_at_r",
            **changes,
        }
    )


def run(value: float | None = 0.7, *, asked: RunSpec | None = None, **changes: Any) -> RunRecord:
    """Return the record of a finished run that scored ``value``."""
    asked = asked or spec()
    metrics = {} if value is None else {asked.metric: {"value": value, "items": 50}}
    return RunRecord.model_validate(
        {
            "id": asked.run_id(),
            "spec_digest": asked.digest(),
            "spec": asked,
            "status": "finished",
            "started_at": "2026-11-01T10:00:00Z",
            "finished_at": "2026-11-01T10:05:00Z",
            "metrics": metrics,
            **changes,
        }
    )


def vocabulary_fields(**changes: Any) -> dict[str, Any]:
    """Return a vocabulary of a few terms, with one metric of each scale and direction."""
    return {
        "families": [
            {"id": "additive", "label": "Additive"},
            {"id": "prompts", "label": "Prompts", "parent": "additive"},
            {"id": "comparison", "label": "Comparison"},
        ],
        "methods": [
            {"id": "lora", "label": "LoRA", "family": "additive", "aliases": ["low rank"]},
            {"id": "soft", "label": "Soft prompt", "family": "prompts"},
            {"id": "full-finetuning", "label": "Full fine-tuning", "family": "comparison"},
        ],
        "architectures": [{"id": "encoder", "label": "Encoder"}],
        "task_groups": [{"id": "finding", "label": "Finding"}],
        "tasks": [{"id": "code-search", "label": "Code Search", "group": "finding"}],
        "models": [{"id": "codebert", "label": "CodeBERT", "architecture": "encoder"}],
        "datasets": [{"id": "csn", "label": "CSN", "tasks": ["code-search"]}],
        "metrics": [
            {"id": "mrr", "label": "MRR", "scale": "unit", "better": "higher"},
            {"id": "bleu", "label": "BLEU", "scale": "percent", "better": "higher"},
            {"id": "error_rate", "label": "Error rate", "scale": "unit", "better": "lower"},
            {"id": "rating", "label": "Rating", "scale": "ten", "better": "higher"},
            {"id": "speedup", "label": "Speed-up", "scale": "factor", "better": "higher"},
            {"id": "gain", "label": "Gain", "scale": "percent", "better": "higher", "relative": True},
        ],
        **changes,
    }


def small_vocabulary(**changes: Any) -> Vocabulary:
    """Return a vocabulary of a few terms."""
    return Vocabulary.model_validate(vocabulary_fields(**changes))


def add_paper(home: Home, **changes: Any) -> Path:
    """Write an own paper into a user's folder."""
    fields = paper_fields(**changes)
    path = home.papers / f"{fields['id']}.yaml"
    write_text(path, dump_yaml(fields))
    return path


def add_run(home: Home, record: RunRecord) -> Path:
    """Write an own run into a user's folder."""
    path = home.runs / record.spec.recipe / f"{record.id}.json"
    write_text(path, dump_json_record(record))
    return path
