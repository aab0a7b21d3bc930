"""Memory and time: the formulas, their fit to what a paper reports, and their inverse."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxonomy.answers.costs import Share, hours, largest_weights, memory_gb
from taxonomy.answers.rules import rules

COSTS = rules().costs
LEAN = Share(0.1, 0.5, 2.0, known=True)


def test_memory_is_weights_trained_weights_and_activations():
    """A model of four billion weights in 16 bits, half a percent of them trained."""
    found = memory_gb(4e9, LEAN, COSTS, four_bit=False)
    assert found.middle == pytest.approx(8.0 + 0.32 + 3.4 * 2)
    assert found.low < found.middle < found.high
    assert found.estimated


def test_four_bits_need_less():
    """The frozen weights shrink to about a quarter, the rest stays."""
    half, four = (memory_gb(7e9, LEAN, COSTS, four_bit=bits) for bits in (False, True))
    assert half.middle - four.middle == pytest.approx(7 * (2.0 - 0.516))


def test_activations_are_those_that_the_reported_peaks_leave(shipped, words):
    """The peaks reported for QLoRA, less their weights, bracket the constant in the rules."""
    left = []
    for row in shipped.results:
        if row.method == "qlora" and row.peak_memory_gb is not None and row.model is not None:
            billions = words.model[row.model].parameters / 1e9
            trained = 16 * billions * (row.trainable_percent or 0) / 100
            left.append((row.peak_memory_gb - 0.516 * billions - trained) / math.sqrt(billions))
    assert len(set(left)) >= 5
    assert 3.0 < min(left) <= COSTS.activation_gb.middle <= max(left) < 3.8
    assert COSTS.activation_gb.low <= min(left) / 1.7
    assert COSTS.activation_gb.high >= max(left) * 1.7


def test_reported_peaks_lie_within_the_estimates(shipped, words):
    """No peak that a paper reports for QLoRA is outside its own estimate's range."""
    for row in shipped.results:
        if row.method == "qlora" and row.peak_memory_gb is not None and row.model is not None:
            found = memory_gb(words.model[row.model].parameters, LEAN, COSTS, four_bit=True)
            assert found.low < row.peak_memory_gb < found.high


def test_time_counts_operations():
    """Full fine-tuning costs six operations for each weight and token, tuning nothing four."""
    none, all_ = (hours(1e9, Share(p, p, p, known=True), COSTS, tokens=10**8) for p in (0.0, 100.0))
    assert none.middle == pytest.approx(10**8 * 1e9 * 4 / 40e12 / 3600)
    assert all_.middle == pytest.approx(1.5 * none.middle)
    assert none.low < none.middle < none.high


@given(st.floats(0.01, 1000), st.booleans())
def test_the_largest_model_needs_exactly_the_budget(budget, four_bit):
    """How large a model may be is the inverse of what a model needs."""
    weights = largest_weights(budget, LEAN, COSTS, four_bit=four_bit)
    assert memory_gb(weights, LEAN, COSTS, four_bit=four_bit).middle == pytest.approx(budget)
