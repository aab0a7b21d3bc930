"""Metrics of classification, by hand and against torchmetrics."""

from __future__ import annotations

import numpy as np
import pytest

from reproduce.metrics import CLASS_METRICS

SAID = [1, 1, 0, 1, 0, 0, 1, 0]
IS_SO = [1, 0, 0, 1, 1, 0, 0, 1]
# Class 1: 2 found, 2 wrongly said, 2 missed; class 0: 2, 2, 2.


@pytest.mark.parametrize(
    ("name", "value"),
    [("accuracy", 4 / 8), ("precision", 2 / 4), ("recall", 2 / 4), ("f1", 1 / 2), ("f1_macro", 1 / 2)],
)
def test_by_hand(name, value):
    """Counted by hand on eight items."""
    measured = CLASS_METRICS[name](SAID, IS_SO)
    assert measured.value == pytest.approx(value)
    assert measured.items.tolist() == [1, 0, 1, 1, 0, 1, 0, 0]
    assert measured.low < measured.value < measured.high


def test_nothing_of_the_class_is_zero_not_an_error():
    """Where class 1 is neither there nor said, its F1, precision and recall are 0."""
    for name in ("f1", "precision", "recall"):
        assert CLASS_METRICS[name]([0, 0], [0, 0]).value == 0
    assert CLASS_METRICS["accuracy"]([0, 0], [0, 0]).value == 1


def test_agrees_with_torchmetrics():
    """On random classes every metric is that of torchmetrics, F1 for two classes and its mean over three."""
    torch = pytest.importorskip("torch")
    theirs = pytest.importorskip("torchmetrics.functional.classification")
    draw = np.random.default_rng(3)
    said, is_so = draw.integers(2, size=300), draw.integers(2, size=300)
    for name, function in [
        ("accuracy", theirs.binary_accuracy),
        ("f1", theirs.binary_f1_score),
        ("precision", theirs.binary_precision),
        ("recall", theirs.binary_recall),
    ]:
        ours = CLASS_METRICS[name](said.tolist(), is_so.tolist()).value
        assert ours == pytest.approx(float(function(torch.tensor(said), torch.tensor(is_so))), abs=1e-6)
    said, is_so = draw.integers(3, size=300), draw.integers(3, size=300)
    macro = theirs.multiclass_f1_score(torch.tensor(said), torch.tensor(is_so), num_classes=3, average="macro")
    assert CLASS_METRICS["f1_macro"](said.tolist(), is_so.tolist()).value == pytest.approx(float(macro), abs=1e-6)


def test_one_prediction_for_each_item():
    """A prediction too few is refused."""
    with pytest.raises(ValueError, match="1 predictions for 2 items"):
        CLASS_METRICS["accuracy"]([1], [1, 0])
