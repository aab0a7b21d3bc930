"""Metrics of classification. An item's own number is 1 where its class was found and 0 where it was not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from reproduce.metrics.measured import Measured, Numbers, mean_of, of_sums, require_one_each

ClassMetric: TypeAlias = Callable[[Sequence[int], Sequence[int]], Measured]
"""From predicted classes and labels to what it comes to."""


def accuracy(predicted: Sequence[int], labels: Sequence[int]) -> Measured:
    """Return the share of items whose class was found."""
    return mean_of(_found(predicted, labels))


def f1(predicted: Sequence[int], labels: Sequence[int]) -> Measured:
    """Return F1 of class 1 (clone, faulty, consistent): the harmonic mean of its precision and recall.

    This is the average that papers on code call F1 for two classes; the mean over classes is ``f1_macro``. 0 where
    class 1 is neither there nor predicted, as scikit-learn has it by default.
    """
    return _of_class_one(predicted, labels, lambda true, false, missed: _ratio(2 * true, 2 * true + false + missed))


def precision(predicted: Sequence[int], labels: Sequence[int]) -> Measured:
    """Return the share of items of class 1 among those predicted to be; 0 where none is predicted."""
    return _of_class_one(predicted, labels, lambda true, false, missed: _ratio(true, true + false))


def recall(predicted: Sequence[int], labels: Sequence[int]) -> Measured:
    """Return the share of items of class 1 that were found; 0 where there is none."""
    return _of_class_one(predicted, labels, lambda true, false, missed: _ratio(true, true + missed))


def f1_macro(predicted: Sequence[int], labels: Sequence[int]) -> Measured:
    """Return the unweighted mean of F1 over the classes that are there or predicted."""
    found = _found(predicted, labels)
    classes = sorted({*predicted, *labels})
    counts = np.concatenate([_confusion(predicted, labels, each) for each in classes], axis=1)

    def score(totals: Numbers) -> float:
        of_classes = totals.reshape(len(classes), 3)
        return float(np.mean([_ratio(2 * true, 2 * true + false + missed) for true, false, missed in of_classes]))

    return of_sums(counts, score, found)


def _of_class_one(
    predicted: Sequence[int], labels: Sequence[int], score: Callable[[float, float, float], float]
) -> Measured:
    found = _found(predicted, labels)
    return of_sums(_confusion(predicted, labels, 1), lambda totals: score(*totals.tolist()), found)


def _confusion(predicted: Sequence[int], labels: Sequence[int], of: int) -> Numbers:
    """Return an item's true positive, false positive and false negative for a class: one of them 1, or none."""
    said, is_so = np.asarray(predicted) == of, np.asarray(labels) == of
    return np.stack([said & is_so, said & ~is_so, ~said & is_so], axis=1).astype(np.float64)


def _found(predicted: Sequence[int], labels: Sequence[int]) -> Numbers:
    require_one_each(predicted, labels)
    return np.equal(predicted, labels).astype(np.float64)


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0


CLASS_METRICS: Mapping[str, ClassMetric] = {
    "accuracy": accuracy,
    "f1": f1,
    "f1_macro": f1_macro,
    "precision": precision,
    "recall": recall,
}
"""By the vocabulary's names; all on the scale from 0 to 1."""
