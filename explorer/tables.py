"""Records as tables: pure functions to data frames. Absent values stay absent; the page says 'not reported'."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from corpus.records import Caution, Paper, ReportedResult, RunRecord, Study
from corpus.records.run import Fidelity
from explorer import formats
from taxonomy import Knowledge
from taxonomy.effects import Effect, difference_points
from taxonomy.matrix import Matrix
from taxonomy.measured import Measured, Origin
from taxonomy.summaries import NodeSummary


def table(rows: Iterable[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a frame that has its columns even when there are no rows."""
    return pd.DataFrame(list(rows), columns=list(columns))


def named(known: Knowledge, kind: str, term: str | None, in_source: str) -> str:
    """Return a term's label, or the source's own word where it is not a term of ours."""
    return known.vocabulary.label(kind, term) if term else in_source


REPORTED = (
    "paper", "method", "model", "task", "data set", "language", "setting", "metric", "value", "scale", "printed",
    "points vs full fine-tuning", "grade", "cautions", "source", "place in source", "number",
)  # fmt: skip


def reported(rows: Iterable[ReportedResult], known: Knowledge) -> pd.DataFrame:
    """Return reported numbers, a row each: the value on the metric's declared scale, and as it was printed."""
    words = known.vocabulary
    return table(
        (
            {
                "paper": row.paper,
                "method": named(known, "methods", row.method, row.method_in_source),
                "model": named(known, "models", row.model, row.model_in_source),
                "task": words.label("tasks", row.task),
                "data set": named(known, "datasets", row.dataset, row.dataset_in_source),
                "language": row.language,
                "setting": "; ".join(filter(None, (row.variant, row.setting))) or None,
                "metric": words.label("metrics", row.metric),
                "value": row.value,
                "scale": formats.SCALES[words.metric[row.metric].scale],
                "printed": f"{row.printed_value:g} {row.printed_unit}",
                "points vs full fine-tuning": difference_points(row, words),
                "grade": row.evidence.value,
                "cautions": ", ".join(caution.id for caution in known.corpus.cautions_on.get(row.id, ())) or "none",
                "source": row.source.url,
                "place in source": row.source.at,
                "number": row.id,
            }
            for row in rows
        ),
        REPORTED,
    )


ORIGINS = {Origin.SHIPPED: "this project", Origin.OWN: "this machine"}

MEASURED = (
    "method", "task", "data set", "model", "metric", "mean", "std over seeds", "seeds", "untuned", "full fine-tuning",
    "points vs full fine-tuning", "measured by", "scale of the run", "trainable %", "items", "training", "peak memory",
)  # fmt: skip


def measured(results: Iterable[Measured], known: Knowledge) -> pd.DataFrame:
    """Return measured results, a row for each method of an experiment; scores on the metric's declared scale."""
    words = known.vocabulary
    return table(
        (
            {
                "method": words.label("methods", result.method),
                "task": words.label("tasks", result.task),
                "data set": words.label("datasets", result.dataset),
                "model": words.label("models", result.model),
                "metric": words.label("metrics", result.metric),
                "mean": result.mean,
                "std over seeds": result.std,
                "seeds": len(result.seeds),
                "untuned": result.untuned,
                "full fine-tuning": result.full_finetuning,
                "points vs full fine-tuning": measured_points(result, known),
                "measured by": ORIGINS[result.origin],
                "scale of the run": result.scale.value,
                "trainable %": result.trainable_percent,
                "items": result.items,
                "training": formats.duration(result.train_seconds),
                "peak memory": formats.gigabytes(result.peak_memory_gb),
            }
            for result in results
        ),
        MEASURED,
    )


def measured_points(result: Measured, known: Knowledge) -> float | None:
    """Return a measured mean against full fine-tuning of the same experiment, in points of 100."""
    if result.full_finetuning is None or result.method == "full-finetuning":
        return None
    return known.vocabulary.metric[result.metric].points(result.mean - result.full_finetuning)


def cautions(found: Iterable[Caution]) -> pd.DataFrame:
    """Return cautions, a row each."""
    return table(
        (
            {
                "caution": caution.id,
                "kind": caution.kind.value,
                "left out of effects": "yes" if caution.not_comparable else "no",
                "text": caution.text,
            }
            for caution in found
        ),
        ("caution", "kind", "left out of effects", "text"),
    )


def papers(found: Iterable[Paper], known: Knowledge) -> pd.DataFrame:
    """Return papers, a row each."""
    words = known.vocabulary
    return table(
        (
            {
                "paper": paper.id,
                "title": paper.bibliography.title,
                "year": paper.bibliography.year,
                "venue": paper.bibliography.venue.acronym or paper.bibliography.venue.name,
                "tasks": ", ".join(dict.fromkeys(words.label("tasks", study.task) for study in paper.studies)),
                "methods": ", ".join(
                    dict.fromkeys(words.label("methods", name) for study in paper.studies for name in study.methods)
                ),
                "numbers": len(known.corpus.results_of[paper.id]),
            }
            for paper in found
        ),
        ("paper", "title", "year", "venue", "tasks", "methods", "numbers"),
    )


def tree(nodes: Iterable[NodeSummary]) -> pd.DataFrame:
    """Return a tree as a table, children indented below their parent."""
    return table(
        (
            {
                "node": f"{'    ' * node.depth}{node.node.label}",
                "studies": node.studies,
                "papers": node.papers,
                "reported numbers": node.reported,
                "with a caution, %": node.cautioned_percent,
                "measured runs": node.measured_runs,
                "median points vs full fine-tuning": node.effect.median_points,
                "papers behind it": node.effect.papers,
                "address": node.node.id,
            }
            for node in nodes
        ),
        (
            "node", "studies", "papers", "reported numbers", "with a caution, %", "measured runs",
            "median points vs full fine-tuning", "papers behind it", "address",
        ),
    )  # fmt: skip


def effect(summary: Effect) -> pd.DataFrame:
    """Return an effect, a row for each paper, in points of 100 against full fine-tuning."""
    return table(
        (
            {
                "paper": entry.paper,
                "numbers": entry.numbers,
                "median points": entry.median_points,
                "lowest": entry.lowest_points,
                "highest": entry.highest_points,
            }
            for entry in summary.by_paper
        ),
        ("paper", "numbers", "median points", "lowest", "highest"),
    )


def crossed(counted: Matrix, rows: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """Return a matrix of counts under the names given for its rows and columns."""
    return pd.DataFrame([list(line) for line in counted.counts], index=list(rows), columns=list(columns))


def studies(found: Iterable[tuple[Paper, Study]], known: Knowledge) -> pd.DataFrame:
    """Return studies as the review classified them; 'found' says whether the paper or its code showed otherwise."""
    words = known.vocabulary
    return table(
        (
            {
                "study": study.id,
                "task": words.label("tasks", study.task),
                "methods": _listed(known, "methods", study.methods),
                "models": _listed(known, "models", study.models),
                "architectures": _listed(known, "architectures", study.architectures),
                "classified by": {"review": "the review", "user": "you"}.get(study.classified_by, "us"),
                "found": "as classified" if study.found is None else "differs",
                "data sets": study.data_note or _listed(known, "datasets", study.datasets),
            }
            for _, study in found
        ),
        ("study", "task", "methods", "models", "architectures", "classified by", "found", "data sets"),
    )


def found_instead(study: Study, known: Knowledge) -> str:
    """Return what the paper or its code showed where it differs from the review's row; empty where nothing does."""
    found = study.found
    if found is None:
        return ""
    parts = [f"task: {known.vocabulary.label('tasks', found.task)}"] if found.task else []
    for kind in ("methods", "models", "architectures", "datasets"):
        terms = getattr(found, kind)
        if terms is not None:
            parts.append(f"{kind}: {_listed(known, kind, terms) or 'none'}")
    return ". ".join([*parts, found.note])


def _listed(known: Knowledge, kind: str, terms: Iterable[str]) -> str | None:
    return ", ".join(known.vocabulary.label(kind, term) for term in terms) or None


RUNS = (
    "run", "measured by", "status", "method", "experiment", "seed", "metric", "score", "low", "high", "untuned",
    "scale of the run", "training", "finished",
)  # fmt: skip


def runs(found: Iterable[tuple[Origin, RunRecord]], known: Knowledge) -> pd.DataFrame:
    """Return run records, a row each; ``low`` and ``high`` bound the 95 % bootstrap interval over test items."""
    words = known.vocabulary
    rows = []
    for origin, run in found:
        spec, score = run.spec, run.metrics.get(run.spec.metric)
        untuned = run.untuned.get(run.spec.metric)
        rows.append(
            {
                "run": run.id,
                "measured by": ORIGINS[origin],
                "status": run.status.value,
                "method": words.label("methods", spec.method),
                "experiment": spec.recipe,
                "seed": spec.seed,
                "metric": words.label("metrics", spec.metric),
                "score": score.value if score else None,
                "low": score.low if score else None,
                "high": score.high if score else None,
                "untuned": untuned.value if untuned else None,
                "scale of the run": spec.scale.value,
                "training": formats.duration(run.train_time),
                "finished": formats.moment(run.finished_at),
            }
        )
    return table(rows, RUNS)


def pairs(values: Iterable[tuple[str, object]], first: str = "field", second: str = "value") -> pd.DataFrame:
    """Return names and values as text, a row each; absent values say so."""
    return table(
        ({first: name, second: formats.NOT_REPORTED if value is None else str(value)} for name, value in values),
        (first, second),
    )


def flattened(settings: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Return nested settings as (path, value) pairs."""
    if isinstance(settings, dict):
        return [pair for name, value in settings.items() for pair in flattened(value, f"{prefix}{name}: ")]
    text = ", ".join(map(str, settings)) if isinstance(settings, (list, tuple)) else str(settings)
    return [(prefix.removesuffix(": "), text)]


def configurations(paper: Paper, known: Knowledge) -> pd.DataFrame:
    """Return the methods as a paper configured them."""
    return table(
        (
            {
                "method": known.vocabulary.label("methods", used.method),
                "name in the paper": used.name_in_paper,
                "trainable": used.trainable_parameters,
                "trainable %": used.trainable_percent,
                "of": used.trainable_percent_of,
                "settings": "; ".join(": ".join(pair) for pair in flattened(used.settings)) or None,
                "read in": used.source.kind.value if used.source else None,
                "place in source": used.source.at if used.source else None,
            }
            for used in paper.configurations
        ),
        ("method", "name in the paper", "trainable", "trainable %", "of", "settings", "read in", "place in source"),
    )


def training(paper: Paper) -> pd.DataFrame:
    """Return a paper's hyperparameters, hardware and software as it gives them."""
    record = paper.training
    if record is None:
        return pairs((), "setting", "value")
    lines = [*flattened(record.settings), ("hardware", record.hardware), ("software", record.software)]
    return pairs(lines, "setting", "value")


def models(paper: Paper, known: Knowledge) -> pd.DataFrame:
    """Return the models that a paper uses."""
    words = known.vocabulary
    return table(
        (
            {
                "model": words.label("models", use.model) if use.model else "not named",
                "architecture": words.label("architectures", use.architecture) if use.architecture else None,
                "hub id": use.hub_id,
                "parameters": use.parameters,
                "note": use.note,
            }
            for use in paper.models
        ),
        ("model", "architecture", "hub id", "parameters", "note"),
    )


def datasets(paper: Paper, known: Knowledge) -> pd.DataFrame:
    """Return the data sets that a paper uses, a row for each split; sizes in items."""
    words = known.vocabulary
    return table(
        (
            {
                "data set": words.label("datasets", use.dataset),
                "tasks": ", ".join(words.label("tasks", task) for task in use.tasks) or None,
                "languages": ", ".join(use.languages) or None,
                "part": split.name if split else None,
                "train": split.train if split else None,
                "validation": split.validation if split else None,
                "test": split.test if split else None,
                "url": use.url,
                "note": use.note,
            }
            for use in paper.datasets
            for split in (use.splits or (None,))
        ),
        ("data set", "tasks", "languages", "part", "train", "validation", "test", "url", "note"),
    )


def scores(run: RunRecord, known: Knowledge) -> pd.DataFrame:
    """Return all scores of a run, before training, on validation and on test data."""
    return table(
        (
            {
                "on": name,
                "metric": known.vocabulary.label("metrics", metric),
                "value": score.value,
                "low": score.low,
                "high": score.high,
                "items": score.items,
            }
            for name, values in (
                (f"test, {run.baseline_name}", run.baseline),
                ("validation, tuned", run.validation),
                ("test, tuned", run.metrics),
            )
            for metric, score in values.items()
        ),
        ("on", "metric", "value", "low", "high", "items"),
    )


def fidelity(profile: Fidelity) -> pd.DataFrame:
    """Return how each aspect of a run compares with a paper's experiment."""
    aspects = {name: getattr(profile, name) for name in ("model", "data", "steps", "metric", "settings")}
    return table(
        ({"aspect": name, "likeness": each.likeness.value, "note": each.note} for name, each in aspects.items()),
        ("aspect", "likeness", "note"),
    )


def ingredients(run: RunRecord, known: Knowledge) -> pd.DataFrame:
    """Return everything that went into a run, as text."""
    spec, words, hardware = run.spec, known.vocabulary, run.hardware
    files = {"model files": run.model_files, "data files": run.data_files}
    lines: list[tuple[str, object]] = [
        ("task", words.label("tasks", spec.task)),
        ("data set", words.label("datasets", spec.dataset)),
        ("model", words.label("models", spec.model)),
        ("method", words.label("methods", spec.method)),
        *flattened(spec.method_settings, "method setting: "),
        *flattened(spec.training.model_dump(), "training: "),
        ("seed", spec.seed),
        ("scale", spec.scale.value),
        ("trainable parameters", _with_commas(run.num_trainable_params)),
        ("parameters in all", _with_commas(run.num_total_params)),
        ("size of what is kept, bytes", _with_commas(run.adapter_file_size)),
        ("real tokens trained on", _with_commas(run.train_tokens)),
        ("tokens a second", _with_commas(run.tokens_per_second)),
        ("evaluation time", formats.duration(run.evaluation_time)),
        ("started", formats.moment(run.started_at)),
        ("finished", formats.moment(run.finished_at)),
        ("device", hardware.device if hardware else None),
        ("processor", hardware.processor if hardware else None),
        ("threads", hardware.cores if hardware else None),
        ("load average at the start", run.load_average),
        *((f"version: {name}", version) for name, version in run.versions.items()),
        *((f"{kind}: {name}", value) for kind, each in files.items() if each for name, value in each),
        ("code", run.code_commit),
        ("spec digest", run.spec_digest),
        ("per-item scores, SHA-256", run.items_sha256),
    ]
    return pairs(((name, formats.NOT_MEASURED if value is None else value) for name, value in lines), "what", "value")


def _with_commas(value: float | None) -> str | None:
    return None if value is None else f"{value:,.0f}"
