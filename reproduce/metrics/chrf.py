"""chrF of a corpus, from the counts of character n-grams of each item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from reproduce.metrics.measured import Measured, Numbers, of_sums, require_one_each

ORDER, BETA = 6, 2


def chrf(predictions: Sequence[str], references: Sequence[Sequence[str]]) -> Measured:
    """Return chrF2 of the corpus in percent: character n-grams up to six, white space left out, recall twice as heavy.

    Source: Popovic 2015, in the form and with the defaults of sacreBLEU's CHRF, whose value it equals. It is counted
    here because sacreBLEU does not hand out the counts of single items, which the interval needs. Of several
    references the one with the best score of its own counts.
    """
    require_one_each(predictions, references)
    best = [
        max((_counts(said, each) for each in wanted), key=_score)
        for said, wanted in zip(predictions, references, strict=True)
    ]
    return of_sums(np.array(best), _score, np.array([_score(each) for each in best]))


def _counts(prediction: str, reference: str) -> Numbers:
    """Return for each order the n-grams of the prediction, of the reference, and those that match."""
    said, wanted = "".join(prediction.split()), "".join(reference.split())
    rows = []
    for order in range(1, ORDER + 1):
        mine, theirs = _ngrams(said, order), _ngrams(wanted, order)
        # An order that the reference is too short for counts nothing of the prediction either (sacreBLEU).
        there = mine.total() if theirs else 0
        rows.append((there, theirs.total(), (mine & theirs).total()))
    return np.array(rows, dtype=np.float64).ravel()


def _ngrams(text: str, order: int) -> Counter[str]:
    return Counter(text[at : at + order] for at in range(len(text) - order + 1))


def _score(totals: Numbers) -> float:
    """Return the F of the mean precision and the mean recall over the orders that both sides are long enough for."""
    rows = totals.reshape(ORDER, 3)
    used = rows[(rows[:, 0] > 0) & (rows[:, 1] > 0)]
    if not len(used):
        return 0.0
    precision, recall = (used[:, 2] / used[:, 0]).mean(), (used[:, 2] / used[:, 1]).mean()
    below = BETA**2 * precision + recall
    return float(100 * (1 + BETA**2) * precision * recall / below) if below else 0.0
