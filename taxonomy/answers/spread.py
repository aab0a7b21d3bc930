"""The spread over seeds: as given, else borrowed by the rule ``imputed_spread``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corpus.library import Corpus
from corpus.records import ReportedResult
from taxonomy.answers.experiments import Arm
from taxonomy.answers.rules import ImputedSpread
from taxonomy.vocabulary import Metric, Vocabulary

Given = tuple[float, int] | None
"""(Sample standard deviation on the metric's scale, number of seeds); None: the source does not give it."""


def spread_of(row: ReportedResult) -> Given:
    """Return the spread of a reported number; None for fewer than two seeds or none given."""
    seeds = max(len(row.per_seed), len(row.seeds))
    return (row.std, seeds) if row.std is not None and seeds > 1 else None


@dataclass(frozen=True)
class Spread:
    """Standard deviations over seeds in points of 100, to borrow from."""

    by_task: Mapping[str, float]
    overall: float

    @classmethod
    def learn(cls, corpus: Corpus, arms: Iterable[Arm], vocabulary: Vocabulary, rule: ImputedSpread) -> Spread:
        """Return the root mean squares of all spreads that the corpus and our experiments give."""
        given: dict[str, list[float]] = {}
        entries = [(row.task, row.metric, spread_of(row)) for row in corpus.results]
        entries += [(arm.task, arm.metric, spread) for arm in arms for spread in (arm.spread, arm.baseline_spread)]
        for task, metric, spread in entries:
            points = None if spread is None else vocabulary.metric[metric].points(spread[0])
            if points is not None:
                given.setdefault(task, []).append(abs(points))
        everything = [points for values in given.values() for points in values]
        return cls(
            by_task={task: _rms(values) for task, values in given.items() if len(values) >= rule.least_numbers},
            overall=_rms(everything) if len(everything) >= rule.least_numbers else rule.fallback_points,
        )

    def imputed(self, task: str) -> float:
        """Return the standard deviation over seeds that is assumed for a task, in points of 100."""
        return self.by_task.get(task, self.overall)

    def variance(self, metric: Metric, task: str, score: Given, baseline: Given) -> float | None:
        """Return the sampling variance of a difference of two independent scores, in points squared.

        Each side contributes its squared spread over its seeds; a side without a spread is one run with the imputed
        one. None for a metric without points of 100.
        """
        sides = [self._side(metric, task, given) for given in (score, baseline)]
        return None if None in sides else sum(side for side in sides if side is not None)

    def _side(self, metric: Metric, task: str, given: Given) -> float | None:
        if metric.points(1.0) is None:
            return None
        if given is None:
            return self.imputed(task) ** 2
        points = metric.points(given[0])
        return None if points is None else points**2 / given[1]


def _rms(values: list[float]) -> float:
    return math.sqrt(sum(value**2 for value in values) / len(values))
