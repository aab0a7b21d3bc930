"""The losses against plain restatements of their equations."""
# ruff: noqa: E402  (the imports below need the laboratory's extra, which may not be installed)

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch")

from reproduce.losses import supervised_contrastive, symmetric_infonce


@pytest.fixture
def vectors() -> torch.Tensor:
    """Six unit vectors."""
    return torch.nn.functional.normalize(torch.randn(6, 4, generator=torch.Generator().manual_seed(3)), dim=-1)


def test_supervised_contrastive_is_equation_2(vectors):
    """Loops over anchors and positives, as the paper writes them, come to the same."""
    labels, temperature = [0, 0, 0, 1, 1, 0], 0.1
    total = 0.0
    for i in range(6):
        others = [a for a in range(6) if a != i]
        positives = [p for p in others if labels[p] == labels[i]]
        below = sum(math.exp(float(vectors[i] @ vectors[a]) / temperature) for a in others)
        shares = [math.log(math.exp(float(vectors[i] @ vectors[p]) / temperature) / below) for p in positives]
        total += -sum(shares) / len(positives)
    ours = supervised_contrastive(vectors, torch.tensor(labels), temperature)
    assert float(ours) == pytest.approx(total / 6, rel=1e-5)


def test_symmetric_infonce_is_the_mean_of_both_directions(vectors):
    """Query to code and code to query, each a cross entropy over the batch."""
    queries, codes, temperature = vectors[:3], vectors[3:], 0.1
    total = 0.0
    for one, other in ((queries, codes), (codes, queries)):
        for i in range(3):
            below = sum(math.exp(float(one[i] @ other[j]) / temperature) for j in range(3))
            total -= math.log(math.exp(float(one[i] @ other[i]) / temperature) / below)
    ours = symmetric_infonce(vectors, torch.tensor([0, 1, 2, 0, 1, 2]), temperature)
    assert float(ours) == pytest.approx(total / 6, rel=1e-5)
