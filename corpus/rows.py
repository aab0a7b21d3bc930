"""The corpus as tables: for each kind of record a list of flat rows, all with the same columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from corpus.exchange.writing.tables import row as paper_row
from corpus.library import Corpus
from corpus.records import ReportedResult, RunRecord

Row = dict[str, Any]


def papers(corpus: Corpus) -> list[Row]:
    """Return a row for each paper; several authors, tasks, ... of one cell are joined by ``'; '``."""
    return [paper_row(paper) for paper in corpus.papers.values()]


def studies(corpus: Corpus) -> list[Row]:
    """Return a row for each study and method: what a paper tried on a task."""
    return [
        {
            "study": study.id,
            "paper": paper.id,
            "year": paper.bibliography.year,
            "task": study.task,
            "method": method,
            "architectures": "; ".join(study.architectures),
            "models": "; ".join(study.models),
            "datasets": "; ".join(study.datasets),
            "classified_by": study.classified_by.value,
        }
        for paper in corpus.papers.values()
        for study in paper.studies
        for method in study.methods
    ]


def number_row(number: ReportedResult, corpus: Corpus) -> Row:
    """Return a reported number as a row, with the ids of the cautions that touch it."""
    values = number.model_dump(mode="json")
    source = values.pop("source")
    values.update({f"source_{name}": source[name] for name in ("kind", "url", "at")})
    values["per_seed"] = "; ".join(map(repr, number.per_seed))
    values["seeds"] = "; ".join(map(str, number.seeds))
    values["cautions"] = "; ".join(caution.id for caution in corpus.cautions_on.get(number.id, ()))
    return values


def numbers(corpus: Corpus) -> list[Row]:
    """Return a row for each reported number; values are on the metric's declared scale."""
    return [number_row(number, corpus) for number in corpus.results]


def claims(corpus: Corpus) -> list[Row]:
    """Return a row for each claim."""
    return [
        {"claim": claim.id, "paper": paper.id, "text": claim.text, "evidence": claim.evidence.value}
        for paper in corpus.papers.values()
        for claim in paper.claims
    ]


def cautions(corpus: Corpus) -> list[Row]:
    """Return a row for each caution."""
    return [
        {
            "caution": caution.id,
            "paper": paper.id,
            "kind": caution.kind.value,
            "text": caution.text,
            "not_comparable": caution.not_comparable,
        }
        for paper in corpus.papers.values()
        for caution in paper.cautions
    ]


def run_row(run: RunRecord, *, own: bool) -> Row:
    """Return a run as a row, with the score of the metric that it is judged by."""
    spec = run.spec
    score, untuned = run.metrics.get(spec.metric), run.baseline.get(spec.metric)
    return {
        "run": run.id,
        "by": "user" if own else "project",
        "recipe": spec.recipe,
        "papers": "; ".join(spec.papers),
        "task": spec.task,
        "dataset": spec.dataset,
        "model": spec.model,
        "method": spec.method,
        "scale": spec.scale.value,
        "seed": spec.seed,
        "status": run.status.value,
        "metric": spec.metric,
        "value": score.value if score else None,
        "low": score.low if score else None,
        "high": score.high if score else None,
        "items": score.items if score else None,
        "untuned_value": untuned.value if untuned else None,
        "num_trainable_params": run.num_trainable_params,
        "num_total_params": run.num_total_params,
        "train_seconds": run.train_time,
        "peak_memory_gb": run.peak_memory_gb,
        "device": run.hardware.device if run.hardware else None,
        "finished_at": run.finished_at.isoformat(),
        "superseded_because": run.superseded_because,
        "spec_sha256": run.spec_digest,
    }


def runs(corpus: Corpus) -> list[Row]:
    """Return a row for each run, the project's first."""
    shipped = [run_row(run, own=False) for run in corpus.runs]
    return [*shipped, *(run_row(run, own=True) for run in corpus.own_runs)]


TABLES: Mapping[str, Callable[[Corpus], list[Row]]] = MappingProxyType(
    {"papers": papers, "studies": studies, "numbers": numbers, "claims": claims, "cautions": cautions, "runs": runs}
)
