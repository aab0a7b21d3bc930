"""What the laboratory can run, as the gaps ask: by method, task and architecture. Loads no torch."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from corpus.records import RunRecord
from reproduce import catalog, registry
from reproduce.plan import Estimate, estimate, plan
from taxonomy.answers.gaps import Laboratory, Offer, Refusal
from taxonomy.answers.traits import traits
from taxonomy.vocabulary import Vocabulary


def laboratory(records: Iterable[RunRecord], vocabulary: Vocabulary) -> Laboratory:
    """Return the laboratory as a function; estimates of time and memory come from the records given."""
    runs = tuple(records)

    @cache
    def answer(method: str, task: str, architecture: str) -> Offer | Refusal:
        experiment = _experiment(method, task, architecture)
        reason = _refusal(method, task, architecture, experiment, vocabulary)
        if experiment is None or reason is not None:
            return Refusal(reason or "nothing can be run here")
        return _offer(experiment, method, runs)

    return answer


def _experiment(method: str, task: str, architecture: str) -> registry.Experiment | None:
    """Return an experiment for a task on a model of an architecture.

    One that includes the method goes first, then one whose learning rates were searched.
    """
    models = registry.models()
    fitting = [
        experiment
        for experiment in registry.experiments().values()
        if experiment.task == task and models[experiment.model].architecture == architecture
    ]

    def fit(experiment: registry.Experiment) -> tuple[bool, bool]:
        included = method in {choice.method for choice in experiment.methods}
        return (not included, experiment.search is None)

    return min(fitting, key=fit, default=None)


def _refusal(
    method: str, task: str, architecture: str, experiment: registry.Experiment | None, vocabulary: Vocabulary
) -> str | None:
    """Return why something cannot be run, the most lasting reason first; None when it can."""
    label = vocabulary.method[method].label
    own = traits().get(method)
    if own is not None and architecture not in own.architectures:
        return f"{label} does not apply to {architecture} models"
    entry = catalog.method_entry(method)
    if entry is None:
        because = catalog.not_built_because(method)
        return f"{label} has no implementation in the laboratory yet" + (f": {because}" if because else "")
    if architecture in entry.not_for:
        return f"{label} does not apply to {architecture} models: {entry.not_for[architecture]}"
    if architecture not in entry.architectures:
        return f"{label} is built here for {', '.join(entry.architectures)} models only"
    if experiment is None:
        return _no_experiment(task, architecture)
    if method not in {choice.method for choice in experiment.methods}:
        return f"{experiment.id} does not include {label} yet"
    return None


def _no_experiment(task: str, architecture: str) -> str:
    datasets = [entry.id for entry in registry.datasets().values() if entry.task == task]
    models = [
        entry.id for entry in registry.models().values() if entry.architecture == architecture and entry.loaded_here
    ]
    if not datasets:
        return "the laboratory has no data set for this task yet"
    if not models:
        return f"the laboratory has no {architecture} model yet"
    return f"no experiment puts {', '.join(models)} on {', '.join(datasets)} yet"


def _offer(experiment: registry.Experiment, method: str, records: tuple[RunRecord, ...]) -> Offer:
    specs = plan(experiment=experiment.id, method=method)
    expected = [estimate(spec, records) for spec in specs]
    known = [entry for entry in expected if entry is not None]
    complete = bool(known) and len(known) == len(expected)
    return Offer(
        experiment=experiment.id,
        runs=len(specs),
        minutes=sum(entry.seconds for entry in known) / 60 if complete else None,
        memory_gb=_largest(known),
        basis=known[0].basis if complete else None,
    )


def _largest(expected: list[Estimate]) -> float | None:
    return max((entry.memory_gb for entry in expected if entry.memory_gb is not None), default=None)
