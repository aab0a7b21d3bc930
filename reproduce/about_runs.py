"""A run as it is handed out: its record with the labels, licences and files that the registry and the disk know."""

from __future__ import annotations

from pathlib import Path

from corpus.errors import RequestError
from corpus.exchange.runs.about import AboutRun, MetricFacts
from corpus.home import SHIPPED_RUNS, Home
from corpus.records import RunRecord
from reproduce.registry import datasets, models
from reproduce.registry.ingredients import PublishedFiles
from taxonomy import Knowledge
from taxonomy.vocabulary import Metric

_UNITS = {
    "unit": ("0 to 1", 1.0),
    "percent": ("0 to 100", 100.0),
    "ten": ("0 to 10", 10.0),
    "factor": ("a factor", None),
}


def about_run(run_id: str, known: Knowledge, home: Home, *, adapter: Path | None = None) -> AboutRun:
    """Return a run for export, the user's own before a shipped one of the same id.

    Raises:
        UnknownNameError: there is no such run.
        RequestError: the adapter's folder holds no weights.
    """
    run = known.corpus.run(run_id)
    own = any(each.id == run.id for each in known.corpus.own_runs)
    spec, words = run.spec, known.vocabulary
    model, dataset = models().get(spec.model), datasets().get(spec.dataset)
    origin = dataset.origin if dataset else None
    return AboutRun(
        run=run,
        own=own,
        metrics={name: metric_facts(words.metric[name]) for name in {*run.metrics, *run.baseline, *run.validation}},
        task=words.label("tasks", spec.task),
        dataset=words.label("datasets", spec.dataset),
        model=words.label("models", spec.model),
        method=words.label("methods", spec.method),
        peft_type=words.method[spec.method].peft_type,
        base_model=run.model_files.name if run.model_files else model.hub_id if model else spec.model,
        base_licence=model.licence if model else None,
        dataset_urls=tuple(file.url for file in origin.files.values()) if isinstance(origin, PublishedFiles) else (),
        dataset_licence=dataset.licence if dataset else None,
        items=_items(run, home.runs if own else SHIPPED_RUNS),
        adapter=_adapter(run, home, own=own) if adapter is None else _given(adapter),
    )


def metric_facts(metric: Metric) -> MetricFacts:
    """Return how a metric of the vocabulary is read; a gain over something else has no bounds."""
    unit, high = _UNITS[metric.scale]
    bounded = high is not None and not metric.relative
    return MetricFacts(
        metric.label, unit, metric.better == "higher", 0.0 if bounded else None, high if bounded else None
    )


def _items(run: RunRecord, folder: Path) -> Path | None:
    path = folder / run.spec.recipe / run.items_file if run.items_file else None
    return path if path and path.is_file() else None


def _adapter(run: RunRecord, home: Home, *, own: bool) -> Path | None:
    """Return where the worker left what was saved; a shipped record's adapter is not on this machine."""
    folder = home.work / run.id / "out" / "adapter"
    return folder if own and any(folder.glob("*.safetensors")) else None


def _given(folder: Path) -> Path:
    if not any(folder.glob("*.safetensors")):
        raise RequestError(f"{folder} holds no adapter (a folder with a .safetensors file)")
    return folder
