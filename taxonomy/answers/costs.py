"""Memory and time of tuning: as measured, else estimated by a stated formula, with a range and marked as estimated.

    memory [GB] = weights * bytes + share * weights * trained_bytes + activation_gb * sqrt(weights / 10^9)
    time   [s]  = tokens * weights * (4 + 2 * share) / speed

The constants and their sources stand in ``rules.yaml``. The square root is what the five peaks of P37 follow; batch
size, sequence length and checkpointing are free, which the range allows for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from taxonomy.answers.rules import CostRules

GIGA = 1e9


@dataclass(frozen=True)
class Share:
    """A method's trained weights in percent of the model's.

    ``middle`` is what a budget is checked with: the leanest configuration that a paper uses as a rule.
    """

    low: float
    middle: float
    high: float
    known: bool  # False: assumed, as neither paper nor run tells


@dataclass(frozen=True)
class Cost:
    """An amount (GB or hours) with its range. ``estimated`` False: measured, and then the range is of the runs."""

    middle: float
    low: float
    high: float
    estimated: bool
    basis: str


def memory_gb(weights: float, share: Share, rules: CostRules, *, four_bit: bool) -> Cost:
    """Return the estimated peak memory of tuning a model with this many weights."""
    frozen = weights * (rules.weight_bytes.four_bit if four_bit else rules.weight_bytes.half) / GIGA
    root = math.sqrt(weights / GIGA)

    def total(percent: float, activation: float) -> float:
        return frozen + weights * percent / 100 * rules.trained_bytes / GIGA + activation * root

    return Cost(
        middle=total(share.middle, rules.activation_gb.middle),
        low=total(share.low, rules.activation_gb.low),
        high=total(share.high, rules.activation_gb.high),
        estimated=True,
        basis=f"{weights / GIGA:.3g} billion weights in {'4' if four_bit else '16'} bits, "
        f"{share.middle:.3g} % of them trained{'' if share.known else ' (assumed)'}",
    )


def hours(weights: float, share: Share, rules: CostRules, *, tokens: int) -> Cost:
    """Return the estimated time of tuning on one accelerator."""

    def total(percent: float, tflops: float) -> float:
        each = rules.flops_per_weight_token + rules.flops_per_trained_weight_token * percent / 100
        return tokens * weights * each / (tflops * 1e12) / 3600

    return Cost(
        middle=total(share.middle, rules.speed_tflops.middle),
        low=total(share.low, rules.speed_tflops.high),
        high=total(share.high, rules.speed_tflops.low),
        estimated=True,
        basis=f"{tokens:,} tokens at {rules.speed_tflops.low:g} to {rules.speed_tflops.high:g} TFLOP/s",
    )


def largest_weights(budget_gb: float, share: Share, rules: CostRules, *, four_bit: bool) -> float:
    """Return how many weights a model may have so that its estimated memory (the middle) stays within a budget.

    Solves ``a w + b sqrt(w) = budget`` for w in billions, a quadratic in sqrt(w).
    """
    frozen = rules.weight_bytes.four_bit if four_bit else rules.weight_bytes.half
    a = frozen + share.middle / 100 * rules.trained_bytes
    b = rules.activation_gb.middle
    root = (-b + math.sqrt(b * b + 4 * a * max(budget_gb, 0.0))) / (2 * a)
    return root * root * GIGA
