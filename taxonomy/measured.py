"""Measured results: runs of the same experiment and method, put together over seeds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from statistics import mean, median, stdev

from corpus.library import Corpus
from corpus.records import RunRecord, Scale
from taxonomy.answers.memory import kept_for
from taxonomy.answers.signals import Signal as Signal
from taxonomy.answers.signals import gain_interval, signal_of


class Origin(StrEnum):
    """Who measured."""

    SHIPPED = "shipped"  # the project; the record ships with the package
    OWN = "own"  # the user; the record lies in the user's folder


@dataclass(frozen=True)
class Measured:
    """A method's measured score in one experiment: mean and spread over seeds, and what it stands against.

    Scores are on the metric's declared scale. ``std`` is the sample standard deviation over seeds, None for one seed.
    """

    origin: Origin
    recipe: str
    papers: tuple[str, ...]
    task: str
    dataset: str
    own_split: bool  # of a published data set that we divided anew
    model: str
    method: str
    backbone_learns: bool  # the whole backbone was trained beside what the method adds
    scale: Scale
    metric: str
    mean: float
    std: float | None
    lowest: float
    highest: float
    seeds: tuple[int, ...]
    runs: tuple[str, ...]
    untuned: float | None  # the same model before training
    majority: float | None  # a classifier's baseline: always the most frequent class of the training split
    full_finetuning: float | None  # mean of full fine-tuning in the same experiment
    trainable_percent: float | None
    train_seconds: float | None  # median over seeds: a machine may stand still during one of them
    peak_memory_gb: float | None  # largest over seeds
    items: int

    @property
    def baseline(self) -> float | None:
        """What it is held against: the untuned model, or the majority class where an untuned one knows nothing."""
        return self.majority if self.untuned is None else self.untuned

    def gain(self, confidence: float = 0.95) -> tuple[float, float] | None:
        """Return the interval of mean minus baseline over seeds; None with one seed or no baseline."""
        return gain_interval(self.mean, self.std, len(self.seeds), self.baseline, confidence)

    def signal(self, better: str) -> Signal | None:
        """Return whether training did more than seeds do, by a metric of which ``better`` is "higher" or "lower"."""
        return signal_of(self.gain(), better)


def _experiment(run: RunRecord) -> tuple[str, ...]:
    spec = run.spec
    sizes = (str(spec.validation_items), str(spec.test_items), str(spec.validation_sample), str(spec.test_sample))
    return (spec.recipe, spec.task, spec.dataset, str(spec.language), spec.model, spec.scale, spec.metric, *sizes)


def measured_results(corpus: Corpus) -> tuple[Measured, ...]:
    """Return finished runs grouped by who measured, experiment and method; other settings are another group.

    The answer is kept for as long as the corpus lives.
    """
    return kept_for(
        corpus,
        "measured results",
        lambda: (*_grouped(corpus.runs, Origin.SHIPPED), *_grouped(corpus.own_runs, Origin.OWN)),
    )


def _grouped(runs: Iterable[RunRecord], origin: Origin) -> tuple[Measured, ...]:
    groups: dict[tuple[str, ...], list[RunRecord]] = {}
    full: dict[tuple[str, ...], list[float]] = {}
    for run in runs:
        if not run.counts:
            continue
        settings = f"{sorted(run.spec.method_settings.items())} {run.spec.training}"
        groups.setdefault((*_experiment(run), run.spec.method, settings), []).append(run)
        if run.spec.method == "full-finetuning":
            full.setdefault(_experiment(run), []).append(run.metrics[run.spec.metric].value)
    return tuple(_put_together(origin, group, full.get(_experiment(group[0]))) for group in groups.values())


def _put_together(origin: Origin, group: list[RunRecord], full: list[float] | None) -> Measured:
    group = sorted(group, key=lambda run: run.spec.seed)
    first = group[0]
    metric = first.spec.metric
    scores = [run.metrics[metric].value for run in group]
    times = [run.train_time for run in group if run.train_time is not None]
    memory = [run.peak_memory_gb for run in group if run.peak_memory_gb is not None]
    untuned = [run.untuned[metric].value for run in group if metric in run.untuned]
    guessed = [run.baseline[metric].value for run in group if metric in run.baseline and not run.untuned]
    share = None
    if first.num_trainable_params is not None and first.num_total_params:
        share = 100 * first.num_trainable_params / first.num_total_params
    return Measured(
        origin=origin,
        recipe=first.spec.recipe,
        papers=tuple(dict.fromkeys(paper for run in group for paper in run.spec.papers)),
        task=first.spec.task,
        dataset=first.spec.dataset,
        own_split=bool(first.spec.own_split),
        model=first.spec.model,
        method=first.spec.method,
        backbone_learns=first.spec.backbone_learns,
        scale=first.spec.scale,
        metric=metric,
        mean=mean(scores),
        std=stdev(scores) if len(scores) > 1 else None,
        lowest=min(scores),
        highest=max(scores),
        seeds=tuple(run.spec.seed for run in group),
        runs=tuple(run.id for run in group),
        untuned=mean(untuned) if untuned else None,
        majority=mean(guessed) if guessed else None,
        full_finetuning=mean(full) if full else None,
        trainable_percent=share,
        train_seconds=median(times) if times else None,
        peak_memory_gb=max(memory, default=None),
        items=first.metrics[metric].items,
    )
