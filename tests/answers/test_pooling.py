"""Pooling: the scale, partial pooling, intervals, tie groups."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxonomy.answers.aggregates import Aggregate
from taxonomy.answers.mixed_model import Deviations, Fit
from taxonomy.answers.pairs import Kind
from taxonomy.answers.pooling import Pooled, Target, t_quantile, tie_groups
from taxonomy.answers.rules import PoolingModel, rules
from taxonomy.answers.scales import Scale

ASINH = Scale(kind="asinh")


def found_by(source, task, method, points, **changes):
    """Return an aggregate as a paper may find it."""
    fields = {
        "kind": Kind.REPORTED, "source": source, "method": method, "family": "reparameterized", "task": task,
        "task_group": "generative", "model": "codet5-base", "architecture": "encoder-decoder", "points": points,
        "variance": 0.1, "baseline_points": 50.0, "pairs": (), "stood_back": (), "seeds": 1,
    }  # fmt: skip
    return Aggregate(**{**fields, **changes})


def target(task, method):
    """Return what a prediction is for."""
    return Target(task, "generative", method, "reparameterized")


LITERATURE = [
    found_by("P1", "code-to-text", "lora", 1.0),
    found_by("P1", "code-to-text", "ia3", 0.5),
    found_by("P2", "code-to-text", "lora", 1.5),
    found_by("P3", "text-to-code", "lora", -4.0),
    found_by("P4", "text-to-code", "adapter", -5.0),
    found_by("P5", "code-search", "adapter", 0.3),
]


@pytest.fixture(scope="module")
def pooled():
    """A larger invented literature of the same kind, pooled by the shipped rules."""
    from taxonomy.vocabulary import vocabulary

    more = [found_by(f"P1{e.source[1:]}", e.task, e.method, e.points + 0.3) for e in LITERATURE]
    return Pooled.over([*LITERATURE, *more], rules().pooling, vocabulary())


@given(st.floats(-100, 100))
def test_a_scale_goes_there_and_back(points):
    """Forward and backward are inverse for every effect that can be."""
    for scale in (ASINH, Scale(kind="points"), Scale(kind="asinh", unit_points=2.5)):
        assert scale.backward(scale.forward(points)) == pytest.approx(points, abs=1e-9)


def test_the_asinh_scale_is_points_near_zero_and_a_logarithm_far_out():
    """The unit is where one turns into the other; variances follow by the derivative."""
    assert ASINH.forward(0.01) == pytest.approx(0.01, rel=1e-4)
    assert ASINH.forward(50.0) == pytest.approx(math.log(100.0), rel=1e-3)
    assert ASINH.variance(3.0, 0.5) == pytest.approx(0.05)


def test_a_task_moves_its_methods(pooled):
    """A method is expected to do better where others do better."""
    assert pooled.estimate(target("code-to-text", "adapter")).points > 0
    assert pooled.estimate(target("text-to-code", "ia3")).points < 0


def test_without_evidence_on_a_task_the_interval_is_wider(pooled):
    """A task that nobody studied borrows, and says so by its width."""
    known, unknown = (pooled.estimate(target(task, "lora")) for task in ("code-to-text", "unit-test-generation"))
    assert unknown.high - unknown.low > known.high - known.low
    assert unknown.new_high - unknown.new_low > unknown.high - unknown.low


def test_without_any_evidence_no_difference_is_expected(pooled):
    """A new task and a method without numbers are predicted at zero points."""
    assert pooled.estimate(target("cloze-test", "bitfit")).points == pytest.approx(0.0, abs=1e-9)


def test_effects_lie_between_nothing_and_what_was_found(pooled):
    """Pooling draws towards no difference."""
    assert 0 < pooled.estimate(target("code-to-text", "lora")).points < 1.5


def test_intervals_stay_within_what_a_difference_of_scores_can_be(pooled):
    """No bound is beyond 100 points."""
    estimate = pooled.estimate(target("unit-test-generation", "lora"))
    assert -100 <= estimate.new_low <= estimate.low <= estimate.high <= estimate.new_high <= 100


def test_a_contrast_knows_that_both_methods_share_the_task(pooled):
    """The difference of two methods on one task is surer than their effects taken apart."""
    one, other = target("code-to-text", "lora"), target("code-to-text", "ia3")
    contrast = pooled.contrast(one, other)
    effects = [pooled.fit.estimate(pooled.weights(entry))[1] for entry in (one, other)]
    assert contrast.high - contrast.low < 2 * pooled.quantile * math.sqrt(sum(effects))
    assert pooled.contrast(one, one).difference == 0


def test_what_our_experiments_have_in_common_is_not_predicted_for_a_paper():
    """Experiments in which all methods lose say which lose less, and hardly move what a paper is expected to find."""
    from taxonomy.vocabulary import vocabulary

    words, model = vocabulary(), rules().pooling
    ours = [
        found_by(f"experiment-{task}", task, method, points, kind=Kind.MEASURED)
        for task in ("defect-detection", "cloze-test", "clone-detection")
        for method, points in (("lora", -6.0), ("ia3", -9.0), ("adapter", -6.5))
    ]
    alone, both = (Pooled.over(each, model, words) for each in (LITERATURE, [*LITERATURE, *ours]))
    one, other = target("code-to-text", "lora"), target("code-to-text", "ia3")
    assert abs(both.estimate(one).points - alone.estimate(one).points) < 0.5
    assert both.estimate(replace(one, kind=Kind.MEASURED)).points < both.estimate(one).points - 2
    assert both.contrast(one, other).difference > alone.contrast(one, other).difference
    points, low, high = both.in_common()
    assert low < points < -2
    assert points < high
    assert alone.in_common() is None
    assert len(Pooled.over(ours, model, words).fit.effects) == len(alone.fit.effects)  # nothing to tell it from


def certain(effects, deviation):
    """Return a pooled model whose methods have these effects, each known with the same standard deviation."""
    import numpy as np

    fit = Fit(Deviations((1.0,), 0.1, 0.1, 0.1), np.array(effects), np.eye(len(effects)) * deviation**2, (0,), 50, 0.0)
    model = PoolingModel(scale=Scale(kind="points"), effects=("method",))
    return Pooled(model, {"method": tuple("abcdef"[: len(effects)])}, fit, 0.01)


def test_tie_groups_open_where_the_evidence_resolves():
    """Each group's first member is resolved from that of the group before; the rest tie with their first."""
    pooled = certain([5.0, 4.9, 0.0, 0.1, -6.0], deviation=0.3)
    groups = tie_groups(pooled, [target("code-search", name) for name in "edcba"])
    assert [[entry.method for entry in group] for group in groups] == [["a", "b"], ["d", "c"], ["e"]]


def test_with_little_evidence_all_methods_tie():
    """Wide intervals make one group of everything."""
    pooled = certain([5.0, 4.9, 0.0], deviation=9.0)
    assert len(tie_groups(pooled, [target("code-search", name) for name in "abc"])) == 1


def test_the_quantile_is_students_t():
    """Few papers widen intervals; degrees below one count as one."""
    assert t_quantile(6) == pytest.approx(2.4469, abs=1e-4)
    assert t_quantile(-1) == t_quantile(1) == pytest.approx(12.7062, abs=1e-4)
