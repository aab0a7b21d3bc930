"""What more effect costs: methods by cost and pooled effect, and the best effect to be had for a cost, with its doubt.

The doubt is that of the pooled model alone. Its effects of all methods are drawn together, so that what they share (the
task's effect) moves all of them at once:

    x_d = W u + sqrt(k / c_d) L z_d        z_d ~ N(0, 1), c_d ~ chi squared with k degrees of freedom, L L' = W C W'

with u and C of the mixed model equations, W the levels of each method, and k the degrees of freedom of the intervals
(sources less two). So each method's own draws have exactly the interval that is printed for it. Costs are held at their
middle. Draw d's frontier at cost c is the largest effect among the methods that cost at most c.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from taxonomy.answers.mixed_model import Floats
from taxonomy.answers.pooling import Estimate, Pooled, Target
from taxonomy.answers.suggestions import Suggestion

DRAWS = 4000
SEED = 0
LEVELS = (0.025, 0.5, 0.975)


@dataclass(frozen=True)
class Price:
    """What a method costs. ``estimated`` False: as papers or runs have it."""

    low: float
    middle: float
    high: float
    estimated: bool


@dataclass(frozen=True)
class Axis:
    """A cost to choose by: its name, its unit, how it is read off a suggestion, and why it may be unknown."""

    title: str
    unit: str
    price: Callable[[Suggestion], Price | None]
    unknown: str


@dataclass(frozen=True)
class Point:
    """One method. ``on_frontier``: none that costs at most as much has a larger effect; ``share``: of the draws."""

    method: str
    label: str
    estimate: Estimate
    price: Price
    on_frontier: bool
    share: float


@dataclass(frozen=True)
class Step:
    """The best effect for at most this cost, in points: 2.5 %, 50 % and 97.5 % of the draws."""

    cost: float
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Frontier:
    """All of it. ``unknown``: methods whose cost nobody tells, with the reason; they are not drawn."""

    axis: str
    points: tuple[Point, ...]
    steps: tuple[Step, ...]
    unknown: tuple[tuple[str, str], ...]


def _share(entry: Suggestion) -> Price | None:
    shares = entry.shares
    known = [pair for pair in (shares.reported, shares.measured) if pair is not None] if shares else []
    if shares is None or shares.lean is None or not known:
        return None
    return Price(min(low for low, _ in known), shares.lean, max(high for _, high in known), estimated=False)


def _memory(entry: Suggestion) -> Price | None:
    cost = entry.memory
    return Price(cost.low, cost.middle, cost.high, cost.estimated) if cost else None


def _time(entry: Suggestion) -> Price | None:
    cost = entry.time
    return Price(cost.low, cost.middle, cost.high, cost.estimated) if cost else None


AXES: Mapping[str, Axis] = MappingProxyType(
    {
        "trained": Axis(
            "Trained weights", "% of the model's weights", _share, "no paper and no run tells what share it trains"
        ),
        "memory": Axis("Peak memory", "GB", _memory, "choose a model: memory hangs on its size"),
        "time": Axis("Training time", "hours", _time, "choose a model: time hangs on its size"),
    }
)


def frontier(entries: Iterable[Suggestion], targets: Callable[[str], Target], pooled: Pooled, axis: str) -> Frontier:
    """Return the methods of an answer by cost and effect. ``targets``: what each method is predicted for."""
    wanted = AXES[axis]
    priced = [(entry, wanted.price(entry)) for entry in entries]
    known = sorted(
        ((entry, price) for entry, price in priced if price is not None),
        key=lambda pair: (pair[1].middle, -pair[0].estimate.points),
    )
    unknown = tuple((entry.method, wanted.unknown) for entry, price in priced if price is None)
    if not known:
        return Frontier(axis, (), (), unknown)
    draws = draw(pooled, [targets(entry.method) for entry, _ in known])
    costs = np.array([price.middle for _, price in known])
    best = _best_within(draws, costs)
    shares = (draws >= best).mean(axis=0)
    middles = np.array([[entry.estimate.points for entry, _ in known]])
    there = (middles >= _best_within(middles, costs))[0]
    points = tuple(
        Point(entry.method, entry.label, entry.estimate, price, bool(there[i]), float(shares[i]))
        for i, (entry, price) in enumerate(known)
    )
    bands, back = np.quantile(best, LEVELS, axis=0), pooled.model.scale.backward
    steps = {
        float(cost): Step(float(cost), *(back(float(level)) for level in bands[:, i])) for i, cost in enumerate(costs)
    }
    return Frontier(axis, points, tuple(steps.values()), unknown)


def draw(pooled: Pooled, targets: Sequence[Target]) -> Floats:
    """Return draws of the effects on the pooling scale, all targets together: (DRAWS, targets); always the same."""
    weights = np.array([pooled.weights(target) for target in targets])
    middle = weights @ pooled.fit.effects
    values, vectors = np.linalg.eigh(weights @ pooled.fit.covariance @ weights.T)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    random, degrees = np.random.default_rng(SEED), max(1, pooled.fit.papers - 2)
    normal = random.standard_normal((DRAWS, len(values))) @ root.T
    heavy = np.sqrt(degrees / random.chisquare(degrees, (DRAWS, 1)))
    scale = pooled.model.scale
    low, high = scale.forward(-100.0), scale.forward(100.0)
    drawn: Floats = np.clip(middle + heavy * normal, low, high)
    return drawn


def _best_within(effects: Floats, costs: Floats) -> Floats:
    """Return the largest effect among what costs at most as much, for effects (draws, methods) in order of cost."""
    best = np.maximum.accumulate(effects, axis=1)
    last = np.searchsorted(costs, costs, side="right") - 1  # of equal costs, all count
    within: Floats = best[:, last]
    return within
