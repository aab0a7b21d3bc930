"""What to run: from a paper, an experiment or a task to the specs, and what they will cost. Needs no torch."""

from __future__ import annotations

import statistics
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from corpus.errors import RequestError, UnknownNameError, lookup
from corpus.records.run import RunRecord, RunSpec, RunStatus, Scale
from reproduce.costs import memory_by_formula, seconds_by_formula
from reproduce.errors import NotRunnableError
from reproduce.registry import (
    Experiment,
    MethodChoice,
    Recipe,
    datasets,
    experiments,
    methods,
    models,
    recipes,
    serving,
)
from reproduce.specs import settings_of


def plan(
    *,
    paper: str | None = None,
    experiment: str | None = None,
    task: str | None = None,
    method: str | None = None,
    scale: Scale = Scale.QUICK,
    seeds: Collection[int] | None = None,
) -> list[RunSpec]:
    """Return the specs of every experiment that satisfies all that is given, a spec for each method and seed.

    A paper's are those of all the experiments that its recipe names, with the methods that are for it. A spec names
    every paper whose recipe points at its experiment and method, whichever was asked for, with how near it comes to
    each: the run is the same. ``seeds`` None means the experiment's own.
    Raises UnknownNameError for a name that the laboratory does not know, NotRunnableError for a scale that it cannot
    run, RequestError when the names are known but nothing has all of them.
    """
    if scale is Scale.PAPER:
        raise NotRunnableError(_why_not(_recipe(paper)))
    parts = _parts(paper, experiment)
    if task is not None:
        _require_known("task of an experiment", task, {each.task for each in experiments().values()})
    if method is not None:
        lookup("method of the laboratory", method, methods())
    specs = [
        _spec(part, choice, seed)
        for part, choices in parts
        if task is None or part.task == task
        for choice in choices
        if method is None or choice.method == method
        for seed in (part.seeds if seeds is None else sorted(seeds))
    ]
    if not specs:
        whose = "experiment" if paper is None else f"experiment of the recipe of {paper}"
        there = "; ".join(
            f"{part.id} ({part.task}: {', '.join(choice.method for choice in choices)})"
            for part, choices in (parts if paper is not None else _parts(None, None))
        )
        raise RequestError(f"no {whose} has all of that; there are: {there}")
    return specs


def _recipe(paper: str | None) -> Recipe:
    if paper is None:
        raise RequestError(f"the paper's scale belongs to a paper; there are recipes for {', '.join(recipes())}")
    return lookup("recipe for paper", paper, recipes())


Part = tuple[Experiment, Sequence[MethodChoice]]


def _parts(paper: str | None, experiment: str | None) -> list[Part]:
    """Return experiments, each with its methods that are meant: a paper's recipe may take some of them only."""
    if paper is None:
        chosen = [lookup("experiment", experiment, experiments())] if experiment else experiments().values()
        return [(each, each.methods) for each in chosen]
    entries = _recipe(paper).quick
    named = list(dict.fromkeys(entry.experiment for entry in entries))
    if experiment is not None and experiment not in named:
        raise RequestError(f"the recipe of {paper} runs {', '.join(named)}, not {experiment}")
    parts: list[Part] = []
    for entry in entries:
        if experiment in (None, entry.experiment):
            whole = lookup("experiment", entry.experiment, experiments())
            parts.append((whole, [choice for choice in whole.methods if entry.takes(choice.method)]))
    return parts


def _spec(experiment: Experiment, choice: MethodChoice, seed: int) -> RunSpec:
    served = serving(experiment.id, choice.method)
    settings = settings_of(methods()[choice.method], choice.settings, models()[experiment.model].architecture)
    return RunSpec(
        recipe=experiment.id,
        papers=tuple(profile.paper for profile in served),
        task=experiment.task,
        dataset=experiment.dataset,
        own_split=datasets()[experiment.dataset].is_divided_anew or None,
        language=experiment.language,
        model=experiment.model,
        method=choice.method,
        method_settings=settings.model_dump(mode="json"),
        scale=Scale.QUICK,
        seed=seed,
        training=experiment.training_of(choice),
        generation=experiment.generation,
        source_prefix=experiment.source_prefix,
        validation_sample=experiment.validation_sample,
        test_sample=experiment.test_sample,
        metric=experiment.metric,
        fidelity=served,
    )


def _why_not(recipe: Recipe) -> str:
    return f"{recipe.paper} cannot be run at the paper's scale here: {recipe.paper_scale.why_not_here}"


def _require_known(kind: str, name: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if name not in names:
        raise UnknownNameError(kind, name, names)


@dataclass(frozen=True)
class Estimate:
    """What a run will probably cost, from records of runs like it."""

    seconds: float  # from start to end, median
    seconds_range: tuple[float, float]
    memory_gb: float | None  # peak, median; None: no record measured it
    memory_range: tuple[float, float] | None
    basis: Literal["measured", "from other methods", "by formula"]
    runs: int  # records behind it

    @property
    def from_other_methods(self) -> bool:
        """Whether no record of this method stands behind it."""
        return self.basis == "from other methods"


def estimate(spec: RunSpec, records: Iterable[RunRecord]) -> Estimate | None:
    """Return the cost of a spec by finished records of the same experiment: of its method, else of all other methods.

    Records of other step counts or lengths are left out, as are trial runs. Where there is none, and for the memory of
    a method that has none, a formula calibrated on all records gives a range (``reproduce.costs``). The times are those
    of the machines that the records come from. None: there is no record at all to go by.
    """
    records = tuple(records)
    alike = [record for record in records if record.status is RunStatus.FINISHED and _same_work(record.spec, spec)]
    same = [record for record in alike if record.spec.method == spec.method]
    if same:
        return _estimate(same, "measured")
    memory = memory_by_formula(spec, records)
    if alike:
        others = _estimate(alike, "from other methods")
        return replace(others, memory_gb=memory.middle, memory_range=(memory.low, memory.high)) if memory else others
    seconds = seconds_by_formula(spec, records)
    if seconds is None:
        return None
    return Estimate(
        seconds=seconds.middle,
        seconds_range=(seconds.low, seconds.high),
        memory_gb=memory.middle if memory else None,
        memory_range=(memory.low, memory.high) if memory else None,
        basis="by formula",
        runs=sum(record.status is RunStatus.FINISHED for record in records),
    )


_NO_WORK = {"learning_rate", "weight_decay", "warmup_steps", "max_grad_norm", "temperature"}
"""Settings of the training that change what is learnt and not what it costs."""


def _same_work(one: RunSpec, other: RunSpec) -> bool:
    """Return whether two specs cost the same but for their methods: same model, data, sizes of batches and texts."""

    def work(spec: RunSpec) -> tuple[Any, ...]:
        items = (spec.test_items, spec.validation_items, spec.test_sample, spec.validation_sample)
        size = spec.training.model_dump(exclude=_NO_WORK)
        return (spec.recipe, spec.task, spec.dataset, spec.model, size, spec.generation, items)

    return work(one) == work(other)


def _estimate(records: Sequence[RunRecord], basis: Literal["measured", "from other methods"]) -> Estimate:
    seconds = [record.seconds for record in records]
    memory = [record.peak_memory_gb for record in records if record.peak_memory_gb is not None]
    return Estimate(
        seconds=statistics.median(seconds),
        seconds_range=(min(seconds), max(seconds)),
        memory_gb=statistics.median(memory) if memory else None,
        memory_range=(min(memory), max(memory)) if memory else None,
        basis=basis,
        runs=len(records),
    )
