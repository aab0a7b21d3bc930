"""Effect pairs: a method's score next to full fine-tuning of the same model, data and metric in the same source.

A source is a paper, or one of our experiments. Every pair has its difference in points of 100 and, where it exists,
its log response ratio ``ln(value / baseline)`` (Hedges, Gurevitch and Curtis 1999, Ecology 80(4), equation 1), both
positive where the method is better. Pairs that a rule keeps out of pooling stay in the list with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from corpus.library import Corpus
from corpus.records import Grade, ReportedResult
from taxonomy.answers.experiments import Arm, arms
from taxonomy.answers.memory import kept_for
from taxonomy.answers.rules import Fact, Rules, first_that_holds, rules
from taxonomy.answers.spread import Spread, spread_of
from taxonomy.vocabulary import Metric, Vocabulary


class Kind(StrEnum):
    """Where the numbers of a pair come from."""

    REPORTED = "reported"  # a paper
    MEASURED = "measured"  # our runs or the user's


class VarianceFrom(StrEnum):
    """Where the sampling variance of a pair comes from."""

    SEEDS = "seeds"  # both scores have a spread over seeds
    IMPUTED = "imputed"  # borrowed, at least for one of them, by the rule in rules.yaml


@dataclass(frozen=True)
class LeftOut:
    """Why something was left out: the rule, its reason, and the caution behind it where there is one."""

    rule: str
    reason: str
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """A score and its full fine-tuning baseline.

    ``value`` and ``baseline`` are on the metric's declared scale. ``points`` is value minus baseline in points of 100,
    ``log_ratio`` the natural logarithm of value over baseline; both have the sign turned for metrics where lower is
    better. ``variance`` is the sampling variance of ``points`` (points squared).
    """

    id: str  # of the reported number, or of the first run
    kind: Kind
    source: str  # paper id, or the experiment's name
    paper: str | None  # None: an experiment of ours, whatever paper it was made for
    rows: tuple[str, ...]  # the reported number, or the runs
    baseline_rows: tuple[str, ...]  # the baseline's own number or runs, as far as they are recorded
    method: str | None
    family: str | None
    task: str
    task_group: str
    dataset: str | None
    dataset_in_source: str
    language: str | None
    model: str | None
    model_in_source: str
    architecture: str | None
    metric: str
    variant: str | None
    setting: str | None
    value: float
    baseline: float
    baseline_points: float | None  # the baseline in points of 100
    points: float | None
    log_ratio: float | None
    no_log_ratio: LeftOut | None
    variance: float | None
    variance_from: VarianceFrom | None
    seeds: int  # runs behind ``value``
    grade: Grade | None  # of a reported number; None: measured
    cautions: tuple[str, ...]
    left_out: LeftOut | None  # None: goes into pooling

    @property
    def model_key(self) -> str:
        """The model's id, else its name in the source."""
        return self.model or self.model_in_source

    @property
    def pooled(self) -> bool:
        """Whether the pair goes into pooling."""
        return self.left_out is None


def pairs(corpus: Corpus, vocabulary: Vocabulary) -> tuple[Pair, ...]:
    """Return every pair of the corpus: reported ones in the order of the records, then measured ones.

    The answer is kept for as long as the corpus lives.
    """
    return kept_for(corpus, "pairs", lambda: tuple(_pairs(corpus, vocabulary, rules())))


def _pairs(corpus: Corpus, vocabulary: Vocabulary, rules_: Rules) -> Iterator[Pair]:
    measured = arms(corpus)
    useful = [arm for arm in measured if not vocabulary.model[arm.model].of_laboratory]
    spreads = Spread.learn(corpus, useful, vocabulary, rules_.imputed_spread)
    groups = {task.id: task.group for task in vocabulary.tasks}
    baselines = _baselines(corpus.results)
    for row in corpus.results:
        if row.full_finetuning_value is not None:
            yield _reported(row, corpus, vocabulary, rules_, spreads, groups, baselines)
    for arm in measured:
        yield _measured(arm, vocabulary, rules_, spreads, groups)


_BaselineKey = tuple[str, str, str, str | None, str, str, float]


def _baseline_key(row: ReportedResult, value: float) -> _BaselineKey:
    return (row.paper, row.task, row.dataset_in_source, row.language, row.model_in_source, row.metric, value)


def _baselines(rows: Iterable[ReportedResult]) -> Mapping[_BaselineKey, ReportedResult]:
    """Return the rows of full fine-tuning by what they are a baseline for; the first with a spread, else the first."""
    found: dict[_BaselineKey, ReportedResult] = {}
    for row in rows:
        if row.method == "full-finetuning":
            key = _baseline_key(row, row.value)
            if key not in found or (found[key].std is None and row.std is not None):
                found[key] = row
    return MappingProxyType(found)


def _reported(
    row: ReportedResult,
    corpus: Corpus,
    vocabulary: Vocabulary,
    rules_: Rules,
    spreads: Spread,
    groups: Mapping[str, str],
    baselines: Mapping[_BaselineKey, ReportedResult],
) -> Pair:
    metric = vocabulary.metric[row.metric]
    reference = row.full_finetuning_value
    assert reference is not None  # noqa: S101  (the caller has asked)
    own = baselines.get(_baseline_key(row, reference))
    biting = corpus.cautions_on.get(row.id, ())
    blocking = tuple(caution.id for caution in biting if caution.not_comparable)
    method = vocabulary.method[row.method] if row.method else None
    first, second = spread_of(row), spread_of(own) if own else None
    variance = spreads.variance(metric, row.task, first, second)
    smaller, error = _smaller_and_error(metric, row.value, reference, variance)
    facts = _facts(
        metric,
        row.method,
        method.family if method else None,
        blocked=bool(blocking),
        backbone_learns=False,
        of_laboratory=False,
        trial=False,
        single_seed=False,
        nothing_learned=False,
        smaller=smaller,
        error=error,
    )
    out = first_that_holds(rules_.leave_out_of_pooling, facts)
    no_log = first_that_holds(rules_.no_log_ratio, facts)
    return Pair(
        id=row.id,
        kind=Kind.REPORTED,
        source=row.paper,
        paper=row.paper,
        rows=(row.id,),
        baseline_rows=(own.id,) if own else (),
        method=row.method,
        family=method.family if method else None,
        task=row.task,
        task_group=groups[row.task],
        dataset=row.dataset,
        dataset_in_source=row.dataset_in_source,
        language=row.language,
        model=row.model,
        model_in_source=row.model_in_source,
        architecture=vocabulary.model[row.model].architecture if row.model else None,
        metric=row.metric,
        variant=row.variant,
        setting=row.setting,
        value=row.value,
        baseline=reference,
        baseline_points=_in_points(metric, reference),
        points=metric.points(row.value - reference),
        log_ratio=None if no_log else _log_ratio(metric, row.value, reference),
        no_log_ratio=LeftOut(no_log.id, no_log.reason) if no_log else None,
        variance=variance,
        variance_from=None if variance is None else _variance_from(first, second),
        seeds=max(1, len(row.per_seed), len(row.seeds)),
        grade=row.evidence,
        cautions=tuple(caution.id for caution in biting),
        left_out=LeftOut(out.id, out.reason, blocking if out.id == "caution" else ()) if out else None,
    )


def _measured(arm: Arm, vocabulary: Vocabulary, rules_: Rules, spreads: Spread, groups: Mapping[str, str]) -> Pair:
    metric = vocabulary.metric[arm.metric]
    method = vocabulary.method[arm.method]
    variance = spreads.variance(metric, arm.task, arm.spread, arm.baseline_spread)
    smaller, error = _smaller_and_error(metric, arm.mean, arm.baseline_mean, variance)
    facts = _facts(
        metric,
        arm.method,
        method.family,
        blocked=False,
        backbone_learns=arm.backbone_learns,
        of_laboratory=vocabulary.model[arm.model].of_laboratory,
        trial=arm.trial,
        single_seed=arm.single_seed,
        nothing_learned=arm.taught_nothing(metric.better),
        smaller=smaller,
        error=error,
    )
    out = first_that_holds(rules_.leave_out_of_pooling, facts)
    no_log = first_that_holds(rules_.no_log_ratio, facts)
    return Pair(
        id=arm.runs[0],
        kind=Kind.MEASURED,
        source=arm.recipe,
        paper=None,
        rows=arm.runs,
        baseline_rows=arm.baseline_runs,
        method=arm.method,
        family=method.family,
        task=arm.task,
        task_group=groups[arm.task],
        dataset=arm.dataset,
        dataset_in_source=arm.dataset,
        language=arm.language,
        model=arm.model,
        model_in_source=arm.model,
        architecture=vocabulary.model[arm.model].architecture,
        metric=arm.metric,
        variant=None,
        setting=arm.setting,
        value=arm.mean,
        baseline=arm.baseline_mean,
        baseline_points=_in_points(metric, arm.baseline_mean),
        points=metric.points(arm.mean - arm.baseline_mean),
        log_ratio=None if no_log else _log_ratio(metric, arm.mean, arm.baseline_mean),
        no_log_ratio=LeftOut(no_log.id, no_log.reason) if no_log else None,
        variance=variance,
        variance_from=None if variance is None else _variance_from(arm.spread, arm.baseline_spread),
        seeds=len(arm.runs),
        grade=None,
        cautions=(),
        left_out=LeftOut(out.id, out.reason) if out else None,
    )


def _variance_from(*spreads: tuple[float, int] | None) -> VarianceFrom:
    return VarianceFrom.SEEDS if all(spreads) else VarianceFrom.IMPUTED


def _log_ratio(metric: Metric, value: float, baseline: float) -> float:
    return math.log(value / baseline) * (1 if metric.better == "higher" else -1)


def _in_points(metric: Metric, score: float) -> float | None:
    """Return a score in points of 100; None for a metric that has none."""
    per_unit = metric.points(1.0)
    return None if per_unit is None else score * abs(per_unit)


def _smaller_and_error(
    metric: Metric, value: float, baseline: float, variance: float | None
) -> tuple[float | None, float | None]:
    """Return the smaller of two scores in points, and the standard error of one of them."""
    smaller = _in_points(metric, min(value, baseline))
    return smaller, None if variance is None else math.sqrt(variance / 2)


def _facts(
    metric: Metric,
    method: str | None,
    family: str | None,
    *,
    blocked: bool,
    backbone_learns: bool,
    of_laboratory: bool,
    trial: bool,
    single_seed: bool,
    nothing_learned: bool,
    smaller: float | None,
    error: float | None,
) -> dict[str, Fact]:
    """Return what the rules may ask about a pair; scores in points of 100."""
    return {
        "method": method,
        "family": family,
        "metric_relative": metric.relative,
        "metric_scale": metric.scale,
        "caution_not_comparable": blocked,
        "backbone_learns": backbone_learns,
        "model_of_laboratory": of_laboratory,
        "trial": trial,
        "single_seed": single_seed,
        "nothing_learned": nothing_learned,
        "smaller_points": smaller,
        "smaller_over_error": None if smaller is None or not error else smaller / error,
    }
