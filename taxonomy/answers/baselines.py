"""The plain predictors that pooling has to beat. Each weighs every source the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import mean
from types import MappingProxyType

from taxonomy.answers.aggregates import Aggregate

Predictor = Callable[[Aggregate], float]
"""From what an aggregate is about (never from its points) to points of 100."""


def _by_source(aggregates: Iterable[Aggregate]) -> float | None:
    """Return the mean over sources of the mean of each; None without aggregates."""
    groups: dict[str, list[float]] = {}
    for aggregate in aggregates:
        groups.setdefault(aggregate.source, []).append(aggregate.points)
    return mean(mean(values) for values in groups.values()) if groups else None


def zero(_training: Sequence[Aggregate]) -> Predictor:
    """Predict no difference from full fine-tuning."""
    return lambda _target: 0.0


def global_mean(training: Sequence[Aggregate]) -> Predictor:
    """Predict the mean effect of all methods and tasks; zero without any."""
    value = _by_source(training) or 0.0
    return lambda _target: value


def _mean_by(
    key: Callable[[Aggregate], str], fallback: Callable[[Sequence[Aggregate]], Predictor], training: Sequence[Aggregate]
) -> Predictor:
    groups: dict[str, list[Aggregate]] = {}
    for aggregate in training:
        groups.setdefault(key(aggregate), []).append(aggregate)
    values = {name: _by_source(group) for name, group in groups.items()}
    otherwise = fallback(training)

    def predict(target: Aggregate) -> float:
        value = values.get(key(target))
        return otherwise(target) if value is None else value

    return predict


def family_mean(training: Sequence[Aggregate]) -> Predictor:
    """Predict the mean of the method's family; the global mean where there is none."""
    return _mean_by(lambda aggregate: aggregate.family, global_mean, training)


def method_mean(training: Sequence[Aggregate]) -> Predictor:
    """Predict the mean of the method; its family's where there is none, then the global mean."""
    return _mean_by(lambda aggregate: aggregate.method, family_mean, training)


def lora_mean(training: Sequence[Aggregate]) -> Predictor:
    """Predict the mean of LoRA for every method; the global mean where there is none."""
    value = _by_source(aggregate for aggregate in training if aggregate.method == "lora")
    return global_mean(training) if value is None else lambda _target: value


BASELINES: Mapping[str, Callable[[Sequence[Aggregate]], Predictor]] = MappingProxyType(
    {
        "zero": zero,
        "global_mean": global_mean,
        "method_mean": method_mean,
        "family_mean": family_mean,
        "lora_mean": lora_mean,
    }
)
