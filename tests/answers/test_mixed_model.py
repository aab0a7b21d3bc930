"""The mixed model: equal to the plain matrix formulas, and right about simulated evidence."""

from __future__ import annotations

import numpy as np
import pytest

from taxonomy.answers.mixed_model import NO_LEVEL, Data, Deviations, fit
from taxonomy.answers.pooling import t_quantile
from tests.answers.simulated import METHODS, TASKS, draw_new, draw_papers, draw_truth


def dense(data: Data, s: Deviations):
    """Return predictions, error covariance and log likelihood by inverting the covariance of all observations."""
    design = data.design[:, :-1]
    prior = np.diag(np.repeat(np.square(s.crossed), data.sizes))
    cell = data.cell[:, None] == data.cell[None, :]
    of_paper = data.paper[data.cell]
    paper = of_paper[:, None] == of_paper[None, :]
    covariance = design @ prior @ design.T + s.paper**2 * paper + s.cell**2 * cell
    covariance += np.diag(data.d + s.residual**2)
    inverse = np.linalg.inv(covariance)
    gain = prior @ design.T @ inverse
    log_likelihood = -0.5 * (
        data.y @ inverse @ data.y + np.linalg.slogdet(covariance)[1] + len(data.y) * np.log(2 * np.pi)
    )
    return gain @ data.y, prior - gain @ design @ prior, log_likelihood


@pytest.mark.parametrize("seed", range(5))
def test_absorbing_the_nested_effects_changes_nothing(seed):
    """Predictions, their covariance and the likelihood equal those of the plain matrix formulas."""
    random = np.random.default_rng(seed)
    data = draw_papers(random, draw_truth(random), papers=int(random.integers(1, 9)))
    s = Deviations.of(random.uniform(0.1, 1.5, 5))
    found = fit(data, s)
    effects, covariance, log_likelihood = dense(data, s)
    np.testing.assert_allclose(found.effects, effects, atol=1e-9)
    np.testing.assert_allclose(found.covariance, covariance, atol=1e-9)
    assert found.log_likelihood == pytest.approx(log_likelihood)


def test_the_order_of_the_observations_does_not_matter():
    """The fit sorts by paper and cell itself."""
    y, d = [1.0, 2.0, -1.0, 0.5], [0.1, 0.2, 0.3, 0.4]
    levels, papers, cells = [[0], [1], [0], [1]], ["b", "a", "b", "a"], ["s", "t", "t", "t"]
    order = [2, 0, 3, 1]
    one = fit(Data.arrange(y, d, levels, [2], papers, cells))
    other = fit(Data.arrange(*([part[i] for i in order] for part in (y, d, levels)), [2],
                             *([part[i] for i in order] for part in (papers, cells))))  # fmt: skip
    np.testing.assert_allclose(one.effects, other.effects, atol=1e-6)


def test_no_deviation_is_estimated_as_zero():
    """Even equal observations leave every standard deviation above zero, so that intervals have a width."""
    data = Data.arrange([0.5] * 6, [0.01] * 6, [[0], [0], [1], [1], [2], [2]], [4], list("aabbcc"), list("xyxyxy"))
    s = fit(data).deviations
    assert min(*s.crossed, s.paper, s.cell, s.residual) > 0.01


def test_a_level_without_data_is_predicted_as_zero_with_the_full_variance():
    """What nobody studied gets the prior and nothing else."""
    data = Data.arrange([1.0, 2.0], [0.1, 0.1], [[0], [1]], [3], ["a", "b"], ["x", "x"])
    found = fit(data, Deviations((0.7,), 0.5, 0.1, 0.1))
    assert found.effects[2] == 0.0
    assert found.covariance[2, 2] == pytest.approx(0.49)


def test_an_observation_may_have_no_level_of_an_effect():
    """Its column is empty there, and the others stay as they are."""
    levels = [[0, 0], [1, NO_LEVEL], [1, 0]]
    data = Data.arrange([1.0, 2.0, 3.0], [0.1] * 3, levels, [2, 1], list("abc"), list("xxx"))
    assert data.design.tolist() == [[1, 0, 1, 1], [0, 1, 0, 2], [0, 1, 1, 3]]


def test_nothing_cannot_be_fitted():
    """An empty set of observations is refused."""
    with pytest.raises(ValueError, match="nothing to fit"):
        fit(Data.arrange([], [], [], [2], [], []))


@pytest.fixture(scope="module")
def campaign():
    """Return hits of the three intervals, and errors, over 40 simulated literatures of 10 papers."""
    random = np.random.default_rng(11)
    hits = {"effect": [], "new": [], "contrast": []}
    errors = []
    for _ in range(40):
        truth = draw_truth(random)
        found = fit(draw_papers(random, truth, papers=10))
        q, s = t_quantile(found.papers - 2), found.deviations
        noise = s.paper**2 + s.cell**2 + s.residual**2 + truth.error**2
        for task in range(TASKS):
            for method in range(METHODS):
                weights = np.zeros(TASKS + METHODS)
                weights[[task, TASKS + method]] = 1
                center, variance = found.estimate(weights)
                error = center - (truth.tasks[task] + truth.methods[method])
                errors.append(error)
                hits["effect"].append(abs(error) < q * np.sqrt(variance))
                new = draw_new(random, truth, task, method)
                hits["new"].append(abs(new - center) < q * np.sqrt(variance + noise))
        for method in range(1, METHODS):
            weights = np.zeros(TASKS + METHODS)
            weights[[TASKS, TASKS + method]] = 1, -1
            center, variance = found.estimate(weights)
            hits["contrast"].append(abs(center - truth.methods[0] + truth.methods[method]) < q * np.sqrt(variance))
    return {name: float(np.mean(values)) for name, values in hits.items()}, float(np.mean(errors))


@pytest.mark.parametrize("interval", ["effect", "new", "contrast"])
def test_intervals_hold_the_truth_as_often_as_they_say(campaign, interval):
    """On simulated evidence the 95 % intervals hold the truth in 92 to 99.5 % of the cases."""
    assert 0.92 <= campaign[0][interval] <= 0.995


def test_predictions_are_not_biased(campaign):
    """On simulated evidence the mean error is near zero."""
    assert abs(campaign[1]) < 0.12
