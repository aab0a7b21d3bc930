"""Effect against cost: the frontier and its doubt."""

import numpy as np
import pytest

from corpus import Corpus
from taxonomy.answers.frontier import AXES, Frontier, draw, frontier
from taxonomy.answers.ground import ground
from taxonomy.answers.pooling import Pooled, Target
from taxonomy.answers.suggest import suggest
from taxonomy.answers.suggestions import Suggestion
from taxonomy.answers.wishes import Wish
from taxonomy.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def pooled(shipped: Corpus, words: Vocabulary) -> Pooled:
    """The model fitted to the shipped corpus."""
    found = ground(shipped, words).pooled
    assert found is not None
    return found


def target(method: str, words: Vocabulary) -> Target:
    """Return what a method is predicted for."""
    group = next(task.group for task in words.tasks if task.id == "code-to-text")
    return Target("code-to-text", group, method, words.method[method].family)


def entries(shipped: Corpus, words: Vocabulary, model: str | None = None) -> list[Suggestion]:
    """Return the methods suggested for code summarization."""
    answer = suggest(Wish("Code Summarization", model=model), shipped, words)
    return [entry for group in answer.groups for entry in group]


@pytest.fixture(scope="module")
def found(shipped: Corpus, words: Vocabulary, pooled: Pooled) -> Frontier:
    """The frontier by trained share."""
    return frontier(entries(shipped, words), lambda method: target(method, words), pooled, "trained")


def test_a_methods_draws_have_the_interval_that_is_printed_for_it(pooled: Pooled, words: Vocabulary):
    """The doubt of the band is that of the intervals: 2.5 and 97.5 % of the draws are their ends."""
    estimate = pooled.estimate(target("lora", words))
    low, middle, high = np.quantile(draw(pooled, [target("lora", words)])[:, 0], [0.025, 0.5, 0.975])
    forward = pooled.model.scale.forward
    width = forward(estimate.high) - forward(estimate.low)
    assert low == pytest.approx(forward(estimate.low), abs=0.06 * width)
    assert middle == pytest.approx(forward(estimate.points), abs=0.06 * width)
    assert high == pytest.approx(forward(estimate.high), abs=0.06 * width)


def test_draws_share_what_methods_share(pooled: Pooled, words: Vocabulary):
    """The difference of two methods is less in doubt than either, since the task moves both."""
    draws = draw(pooled, [target("lora", words), target("ia3", words)])
    assert np.corrcoef(draws.T)[0, 1] > 0


def test_the_frontier_rises_and_holds_no_beaten_method(found: Frontier):
    """No method on the frontier is beaten by one that costs at most as much; every beaten one is off it."""
    for point in found.points:
        better = any(
            other.price.middle <= point.price.middle and other.estimate.points > point.estimate.points
            for other in found.points
        )
        assert point.on_frontier is not better
    middles = [step.middle for step in found.steps]
    assert middles == sorted(middles)


def test_shares_are_shares_of_the_draws(found: Frontier):
    """The cheapest method is always on the frontier; the others in a part of the draws."""
    assert found.points[0].share == 1.0
    assert all(0 <= point.share <= 1 for point in found.points)


def test_an_unknown_cost_is_listed_and_not_drawn(shipped: Corpus, words: Vocabulary, pooled: Pooled):
    """Without a model nobody can tell memory: no point, no zero, a reason for each method."""
    everything = entries(shipped, words)
    found = frontier(everything, lambda method: target(method, words), pooled, "memory")
    assert found.points == ()
    assert found.unknown == tuple((entry.method, AXES["memory"].unknown) for entry in everything)


def test_memory_and_time_are_those_of_the_suggestion(shipped: Corpus, words: Vocabulary, pooled: Pooled):
    """With a model, cost and its range are what the answers say, marked as estimated where they are."""
    everything = {entry.method: entry for entry in entries(shipped, words, "codellama-7b")}
    found = frontier(everything.values(), lambda method: target(method, words), pooled, "memory")
    for point in found.points:
        cost = everything[point.method].memory
        assert cost is not None
        assert (point.price.low, point.price.middle, point.price.high) == (cost.low, cost.middle, cost.high)
        assert point.price.estimated is cost.estimated
