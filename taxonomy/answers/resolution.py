"""How fine numbers can resolve: the smallest difference that a test set, or a number of seeds, can show.

Two sources of chance are kept apart. *Items*: another test set of the same size would give other scores. *Seeds*:
another seed would give another model.

Items, for metrics that are a share of right items (two-sided level 0.05, n items):

- different items on each side, or nothing known about who is right where: the interval of a difference of two
  independent proportions excludes zero from ``z * sqrt(2 p (1 - p) / n)`` on (normal approximation; method 1 of
  Newcombe 1998, Statistics in Medicine 17, 873-890). This is the most a paired test can need too
  where the two models are no worse than independent.
- the same items on both sides, at best: the exact sign test on the items on which they differ (McNemar 1947,
  Psychometrika 12(2)) needs 6, all in one direction, as ``2 * 0.5^6 = 0.031``. No smaller difference than ``6 / n``
  can be shown, whatever the models.

Items, for other metrics that are a mean of item scores between 0 and 1: a score's variance is at most ``p (1 - p)``
(Bhatia and Davis 2000, Amer. Math. Monthly 107(4)), so that the first bound holds as an upper one.

Seeds: two methods with n seeds each and the spread s differ visibly from ``t(0.975, 2n - 2) * s * sqrt(2 / n)`` on
(Student's two-sample test); a wanted difference is shown with power 0.8 from
``(t(0.975, 2n - 2) + t(0.8, 2n - 2)) * s * sqrt(2 / n)`` on (the usual approximation to the noncentral t). Card et al.
2020, arXiv 2010.06595, on power in this field.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType

from scipy.special import stdtrit

from corpus.library import Corpus
from corpus.records import ReportedResult
from taxonomy.answers.cases import SHARES_OF_ITEMS
from taxonomy.answers.experiments import arms
from taxonomy.answers.split_sizes import SplitSizes
from taxonomy.answers.spread import spread_of
from taxonomy.vocabulary import Vocabulary

Z = 1.959963984540054  # the 97.5 % point of the standard normal distribution
SIGN_TEST_ITEMS = 6  # fewest items, all in one direction, that a two-sided sign test at 0.05 rejects on
MEANS_OF_ITEMS = frozenset({"mrr", "meteor", "rougeL", "edit_similarity", "bertscore_f1", "side"})
"""Metrics that are a mean over independent items of a score between 0 and 1.

BLEU and F1 are of the set as a whole. The items of MAP@R belong to classes and are not independent of each other.
"""
SEEDS = (2, 3, 5, 10)  # shown by default
MOST_SEEDS = 1000  # more are no plan
POWER = 0.8


@dataclass(frozen=True)
class ItemBound:
    """What a test set can show, in points of 100; None where the metric gives no such bound."""

    items: int
    stated_by: tuple[str, ...]  # papers, or experiments
    paired_at_best: float | None  # nothing smaller can be shown
    unpaired: float | None  # anything larger is shown, two sides no worse than independent


@dataclass(frozen=True)
class SeedBound:
    """What seeds can show with a spread, in points of 100."""

    spread: float  # standard deviation over seeds, pooled over the numbers that give one by their degrees of freedom
    numbers: int
    least_seeds: int  # behind one of these numbers
    source: str  # paper or experiment
    by_seeds: Mapping[int, float]  # seeds for each method -> smallest visible difference


@dataclass(frozen=True)
class Resolution:
    """The resolution of one test set and metric. ``level``: the median score, in points of 100."""

    task: str
    dataset: str | None  # None: the source does not name it
    language: str | None
    metric: str
    numbers: int  # reported and measured
    level: float | None
    items: tuple[ItemBound, ...]  # one for each test size that is stated; empty where none is
    seeds: tuple[SeedBound, ...]  # one for each source with a spread

    def needed(self, wanted: float, *, power: float | None = POWER) -> Mapping[str, int | None]:
        """Return, by source of the spread, the seeds for each method that show a difference of ``wanted`` points."""
        return {bound.source: seeds_needed(bound.spread, wanted, power=power) for bound in self.seeds}


def visible_with(spread: float, seeds: int, *, power: float | None = None) -> float | None:
    """Return the smallest visible difference of two methods with n seeds each; None for fewer than two seeds.

    Args:
        spread: standard deviation over seeds, in any unit; the answer is in the same.
        seeds: for each method.
        power: None: the difference whose interval just excludes zero; else that found with this probability.
    """
    if seeds < 2:
        return None
    freedom = 2 * seeds - 2
    factor = float(stdtrit(freedom, 0.975))
    if power is not None:
        factor += float(stdtrit(freedom, power))
    return factor * spread * math.sqrt(2 / seeds)


def seeds_needed(spread: float, wanted: float, *, power: float | None = POWER) -> int | None:
    """Return the fewest seeds for each method that show a difference; None for more than MOST_SEEDS or wanted <= 0."""
    if wanted <= 0:
        return None
    low, high = 2, MOST_SEEDS
    if (visible_with(spread, high, power=power) or 0.0) > wanted:
        return None
    while low < high:  # what is visible shrinks as seeds grow
        middle = (low + high) // 2
        if (visible_with(spread, middle, power=power) or math.inf) <= wanted:
            high = middle
        else:
            low = middle + 1
    return low


def unpaired_bound(level: float, items: int) -> float:
    """Return the smallest visible difference of two independent shares near a level, all in points of 100."""
    share = min(max(level / 100, 0.0), 1.0)
    return 100 * Z * math.sqrt(2 * share * (1 - share) / items)


def paired_bound(items: int) -> float:
    """Return the smallest difference, in points of 100, that a sign test on the same items can show."""
    return 100 * SIGN_TEST_ITEMS / items


def item_bound(metric: str, level: float | None, items: int, stated_by: Sequence[str]) -> ItemBound:
    """Return what a test set of this size can show on a metric near a level."""
    bounded = metric in SHARES_OF_ITEMS or metric in MEANS_OF_ITEMS
    return ItemBound(
        items=items,
        stated_by=tuple(stated_by),
        paired_at_best=paired_bound(items) if metric in SHARES_OF_ITEMS else None,
        unpaired=unpaired_bound(level, items) if bounded and level is not None else None,
    )


def resolution(
    corpus: Corpus,
    vocabulary: Vocabulary,
    *,
    datasets: Sequence[str] = (),
    metrics: Sequence[str] = (),
    seeds: Sequence[int] = SEEDS,
) -> tuple[Resolution, ...]:
    """Return the resolution of every test set and metric that a number was reported or measured on.

    Metrics without points of 100 are left out, and so are gains over something else.
    """
    cells = _cells(corpus, vocabulary)
    sizes = SplitSizes.of(corpus.papers.values())
    found = []
    for (task, dataset, language, metric), cell in cells.items():
        if (datasets and dataset not in datasets) or (metrics and metric not in metrics):
            continue
        level = median(cell.levels) if cell.levels else None
        stated = dict(sizes.stated_for(dataset, task, language)) if dataset else {}
        for items, experiments in cell.measured_sizes.items():
            stated[items] = (*stated.get(items, ()), *experiments)
        found.append(
            Resolution(
                task=task,
                dataset=dataset,
                language=language,
                metric=metric,
                numbers=len(cell.levels),
                level=level,
                items=tuple(item_bound(metric, level, items, by) for items, by in sorted(stated.items())),
                seeds=tuple(_seed_bound(source, spreads, seeds) for source, spreads in cell.spreads.items()),
            )
        )
    return tuple(found)


@dataclass
class _Cell:
    levels: list[float]
    spreads: dict[str, list[tuple[float, int]]]
    measured_sizes: dict[int, list[str]]


def _cells(corpus: Corpus, vocabulary: Vocabulary) -> Mapping[tuple[str, str | None, str | None, str], _Cell]:
    cells: dict[tuple[str, str | None, str | None, str], _Cell] = {}
    for row, per_unit in _usable(corpus.results, vocabulary):
        cell = cells.setdefault((row.task, row.dataset, row.language, row.metric), _Cell([], {}, {}))
        cell.levels.append(row.value * per_unit)
        spread = spread_of(row)
        if spread is not None:
            cell.spreads.setdefault(row.paper, []).append((spread[0] * per_unit, spread[1]))
    for arm in arms(corpus):
        per_unit = abs(vocabulary.metric[arm.metric].points(1.0) or 0.0)
        if arm.trial or not per_unit:
            continue
        cell = cells.setdefault((arm.task, arm.dataset, arm.language, arm.metric), _Cell([], {}, {}))
        cell.levels.append(arm.mean * per_unit)
        experiments = cell.measured_sizes.setdefault(arm.items, [])
        if arm.recipe not in experiments:
            experiments.append(arm.recipe)
        for spread in (arm.spread, arm.baseline_spread):
            if spread is not None:
                cell.spreads.setdefault(arm.recipe, []).append((spread[0] * per_unit, spread[1]))
    return MappingProxyType(cells)


def _usable(rows: Iterable[ReportedResult], vocabulary: Vocabulary) -> Iterator[tuple[ReportedResult, float]]:
    for row in rows:
        metric = vocabulary.metric[row.metric]
        per_unit = metric.points(1.0)
        if per_unit is not None and not metric.relative:
            yield row, abs(per_unit)


def _seed_bound(source: str, spreads: Sequence[tuple[float, int]], seeds: Sequence[int]) -> SeedBound:
    """Pool the spreads as Student's test does: by their degrees of freedom."""
    freedom = sum(n - 1 for _, n in spreads)
    spread = math.sqrt(sum(std**2 * (n - 1) for std, n in spreads) / freedom)
    visible = {n: visible_with(spread, n) for n in seeds}
    return SeedBound(
        spread=spread,
        numbers=len(spreads),
        least_seeds=min(n for _, n in spreads),
        source=source,
        by_seeds=MappingProxyType({n: points for n, points in visible.items() if points is not None}),
    )
