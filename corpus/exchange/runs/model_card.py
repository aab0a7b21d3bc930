"""Hugging Face: a run's adapter as a folder that can be uploaded as it is; nothing is uploaded from here.

``README.md`` is the model card with a model-index, ``.eval_results/`` the newer form of the same scores, which names
a data set by its id on the hub and is therefore written only where there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from corpus.errors import CodepeftError, RequestError
from corpus.exchange.runs.about import AboutRun
from corpus.exchange.saving import Content, Files
from corpus.files import dump_json_record, dump_yaml
from corpus.records import RunStatus


def model_card(about: AboutRun, *, dataset_id: str | None = None, licence: str | None = None) -> Files:
    """Return the files of a run's model repository.

    ``dataset_id`` is the data set's id on the hub; ``licence`` is what the adapter is given under.

    Raises:
        CodepeftError: huggingface-hub is not installed.
        RequestError: the run did not finish, or its adapter is not on this machine.
    """
    if about.run.status is not RunStatus.FINISHED:
        raise RequestError(f"run {about.run.id} is {about.run.status.value}: a model card needs a finished run")
    saved = about.adapter_files()
    if not saved:
        raise RequestError(
            f"the adapter of run {about.run.id} is not on this machine; run it here "
            "(`codepeft reproduce`), or give --adapter FOLDER"
        )
    try:
        import huggingface_hub as hub
    except ModuleNotFoundError:
        raise CodepeftError("a model card needs huggingface-hub: pip install 'codepeft[reproduce]'") from None
    data = hub.ModelCardData(
        base_model=about.base_model,
        base_model_relation="adapter",
        library_name="peft" if "adapter_config.json" in saved else None,
        license=licence,
        metrics=list(about.run.metrics),
        model_name=about.run.id,
        tags=["codepeft", "peft", about.run.spec.method],
        eval_results=list(_results(about, hub, dataset_id)),
    )
    files: dict[str, Content] = {
        "README.md": f"---\n{data.to_yaml()}\n---\n\n{_text(about)}",
        "codepeft.json": dump_json_record(about.run),
        **{name: path for name, path in saved.items() if name != "README.md"},
    }
    if dataset_id is not None:
        entries = list(_entries(about, hub, dataset_id))
        name = dataset_id.rsplit("/", 1)[-1]
        files[f".eval_results/{name}.yaml"] = dump_yaml(hub.eval_result_entries_to_yaml(entries))
    return files


def _results(about: AboutRun, hub: Any, dataset_id: str | None) -> Iterator[Any]:
    spec = about.run.spec
    for metric, score in about.run.metrics.items():
        facts = about.metrics[metric]
        yield hub.EvalResult(
            task_type=spec.task,
            task_name=about.task,
            dataset_type=dataset_id or spec.dataset,
            dataset_name=about.dataset,
            dataset_split="test",
            metric_type=metric,
            metric_name=f"{facts.label} ({facts.unit})",
            metric_value=score.value,
        )


def _entries(about: AboutRun, hub: Any, dataset_id: str) -> Iterator[Any]:
    spec = about.run.spec
    for metric, score in about.run.metrics.items():
        facts = about.metrics[metric]
        yield hub.EvalResultEntry(
            dataset_id=dataset_id,
            task_id=spec.task,
            value=score.value,
            date=about.run.finished_at.isoformat(),
            notes=f"{facts.label} ({facts.unit}), codepeft run {about.run.id}",
        )


def _text(about: AboutRun) -> str:
    run, spec = about.run, about.run.spec
    size = f" at revision `{run.model_files.revision}`" if run.model_files and run.model_files.revision else ""
    trained = (
        f"{run.num_trainable_params:,} of {run.num_total_params:,}" if run.num_trainable_params else "not recorded"
    )
    files = run.data_files
    lines = [
        f"# {about.title}",
        "",
        f"`{about.base_model}`{size}, tuned with {about.method} for {about.task}.",
        "",
        "| | |",
        "|---|---|",
        f"| data | {about.dataset}{f', SHA-256 {files.sha256}' if files else ''} |",
        f"| settings | {_settings(spec.method_settings)} |",
        f"| training | {_settings(spec.training.model_dump(mode='json', exclude_none=True))} |",
        f"| seed | {spec.seed} |",
        f"| weights trained | {trained} |",
        f"| scale | {spec.scale.value} |",
        "",
        "## Scores",
        "",
        "| metric | untuned | tuned | 95 % interval | items |",
        "|---|---|---|---|---|",
        *(_row(about, metric) for metric in run.metrics),
        "",
        "Intervals are a bootstrap over the test items of this run; what another seed would change is not in them.",
        "",
        *_fidelity(about),
        "Measured by codepeft; `codepeft.json` is the whole record of the run: versions, machine, times, loss.",
    ]
    return "\n".join(lines) + "\n"


def _row(about: AboutRun, metric: str) -> str:
    score, untuned = about.run.metrics[metric], about.run.baseline.get(metric)
    before = about.score(metric, untuned.value) if untuned else "not measured"
    interval = "not measured"
    if score.low is not None and score.high is not None:
        interval = f"{about.score(metric, score.low)} to {about.score(metric, score.high)}"
    label = about.metrics[metric].label
    return f"| {label} | {before} | {about.score(metric, score.value)} | {interval} | {score.items:,} |"


def _settings(values: dict[str, Any]) -> str:
    cells = (f"{name} {value}" for name, value in values.items())
    return ", ".join(cells).replace("|", r"\|") or "none"


def _fidelity(about: AboutRun) -> Iterator[str]:
    """Yield how far the run is from each paper that it was made for: never a reproduction unless all is the same."""
    for profile in about.run.spec.fidelity:
        yield f"How near it comes to {profile.paper}:"
        yield ""
        for aspect in ("model", "data", "steps", "metric", "settings"):
            found = getattr(profile, aspect)
            yield f"- {aspect}: {found.likeness.value}. {found.note}"
        yield ""
