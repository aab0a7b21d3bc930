"""Runs and what went into them as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from corpus.records import RunRecord
from corpus.records.run import Fidelity
from explorer import formats
from explorer.tables.frames import flattened, pairs, table
from explorer.tables.numbers import ORIGINS
from taxonomy import Knowledge
from taxonomy.measured import Origin

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
                "status": formats.run_status(run),
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


def beside(found: Mapping[str, RunRecord], known: Knowledge, *, differing: bool) -> pd.DataFrame:
    """Return runs beside each other, a column a run: scores first, then what went into them.

    ``differing``: only the rows in which the runs differ.
    """
    columns = {name: dict(_facts(run, known)) for name, run in found.items()}
    names = dict.fromkeys(name for values in columns.values() for name in values)
    rows = (
        {"what": name, **{run: values.get(name, formats.NOT_MEASURED) for run, values in columns.items()}}
        for name in names
        if not differing or len({values.get(name) for values in columns.values()}) > 1
    )
    return table(rows, ("what", *columns))


def _facts(run: RunRecord, known: Knowledge) -> Iterable[tuple[str, str]]:
    words = known.vocabulary
    yield "status", formats.run_status(run)
    for kind, values in ((run.baseline_name, run.baseline), ("test", run.metrics)):
        for name, score in values.items():
            known_interval = score.low is not None and score.high is not None
            interval = f" ({score.low:.4g} to {score.high:.4g})" if known_interval else ""
            yield f"{words.label('metrics', name)}, {kind}", f"{score.value:.4g}{interval}"
    yield "training", formats.duration(run.train_time)
    yield "peak memory", formats.gigabytes(run.peak_memory_gb)
    for row in ingredients(run, known).itertuples(index=False):
        yield str(row[0]), str(row[1])


def _with_commas(value: float | None) -> str | None:
    return None if value is None else f"{value:,.0f}"
