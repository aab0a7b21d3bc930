"""Contrasts: in one source, for one task and architecture, a method against full fine-tuning or against another.

The rule is that of ``aggregates``: variants of one comparison give their median, metrics of the same predictions are
averaged, then data sets and languages, then models. An interval is made only from the source's own figures: from
seeds where every number used has a spread, else from the size of the test sets where every metric used is a share of
its items. The standard error of a contrast is the mean of its numbers' standard errors, as if they were fully
correlated, which is the cautious end for scores of the same models (Borenstein et al. 2009, Introduction to
Meta-Analysis, chapter 24, with r = 1).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import mean, median
from types import MappingProxyType

from corpus.library import Corpus
from corpus.records import ReportedResult
from taxonomy.answers.cases import SHARES_OF_ITEMS
from taxonomy.answers.experiments import Arm, arms
from taxonomy.answers.sides import (
    FULL,
    Side,
    architecture_of,
    cell_of,
    is_peft,
    own_baseline,
    repeated_first,
    scores_of,
)
from taxonomy.answers.split_sizes import SplitSizes
from taxonomy.answers.welch import Difference, Scores, difference
from taxonomy.vocabulary import Vocabulary


class IntervalFrom(StrEnum):
    """What an interval is made from."""

    SEEDS = "seeds"
    ITEMS = "items"  # of the test sets, both sides taken as independent


@dataclass(frozen=True)
class Contrast:
    """A method minus another, in points of 100, positive where the first is better."""

    source: str  # paper, or experiment
    measured: bool
    task: str
    architecture: str
    method: str
    against: str
    points: float
    low: float | None  # 95 % interval; None: single numbers, no interval can be made
    high: float | None
    interval_from: IntervalFrom | None
    models: tuple[str, ...]
    datasets: tuple[str, ...]
    metrics: tuple[str, ...]
    rows: tuple[str, ...]  # reported numbers, or runs

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return what two contrasts must share to be set against each other."""
        return self.task, self.architecture, self.method, self.against


@dataclass(frozen=True)
class _Number:
    """One number of a contrast."""

    model: str
    dataset: str
    language: str | None
    metric: str
    found: Difference
    items_error: float | None  # from the test set's size
    rows: tuple[str, ...]


def contrasts(corpus: Corpus, vocabulary: Vocabulary) -> tuple[Contrast, ...]:
    """Return every contrast of every source: reported ones in the order of the records, then measured ones.

    Numbers that a caution marks as not comparable, gains over something else, and numbers without method or model are
    left out.
    """
    return (*_reported(corpus, vocabulary), *_measured(corpus, vocabulary))


def _reported(corpus: Corpus, vocabulary: Vocabulary) -> Iterator[Contrast]:
    sizes = SplitSizes.of(corpus.papers.values())
    for paper_id in corpus.papers:
        rows = [row for row in corpus.results_of[paper_id] if _usable(row, corpus, vocabulary)]
        groups: dict[tuple[str, str, str, str], list[_Number]] = {}
        for first, second in _sides(rows, vocabulary):
            row = first.row
            architecture = architecture_of(row.model, vocabulary)
            against = FULL if second.row.id == row.id else second.row.method
            if architecture and row.method and against:  # _usable has asked for all of them
                key = (row.task, architecture, row.method, against)
                groups.setdefault(key, []).append(_number(first, second, sizes))
        for key, numbers in groups.items():
            yield _put_together(paper_id, key, numbers, measured=False)


def _usable(row: ReportedResult, corpus: Corpus, vocabulary: Vocabulary) -> bool:
    metric = vocabulary.metric[row.metric]
    blocked = any(caution.not_comparable for caution in corpus.cautions_on.get(row.id, ()))
    named = row.method is not None and row.model is not None
    return named and not blocked and not metric.relative and metric.points(1.0) is not None


def _sides(rows: Sequence[ReportedResult], vocabulary: Vocabulary) -> Iterator[tuple[Side, Side]]:
    """Yield each method's numbers against full fine-tuning, and pairs of methods in vocabulary order."""
    order = {method.id: place for place, method in enumerate(vocabulary.methods)}
    cells: dict[tuple[str | None, ...], list[ReportedResult]] = {}
    for row in rows:
        cells.setdefault(cell_of(row), []).append(row)
    for cell in cells.values():
        peft = [row for row in repeated_first(cell) if is_peft(row.method, vocabulary)]
        for row in peft:
            first = Side(row, scores_of(row, vocabulary))
            if row.full_finetuning_value is not None:
                yield first, own_baseline(row, row.full_finetuning_value, cell, vocabulary)
            for other in peft:
                same = other.model_in_source == row.model_in_source and other.setting == row.setting
                if same and order[row.method or ""] < order[other.method or ""]:
                    yield first, Side(other, scores_of(other, vocabulary))


def _number(first: Side, second: Side, sizes: SplitSizes) -> _Number:
    row = first.row
    items = sizes.of_row(row) if row.metric in SHARES_OF_ITEMS else None
    error = None
    if items is not None:
        error = math.sqrt(sum(_share_variance(side.scores.mean, items) for side in (first, second)))
    return _Number(
        model=row.model or row.model_in_source,
        dataset=row.dataset or row.dataset_in_source,
        language=row.language,
        metric=row.metric,
        found=difference(first.scores, second.scores),
        items_error=error,
        rows=tuple(dict.fromkeys((row.id, second.row.id))),
    )


def _share_variance(points: float, items: int) -> float:
    """Return the variance of a share of items, in points squared."""
    share = min(max(points / 100, 0.0), 1.0)
    return 100**2 * share * (1 - share) / items


def _put_together(
    source: str, key: tuple[str, str, str, str], numbers: Sequence[_Number], *, measured: bool
) -> Contrast:
    task, architecture, method, against = key
    points = _nested(numbers, lambda number: number.found.points)
    half, made_from = _half_width(numbers)
    return Contrast(
        source=source,
        measured=measured,
        task=task,
        architecture=architecture,
        method=method,
        against=against,
        points=points,
        low=None if half is None else points - half,
        high=None if half is None else points + half,
        interval_from=made_from,
        models=tuple(dict.fromkeys(number.model for number in numbers)),
        datasets=tuple(dict.fromkeys(number.dataset for number in numbers)),
        metrics=tuple(dict.fromkeys(number.metric for number in numbers)),
        rows=tuple(dict.fromkeys(row for number in numbers for row in number.rows)),
    )


def _half_width(numbers: Sequence[_Number]) -> tuple[float | None, IntervalFrom | None]:
    """Return half the width of the 95 % interval, and what it is made from; (None, None) where none can be made."""
    if all(number.found.tested for number in numbers):
        freedom = min(number.found.freedom or 0.0 for number in numbers)
        error = _nested(numbers, lambda number: number.found.error or 0.0)
        bounds = Difference(0.0, error, freedom).bounds()
        return (bounds[1] if bounds else None), IntervalFrom.SEEDS
    if all(number.items_error is not None for number in numbers):
        error = _nested(numbers, lambda number: number.items_error or 0.0)
        bounds = Difference(0.0, error, math.inf).bounds()
        return (bounds[1] if bounds else None), IntervalFrom.ITEMS
    return None, None


def _nested(numbers: Sequence[_Number], of: Callable[[_Number], float]) -> float:
    """Return the mean over models of the mean over data sets and languages of the mean over metrics of medians."""
    tree: dict[str, dict[tuple[str, str | None], dict[str, list[float]]]] = {}
    for number in numbers:
        by_data = tree.setdefault(number.model, {})
        by_metric = by_data.setdefault((number.dataset, number.language), {})
        by_metric.setdefault(number.metric, []).append(of(number))
    return mean(
        mean(mean(median(variants) for variants in by_metric.values()) for by_metric in by_data.values())
        for by_data in tree.values()
    )


def _measured(corpus: Corpus, vocabulary: Vocabulary) -> Iterator[Contrast]:
    order = {method.id: place for place, method in enumerate(vocabulary.methods)}
    found = [
        arm
        for arm in arms(corpus)
        if not (arm.trial or arm.single_seed or arm.backbone_learns or vocabulary.model[arm.model].of_laboratory)
        and not arm.taught_nothing(vocabulary.metric[arm.metric].better)
        and vocabulary.metric[arm.metric].points(1.0) is not None
    ]
    groups: dict[tuple[str, tuple[str, str, str, str]], list[_Number]] = {}
    for arm in found:
        sides: list[tuple[str, float, tuple[float, int] | None, tuple[str, ...]]] = [
            (FULL, arm.baseline_mean, arm.baseline_spread, arm.baseline_runs)
        ]
        sides += [
            (other.method, other.mean, other.spread, other.runs)
            for other in found
            if other.baseline_runs == arm.baseline_runs and order[arm.method] < order[other.method]
        ]
        for against, value, spread, runs in sides:
            key = (arm.task, architecture_of(arm.model, vocabulary) or "", arm.method, against)
            number = _measured_number(arm, value, spread, runs, vocabulary)
            groups.setdefault((arm.recipe, key), []).append(number)
    for (recipe, key), numbers in groups.items():
        yield _put_together(recipe, key, numbers, measured=True)


def _measured_number(
    arm: Arm, value: float, spread: tuple[float, int] | None, runs: tuple[str, ...], vocabulary: Vocabulary
) -> _Number:
    metric = vocabulary.metric[arm.metric]

    def scores(mean_: float, given: tuple[float, int] | None) -> Scores:
        points = metric.points(mean_) or 0.0
        return Scores(points) if given is None else Scores(points, abs(metric.points(given[0]) or 0.0), given[1])

    return _Number(
        model=arm.model,
        dataset=arm.dataset,
        language=arm.language,
        metric=arm.metric,
        found=difference(scores(arm.mean, arm.spread), scores(value, spread)),
        items_error=None,
        rows=(*arm.runs, *runs),
    )


def by_key(found: Iterable[Contrast]) -> Mapping[tuple[str, str, str, str], tuple[Contrast, ...]]:
    """Return the contrasts of each task, architecture and pair of methods, in order of first appearance."""
    groups: dict[tuple[str, str, str, str], list[Contrast]] = {}
    for contrast in found:
        groups.setdefault(contrast.key, []).append(contrast)
    return MappingProxyType({key: tuple(group) for key, group in groups.items()})
