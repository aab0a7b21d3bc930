"""Checks on recipes, experiments and the registry: they name what exists, in the vocabulary and in each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from corpus.errors import CodepeftError, Problem, RecordError
from corpus.library import Corpus
from reproduce import registry
from reproduce.plan import plan
from reproduce.registry import Experiment, QuickEntry
from reproduce.specs import check
from taxonomy.vocabulary import Vocabulary


def problems_in_recipes(corpus: Corpus, words: Vocabulary) -> list[Problem]:
    """Return every problem in the laboratory's records, in order."""
    try:
        return sorted({*_entries(words), *_datasets(words), *_experiments(words), *_recipes(corpus, words)})
    except RecordError as error:
        return list(error.problems)


def _entries(words: Vocabulary) -> Iterator[Problem]:
    kinds: dict[str, Iterable[str]] = {
        "methods": [*registry.methods(), *registry.not_built()],
        "models": registry.models(),
    }
    for kind, names in kinds.items():
        for name in names:
            if not words.knows(kind, name):
                yield Problem(f"{kind}.yaml", name, f"is not in the vocabulary's {kind}")
    for entry in registry.methods().values():
        if entry.id in registry.not_built():
            yield Problem("not_built.yaml", entry.id, "stands in methods.yaml too")
        for architecture in (*entry.architectures, *entry.not_for):
            if not words.knows("architectures", architecture):
                yield Problem("methods.yaml", entry.id, f"{architecture} is not in the vocabulary's architectures")


def _datasets(words: Vocabulary) -> Iterator[Problem]:
    for dataset in registry.datasets().values():
        file = f"{dataset.id}.yaml"
        if not words.knows("datasets", dataset.id):
            yield Problem(file, "id", f"{dataset.id} is not in the vocabulary's datasets")
        if not words.knows("tasks", dataset.task):
            yield Problem(file, "task", f"{dataset.task} is not in the vocabulary's tasks")
        for metric in dataset.metrics:
            if not words.knows("metrics", metric):
                yield Problem(file, "metrics", f"{metric} is not in the vocabulary's metrics")


def _experiments(words: Vocabulary) -> Iterator[Problem]:
    for experiment in registry.experiments().values():
        unknown = list(_unknown_names(experiment, words))
        yield from unknown or _refused(experiment)


def _unknown_names(experiment: Experiment, words: Vocabulary) -> Iterator[Problem]:
    file = f"{experiment.id}.yaml"
    if not words.knows("tasks", experiment.task):
        yield Problem(file, "task", f"{experiment.task} is not in the vocabulary's tasks")
    if not words.knows("metrics", experiment.metric):
        yield Problem(file, "metric", f"{experiment.metric} is not in the vocabulary's metrics")
    if experiment.dataset not in registry.datasets():
        yield Problem(file, "dataset", f"{experiment.dataset} is not in the registry")
    if experiment.model not in registry.models():
        yield Problem(file, "model", f"{experiment.model} is not in the registry")
    for choice in experiment.methods:
        if choice.method not in registry.methods():
            yield Problem(file, "methods", f"{choice.method} is not in the registry")


def _refused(experiment: Experiment) -> Iterator[Problem]:
    """Yield why a spec of the experiment would be refused."""
    for choice in experiment.methods:
        try:
            for spec in plan(experiment=experiment.id, method=choice.method, seeds=experiment.seeds[:1]):
                check(spec)
        except CodepeftError as error:
            yield Problem(f"{experiment.id}.yaml", choice.method, str(error))


def _recipes(corpus: Corpus, words: Vocabulary) -> Iterator[Problem]:
    for recipe in registry.recipes().values():
        file = f"{recipe.paper}.yaml"
        if recipe.paper not in corpus.papers:
            yield Problem(file, "paper", "there is no such paper record")
            continue
        claims = {claim.id for claim in corpus.papers[recipe.paper].claims}
        for position, entry in enumerate(recipe.quick):
            yield from (Problem(file, f"quick.{position}.{place}", told) for place, told in _entry(entry, claims))
        for model in recipe.paper_scale.models:
            if not words.knows("models", model):
                yield Problem(file, "paper_scale", f"{model} is not in the vocabulary's models")
        for method in recipe.paper_scale.methods:
            if not words.knows("methods", method):
                yield Problem(file, "paper_scale", f"{method} is not in the vocabulary's methods")


def _entry(entry: QuickEntry, claims: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield where an entry of a recipe names what does not exist, and what."""
    for claim in entry.claims:
        if claim not in claims:
            yield "claims", f"{claim} is not a claim of the paper; it has {', '.join(sorted(claims)) or 'none'}"
    experiment = registry.experiments().get(entry.experiment)
    if experiment is None:
        yield "experiment", f"there is no experiment {entry.experiment}"
        return
    there = [choice.method for choice in experiment.methods]
    for method in entry.methods or ():
        if method not in there:
            yield "methods", f"{method} is not a method of {experiment.id}; it has {', '.join(there)}"
