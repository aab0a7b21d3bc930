"""Do the answers predict? Each paper is left out in turn, and what the others say is compared with what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.library import Corpus
from taxonomy.answers.aggregates import Aggregate
from taxonomy.answers.baselines import BASELINES
from taxonomy.answers.ground import ground, papers_alone
from taxonomy.answers.mixed_model import Floats
from taxonomy.answers.pairs import Kind
from taxonomy.answers.pooling import Pooled, Target
from taxonomy.answers.rules import PoolingModel, rules
from taxonomy.vocabulary import Vocabulary

RESAMPLES = 2_000
LEAST_METHODS = 3  # on one task and model of a paper, to be ranked


@dataclass(frozen=True)
class Prediction:
    """What the other sources say about an aggregate, in points of 100; the interval is for a new paper (95 %)."""

    aggregate: Aggregate
    points: float
    low: float | None = None
    high: float | None = None

    @property
    def error(self) -> float:
        """The absolute error in points of 100."""
        return abs(self.points - self.aggregate.points)

    @property
    def covered(self) -> bool | None:
        """Whether the interval holds what was found; None without an interval."""
        if self.low is None or self.high is None:
            return None
        return self.low <= self.aggregate.points <= self.high


@dataclass(frozen=True)
class Skill:
    """How well one predictor does. Errors are in points of 100.

    ``mae``: mean over papers of the mean absolute error over a paper's aggregates; ``low`` and ``high`` its 95 %
    bootstrap interval over papers. ``rank_correlation``: mean over papers of Spearman's correlation between predicted
    and found order of the methods on one task and model, where there are at least three; 0 where the prediction does
    not distinguish them, None where it never does. ``coverage``: share of aggregates inside their 95 % prediction
    interval.
    """

    mae: float
    low: float
    high: float
    by_paper: Mapping[str, float]
    rank_correlation: float | None
    ranked_papers: int
    coverage: float | None = None
    coverage_by_paper: float | None = None  # the mean over papers


@dataclass(frozen=True)
class Comparison:
    """A predictor against ours: the difference of the mean absolute errors, positive where ours is better."""

    skill: Skill
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Validation:
    """The whole check.

    ``without_experiments``: ours as it would be if nothing had been measured here, to see whether our experiments help
    to predict papers.
    ``experiments``: our own experiments, each left out in the same way. Both None without any.
    """

    papers: int
    aggregates: int
    ours: Skill
    baselines: Mapping[str, Comparison]
    without_experiments: Skill | None
    experiments: Skill | None


Fitter = Callable[[Sequence[Aggregate]], Callable[[Aggregate], Prediction]]
"""From training aggregates to a predictor."""


def with_model(model: PoolingModel, vocabulary: Vocabulary) -> Fitter:
    """Return the fitter of a pooling model."""

    def fitted(training: Sequence[Aggregate]) -> Callable[[Aggregate], Prediction]:
        pooled = Pooled.over(training, model, vocabulary)

        def predict(aggregate: Aggregate) -> Prediction:
            estimate = pooled.estimate(Target.of(aggregate))
            return Prediction(aggregate, estimate.points, estimate.new_low, estimate.new_high)

        return predict

    return fitted


def with_baseline(name: str) -> Fitter:
    """Return the fitter of a baseline."""

    def fitted(training: Sequence[Aggregate]) -> Callable[[Aggregate], Prediction]:
        predictor = BASELINES[name](training)
        return lambda aggregate: Prediction(aggregate, predictor(aggregate))

    return fitted


def leave_one_out(aggregates: Sequence[Aggregate], fitter: Fitter, kind: Kind = Kind.REPORTED) -> list[Prediction]:
    """Return a prediction for every aggregate of a kind, each from all sources but its own."""
    found: list[Prediction] = []
    for source in dict.fromkeys(aggregate.source for aggregate in aggregates if aggregate.kind is kind):
        predict = fitter([aggregate for aggregate in aggregates if aggregate.source != source])
        found += [predict(aggregate) for aggregate in aggregates if aggregate.source == source]
    return found


def validate(
    aggregates: Sequence[Aggregate], papers_alone: Sequence[Aggregate], model: PoolingModel, vocabulary: Vocabulary
) -> Validation | None:
    """Return the check of a pooling model, leaving one paper out at a time; None with fewer than three papers.

    ``papers_alone``: the aggregates of the corpus without any run. They are not the reported ones of ``aggregates``:
    a single number borrows its spread over seeds, and our runs are among those it may borrow from.
    """
    papers = {aggregate.source for aggregate in aggregates if aggregate.kind is Kind.REPORTED}
    if len(papers) < 3:  # one is left out, and one alone has no spread between papers
        return None
    ours = leave_one_out(aggregates, with_model(model, vocabulary))
    skill = skill_of(ours)
    comparisons = {}
    for name in BASELINES:
        other = skill_of(leave_one_out(aggregates, with_baseline(name)))
        comparisons[name] = Comparison(other, *_difference(skill, other))
    fitter = with_model(model, vocabulary)
    any_measured = any(aggregate.kind is Kind.MEASURED for aggregate in aggregates)
    return Validation(
        papers=len(papers),
        aggregates=len(ours),
        ours=skill,
        baselines=comparisons,
        without_experiments=skill_of(leave_one_out(papers_alone, fitter)) if any_measured else None,
        experiments=skill_of(leave_one_out(aggregates, fitter, Kind.MEASURED)) if any_measured else None,
    )


def validate_suggestions(corpus: Corpus, vocabulary: Vocabulary) -> Validation | None:
    """Return the check of what ``suggest`` says on a corpus; None with fewer than three papers."""
    every = ground(corpus, vocabulary).aggregates
    return validate(every, papers_alone(corpus, vocabulary), rules().pooling, vocabulary)


def skill_of(predictions: Sequence[Prediction]) -> Skill:
    """Return how well predictions do."""
    by_paper = _means((prediction.aggregate.source, prediction.error) for prediction in predictions)
    covered = [(p.aggregate.source, float(p.covered)) for p in predictions if p.covered is not None]
    low, high = _bootstrap(list(by_paper.values()))
    correlation, ranked = _rank_correlation(predictions)
    return Skill(
        mae=float(np.mean(list(by_paper.values()))),
        low=low,
        high=high,
        by_paper=by_paper,
        rank_correlation=correlation,
        ranked_papers=ranked,
        coverage=float(np.mean([value for _, value in covered])) if covered else None,
        coverage_by_paper=float(np.mean(list(_means(covered).values()))) if covered else None,
    )


def _means(entries: Iterable[tuple[str, float]]) -> dict[str, float]:
    groups: dict[str, list[float]] = {}
    for name, value in entries:
        groups.setdefault(name, []).append(value)
    return {name: float(np.mean(values)) for name, values in groups.items()}


def _bootstrap(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean over resampled papers; the seed is fixed."""
    drawn = np.random.default_rng(0).choice(np.asarray(values), size=(RESAMPLES, len(values)))
    low, high = np.quantile(drawn.mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def _difference(ours: Skill, other: Skill) -> tuple[float, float, float]:
    by_paper = [other.by_paper[paper] - error for paper, error in ours.by_paper.items()]
    return float(np.mean(by_paper)), *_bootstrap(by_paper)


def _rank_correlation(predictions: Iterable[Prediction]) -> tuple[float | None, int]:
    groups: dict[tuple[str, str, str], list[Prediction]] = {}
    for prediction in predictions:
        aggregate = prediction.aggregate
        groups.setdefault((aggregate.source, aggregate.task, aggregate.model), []).append(prediction)
    entries = [(key[0], spearman(group)) for key, group in groups.items() if len(group) >= LEAST_METHODS]
    if all(value is None for _, value in entries):
        return None, len({paper for paper, _ in entries})
    by_paper = _means((paper, value or 0.0) for paper, value in entries)
    return float(np.mean(list(by_paper.values()))), len(by_paper)


def spearman(group: Sequence[Prediction]) -> float | None:
    """Return Spearman's rank correlation of predicted and found points; None where either is constant."""
    # Predictions that differ by rounding only are ties.
    predicted = _ranks(np.round([prediction.points for prediction in group], 9))
    found = _ranks(np.array([prediction.aggregate.points for prediction in group]))
    if np.ptp(predicted) == 0 or np.ptp(found) == 0:
        return None
    return float(np.corrcoef(predicted, found)[0, 1])


def _ranks(values: Floats) -> Floats:
    """Return ranks from 1 up; equal values share the mean of their ranks."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[which], dtype=np.float64)
