"""Metrics on examples computed by hand, and against torchmetrics on random ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from reproduce.intervals import interval_over_groups, interval_over_items
from reproduce.metrics import map_at_r, reciprocal_rank


def angles(*degrees: float) -> np.ndarray:
    """Return unit vectors in the plane."""
    radians = np.radians(degrees)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def positive(cosine: Any) -> Any:
    """Return similarities in the same order above zero: torchmetrics takes what is not above zero as not retrieved."""
    return cosine + 2


def test_map_at_r_by_hand():
    """Precision counts at the hits among the first R neighbours and is divided by R."""
    vectors = angles(0, 10, 50, 21, 180)
    labels = np.array([1, 1, 1, 2, 2])
    # 0: hit (10), miss (21): 1/2. 10: hit (0), miss (21): 1/2. 50: miss (21), hit (10): (1/2)/2.
    # The others miss at R = 1.
    assert map_at_r(vectors, labels).tolist() == [0.5, 0.5, 0.25, 0, 0]


def test_map_at_r_is_one_when_classes_lie_apart():
    """Items whose R nearest neighbours are all of their class score 1."""
    assert map_at_r(angles(0, 1, 2, 90, 91), np.array([5, 5, 5, 7, 7])).tolist() == [1.0] * 5


def test_a_class_of_one_has_no_map_at_r():
    """An item without others of its class is refused rather than scored."""
    with pytest.raises(ValueError, match="two items"):
        map_at_r(angles(0, 1, 2), np.array([1, 1, 2]))


def test_reciprocal_rank_by_hand():
    """The second query's own code is third nearest: 1/3."""
    scores = reciprocal_rank(angles(0, 30, 90), angles(0, 90, 45))
    assert scores.tolist() == pytest.approx([1.0, 1 / 3, 1 / 2])


def test_equal_similarities_go_to_the_earlier_item():
    """When everything is equally near, ranks are those of the split's order, never better."""
    same = angles(0, 0, 0, 0)
    assert reciprocal_rank(same, same).tolist() == [1, 1 / 2, 1 / 3, 1 / 4]
    assert map_at_r(same, np.array([1, 2, 1, 2])).tolist() == [0, 0, 1, 0]


@pytest.fixture
def cloud() -> tuple[np.ndarray, np.ndarray]:
    """Six hundred random unit vectors (more than one chunk) in classes of different sizes."""
    draw = np.random.default_rng(7)
    vectors = draw.normal(size=(600, 8))
    labels = np.arange(600) % 11
    vectors[:, 0] += labels / 4
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), labels


def test_map_at_r_agrees_with_torchmetrics(cloud):
    """MAP@R is torchmetrics' average precision at R (a mean over the hits) times its precision at R."""
    torch = pytest.importorskip("torch")
    functional = pytest.importorskip("torchmetrics.functional.retrieval")
    vectors, labels = cloud
    ours = map_at_r(vectors, labels)
    for query in range(0, 600, 37):
        others = np.delete(np.arange(600), query)
        near = positive(torch.from_numpy(vectors[others].astype(np.float64) @ vectors[query].astype(np.float64)))
        right = torch.from_numpy(labels[others] == labels[query])
        top = int(right.sum())
        at_r = functional.retrieval_average_precision(near, right, top_k=top)
        share = functional.retrieval_precision(near, right, top_k=top)
        assert ours[query] == pytest.approx(float(at_r * share), abs=1e-6)


def test_mean_reciprocal_rank_agrees_with_torchmetrics(cloud):
    """MRR is torchmetrics' RetrievalMRR with each query's candidates as its group."""
    torch = pytest.importorskip("torch")
    retrieval = pytest.importorskip("torchmetrics.retrieval")
    vectors, _ = cloud
    queries, codes = vectors[:300], vectors[300:]
    near = positive(torch.from_numpy(queries.astype(np.float64) @ codes.astype(np.float64).T))
    groups = torch.arange(300)[:, None].expand(300, 300)
    theirs = retrieval.RetrievalMRR()(near.flatten(), torch.eye(300).bool().flatten(), indexes=groups.flatten())
    assert reciprocal_rank(queries, codes).mean() == pytest.approx(float(theirs), abs=1e-6)


def test_interval_holds_the_mean_and_repeats():
    """The interval is the same each time and lies around the mean."""
    scores = np.random.default_rng(1).uniform(size=500)
    low, high = interval_over_items(scores)
    assert low < scores.mean() < high
    assert (low, high) == interval_over_items(scores)
    assert high - low == pytest.approx(2 * 1.96 * scores.std() / 500**0.5, rel=0.1)


def test_interval_over_groups_is_wider_where_items_of_a_group_agree():
    """Two hundred items of ten classes that agree inside each class are worth ten, not two hundred."""
    scores = np.repeat(np.linspace(0, 1, 10), 20)
    groups = [str(at) for at in np.repeat(np.arange(10), 20)]
    narrow, wide = interval_over_items(scores), interval_over_groups(scores, groups)
    assert wide[1] - wide[0] > 3 * (narrow[1] - narrow[0])
