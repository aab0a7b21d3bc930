"""Pooling aggregates over papers: what a method does for a task, with partial pooling over tasks and methods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from taxonomy.answers.aggregates import Aggregate
from taxonomy.answers.mixed_model import NO_LEVEL, Data, Fit, Floats, fit
from taxonomy.answers.pairs import Kind
from taxonomy.answers.rules import EffectName, PoolingModel
from taxonomy.vocabulary import Vocabulary


@dataclass(frozen=True)
class Target:
    """What a prediction is for."""

    task: str
    task_group: str
    method: str
    family: str
    architecture: str | None = None
    kind: Kind = Kind.REPORTED  # of what a source finds: what the experiments here have in common is a term of its own

    @classmethod
    def of(cls, aggregate: Aggregate) -> Target:
        """Return what an aggregate is about."""
        return cls(
            aggregate.task,
            aggregate.task_group,
            aggregate.method,
            aggregate.family,
            aggregate.architecture,
            aggregate.kind,
        )


_LEVEL: Mapping[EffectName, Callable[[Target], str]] = MappingProxyType(
    {
        "all": lambda target: "all",
        "task-group": lambda target: target.task_group,
        "task": lambda target: target.task,
        "family": lambda target: target.family,
        "method": lambda target: target.method,
        "architecture": lambda target: target.architecture or "unknown",
    }
)


def levels_of(vocabulary: Vocabulary) -> Mapping[EffectName, tuple[str, ...]]:
    """Return the levels that each crossed effect has, those without data included."""
    return MappingProxyType(
        {
            "all": ("all",),
            "task-group": tuple(group.id for group in vocabulary.task_groups),
            "task": tuple(task.id for task in vocabulary.tasks),
            "family": tuple(family.id for family in vocabulary.families),
            "method": tuple(method.id for method in vocabulary.methods),
            "architecture": (*(architecture.id for architecture in vocabulary.architectures), "unknown"),
        }
    )


@dataclass(frozen=True)
class Estimate:
    """A pooled effect in points of 100 against full fine-tuning, positive is better.

    ``points`` is the median of what papers find, as the model has it. ``low`` and ``high`` are the 95 % interval of
    that median; ``new_low`` and ``new_high`` the 95 % prediction interval for the aggregate of one new paper.
    """

    points: float
    low: float
    high: float
    new_low: float
    new_high: float


@dataclass(frozen=True)
class Contrast:
    """The difference of two methods for one task, on the pooling scale (not points), with its 95 % interval."""

    difference: float
    low: float
    high: float

    @property
    def resolved(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Pooled:
    """A fitted model, ready to answer. It keeps no observation, so its answers cost the same for any corpus.

    Where papers and experiments of the laboratory are pooled together, the experiments have one more effect, which all
    of them share: small models and few steps put most methods at a disadvantage against full fine-tuning. It is the
    last of the fit's effects and no part of what is predicted for a paper.
    """

    model: PoolingModel
    levels: Mapping[EffectName, tuple[str, ...]]
    fit: Fit
    typical_variance: float  # sampling variance of a new aggregate on the scale: the median of those pooled

    @classmethod
    def over(cls, aggregates: Sequence[Aggregate], model: PoolingModel, vocabulary: Vocabulary) -> Pooled:
        """Return the model fitted to aggregates.

        Raises:
            ValueError: there are none.
        """
        levels = {name: entries for name, entries in levels_of(vocabulary).items() if name in model.effects}
        position = {name: {level: i for i, level in enumerate(entries)} for name, entries in levels.items()}
        variances = [model.scale.variance(a.points, a.variance) for a in aggregates]
        # With papers alone, or experiments alone, what they have in common could not be told from the other effects.
        apart = model.experiments_apart and len({a.kind for a in aggregates}) > 1
        common = {Kind.REPORTED: NO_LEVEL, Kind.MEASURED: 0}
        data = Data.arrange(
            y=[model.scale.forward(a.points) for a in aggregates],
            d=variances,
            levels=[
                [position[name][_LEVEL[name](Target.of(a))] for name in model.effects] + [common[a.kind]] * apart
                for a in aggregates
            ],
            sizes=[len(levels[name]) for name in model.effects] + [1] * apart,
            papers=[a.source for a in aggregates],
            cells=[a.task for a in aggregates],
        )
        return cls(model, MappingProxyType(levels), fit(data), float(np.median(variances)))

    def weights(self, target: Target) -> Floats:
        """Return the linear combination of levels that predicts a target: (q,)."""
        weights = np.zeros(len(self.fit.effects))
        effects = len(self.model.effects)
        for name, offset in zip(self.model.effects, self.fit.offsets[:effects], strict=True):
            weights[offset + self.levels[name].index(_LEVEL[name](target))] = 1.0
        if target.kind is Kind.MEASURED:
            weights[list(self.fit.offsets[effects:])] = 1.0  # one, or none where experiments are not kept apart
        return weights

    @property
    def quantile(self) -> float:
        """The 97.5 % quantile of Student's t with (papers - 2) degrees of freedom.

        As for the prediction interval of a random-effects meta-analysis (Higgins, Thompson and Spiegelhalter 2009, J.
        R. Statist. Soc. A 172(1), section 4.1); it allows for the variances being estimates. At least one degree.
        """
        return t_quantile(self.fit.papers - 2)

    def estimate(self, target: Target) -> Estimate:
        """Return the pooled effect of a method for a task."""
        center, variance = self.fit.estimate(self.weights(target))
        s = self.fit.deviations
        new = variance + s.paper**2 + s.cell**2 + s.residual**2 + self.typical_variance
        half, new_half = self.quantile * np.sqrt([variance, new])
        ends = (center, center - half, center + half, center - new_half, center + new_half)
        return Estimate(*(self._in_points(float(end)) for end in ends))

    def in_common(self) -> tuple[float, float, float] | None:
        """Return what our experiments have in common and papers have not: points, and the ends of its 95 % interval.

        None where experiments are not kept apart.
        """
        if len(self.fit.offsets) == len(self.model.effects):
            return None
        weights = np.zeros(len(self.fit.effects))
        weights[-1] = 1.0
        middle, low, high = map(self._in_points, self._interval(weights))
        return middle, low, high

    def _in_points(self, value: float) -> float:
        """Return a value of the scale in points, within what a difference of two scores from 0 to 100 can be."""
        scale = self.model.scale
        return scale.backward(max(scale.forward(-100.0), min(scale.forward(100.0), value)))

    def contrast(self, one: Target, other: Target) -> Contrast:
        """Return how much better one method is than another, from the joint distribution of both."""
        return Contrast(*self._interval(self.weights(one) - self.weights(other)))

    def _interval(self, weights: Floats) -> tuple[float, float, float]:
        """Return a linear combination of levels (q,) and the ends of its 95 % interval, on the scale."""
        middle, variance = self.fit.estimate(weights)
        half = self.quantile * float(np.sqrt(variance))
        return middle, middle - half, middle + half


def t_quantile(degrees: int, probability: float = 0.975) -> float:
    """Return a quantile of Student's t; degrees below one count as one."""
    from scipy.special import stdtrit

    return float(stdtrit(max(1, degrees), probability))


def tie_groups(pooled: Pooled, targets: Iterable[Target]) -> tuple[tuple[Target, ...], ...]:
    """Return the targets in groups, best first.

    Targets are ordered by their pooled effect. The best one opens a group, which takes every following one whose
    difference from it the evidence does not resolve; the first that it does resolve opens the next group. So members
    of a group tie with its first member, and each group's first member is resolved from that of the group before.
    """
    ordered = sorted(targets, key=lambda target: (-pooled.estimate(target).points, target.method))
    groups: list[list[Target]] = []
    for target in ordered:
        if groups and not pooled.contrast(groups[-1][0], target).resolved:
            groups[-1].append(target)
        else:
            groups.append([target])
    return tuple(tuple(group) for group in groups)
