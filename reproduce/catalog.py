"""What the laboratory can run, as others ask: by paper, by method, by model. Loads no torch."""

from __future__ import annotations

from corpus.home import Home
from reproduce.data.opening import is_local
from reproduce.model_files import candidates
from reproduce.registry import (
    MethodEntry,
    ModelEntry,
    Recipe,
    datasets,
    experiments,
    methods,
    models,
    not_built,
    recipes,
)
from reproduce.registry.datasets import InstalledPackages


def recipes_of(paper_id: str) -> tuple[Recipe, ...]:
    """Return the recipes of a paper; empty when it has none."""
    recipe = recipes().get(paper_id)
    return (recipe,) if recipe else ()


def not_runnable_because(paper_id: str) -> str | None:
    """Return why nothing of a paper can be run here, in one sentence; None when something can."""
    if recipes_of(paper_id):
        return None
    return f"no recipe for {paper_id} has been written yet; papers with recipes: {', '.join(recipes()) or 'none'}"


def method_entry(method_id: str) -> MethodEntry | None:
    """Return the laboratory's entry of a method; None when it cannot be run here."""
    return methods().get(method_id)


def model_entry(model_id: str) -> ModelEntry | None:
    """Return the laboratory's entry of a model; None when it knows none."""
    return models().get(model_id)


def model_can_be_run(model_id: str) -> bool:
    """Return whether the laboratory can run a model: its files are pinned by the registry."""
    entry = models().get(model_id)
    return entry is not None and entry.standing == "loaded here"


def not_built_because(method_id: str) -> str | None:
    """Return why the laboratory cannot run a method; None when it can, or when nobody has said why."""
    entry = not_built().get(method_id)
    return entry.because if entry else None


def order_of(experiment_id: str, home: Home) -> tuple[bool, bool]:
    """Return by what experiments are ordered: those that need no download first, then those with searched rates."""
    experiment = experiments()[experiment_id]
    dataset, model = datasets()[experiment.dataset], models()[experiment.model]
    at_hand = isinstance(dataset.origin, InstalledPackages) or is_local(dataset, home)
    return not (at_hand and candidates(model, home)), experiment.search is None
