"""Aggregates: one value for a source, method, task and model, however many numbers the source prints.

Pooling starts from these, so that a paper with hundreds of numbers weighs no more than one with a few. The rule:

1. Numbers of the same data set, language and metric are variants of one comparison (sizes, ranks, layers). Where some
   of them are means over several seeds, single runs beside them (size sweeps) stand back. Their median is taken.
2. Metrics of the same data set and language score the same predictions: their medians are averaged.
3. Data sets and languages are averaged.

The sampling variance of an aggregate is the mean of its numbers' variances: that is the variance of a mean of fully
correlated values, the cautious end for scores of the same models (Borenstein, Hedges, Higgins and Rothstein 2009,
Introduction to Meta-Analysis, chapter 24, with r = 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import mean, median

from taxonomy.answers.pairs import Kind, Pair


@dataclass(frozen=True)
class Aggregate:
    """A method's effect for a task on a model in one source, in points of 100, positive is better."""

    kind: Kind
    source: str
    method: str
    family: str
    task: str
    task_group: str
    model: str  # id, else the name in the source
    architecture: str | None
    points: float
    variance: float  # points squared
    baseline_points: float  # mean of the baselines, in points of 100
    pairs: tuple[str, ...]  # ids of the pairs used
    stood_back: tuple[str, ...]  # single runs beside means over seeds
    seeds: int  # runs behind the pairs used


def aggregate(pairs: Iterable[Pair]) -> tuple[Aggregate, ...]:
    """Return the aggregates of the pairs that go into pooling, in order of first appearance."""
    groups: dict[tuple[str, str, str, str, str], list[Pair]] = {}
    for pair in pairs:
        if pair.pooled and pair.method is not None:
            groups.setdefault((pair.kind, pair.source, pair.method, pair.task, pair.model_key), []).append(pair)
    return tuple(_put_together(group) for group in groups.values())


def _repeated_first(variants: list[Pair]) -> list[Pair]:
    """Return the means over several seeds where there are any, else all."""
    repeated = [pair for pair in variants if pair.seeds > 1]
    return repeated or variants


def _put_together(group: list[Pair]) -> Aggregate:
    comparisons: dict[tuple[str, str | None], dict[str, list[Pair]]] = {}
    for pair in group:
        by_metric = comparisons.setdefault((pair.dataset_in_source, pair.language), {})
        by_metric.setdefault(pair.metric, []).append(pair)
    chosen = {
        comparison: {metric: _repeated_first(variants) for metric, variants in by_metric.items()}
        for comparison, by_metric in comparisons.items()
    }
    used = [pair for by_metric in chosen.values() for variants in by_metric.values() for pair in variants]
    kept = {pair.id for pair in used}
    first = group[0]
    assert first.method is not None  # noqa: S101  (only such pairs are pooled)
    assert first.family is not None  # noqa: S101
    return Aggregate(
        kind=first.kind,
        source=first.source,
        method=first.method,
        family=first.family,
        task=first.task,
        task_group=first.task_group,
        model=first.model_key,
        architecture=first.architecture,
        points=_nested_mean(chosen, lambda pair: pair.points),
        variance=_nested_mean(chosen, lambda pair: pair.variance),
        baseline_points=_nested_mean(chosen, lambda pair: pair.baseline_points),
        pairs=tuple(pair.id for pair in used),
        stood_back=tuple(pair.id for pair in group if pair.id not in kept),
        seeds=sum(pair.seeds for pair in used),
    )


def _nested_mean(
    chosen: Mapping[tuple[str, str | None], Mapping[str, list[Pair]]], of: Callable[[Pair], float | None]
) -> float:
    """Return the mean over data sets of the mean over metrics of the median over variants.

    Raises:
        ValueError: a pair has no such value; pooled pairs have points, variance and baseline.
    """

    def value(pair: Pair) -> float:
        found = of(pair)
        if found is None:
            raise ValueError(f"pair {pair.id} is pooled but has no points of 100")
        return found

    return mean(
        mean(median(value(pair) for pair in variants) for variants in by_metric.values())
        for by_metric in chosen.values()
    )
