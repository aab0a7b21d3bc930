"""The two BLEU scores: CodeXGLUE's smoothed one of single sentences, and that of a corpus by sacreBLEU."""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from collections.abc import Sequence

import numpy as np

from reproduce.metrics.measured import Measured, Numbers, mean_of, of_sums, require_one_each

ORDER = 4
_WORD = re.compile(r"[^\W_]+|_|[^\w\s]")  # letters and digits, or one other sign


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, every sign of punctuation (underscores too) a word of its own.

    What CodeXGLUE's evaluator of code-to-text comes to: it first sets signs apart, then applies the rules of NIST's
    mteval, of which only the one for underscores still finds something.
    """
    return _WORD.findall(text.strip().lower())


def codexglue_bleu(predictions: Sequence[str], references: Sequence[Sequence[str]]) -> Measured:
    """Return the mean over items of smoothed sentence BLEU-4 in percent, as CodeXGLUE evaluates code-to-text.

    For n from 2 to 4, one is added to the matched and to all n-grams (Lin and Och 2004, ORANGE); 1-grams are not
    smoothed. The brevity penalty is exp(min(0, 1 - (r + 1) / (c + 1))) with r the length of the shortest reference.
    """
    require_one_each(predictions, references)
    return mean_of([100 * _smoothed(said, wanted) for said, wanted in zip(predictions, references, strict=True)])


def _smoothed(prediction: str, references: Sequence[str]) -> float:
    said, wanted = words_of(prediction), [words_of(each) for each in references]
    most: Counter[tuple[str, ...]] = Counter()
    for each in wanted:
        most |= _ngrams(each)
    counts = _ngrams(said)
    tiny = sys.float_info.min  # as the evaluator has it: no match of a word is nearly zero, not an error
    logarithms = 0.0
    for order in range(1, ORDER + 1):
        added = 1 if order > 1 else 0
        matched = sum(min(count, most[ngram]) for ngram, count in counts.items() if len(ngram) == order)
        there = max(len(said) - order + 1, 0)
        logarithms += math.log(matched + added + tiny) - math.log(there + added + tiny)
    brevity = min(0.0, 1 - (min(map(len, wanted)) + 1) / (len(said) + 1))
    return math.exp(logarithms / ORDER + brevity)


def _ngrams(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    orders = range(1, ORDER + 1)
    return Counter(tuple(words[at : at + order]) for order in orders for at in range(len(words) - order + 1))


def sacrebleu(predictions: Sequence[str], references: Sequence[Sequence[str]]) -> Measured:
    """Return the BLEU-4 of the corpus in percent, by sacreBLEU: tokenizer 13a, case kept, exponential smoothing.

    Source: Papineni et al. 2002; Post 2018. An item's own number is its sentence BLEU of effective order. 13a is made
    for prose: it splits most signs of code, but not at underscores or inside ``a.b``.
    """
    from sacrebleu.metrics.bleu import BLEU

    require_one_each(predictions, references)
    sentence = BLEU(effective_order=True)
    scores = [sentence.sentence_score(said, list(wanted)) for said, wanted in zip(predictions, references, strict=True)]
    sums = np.array([[*each.counts, *each.totals, each.sys_len, each.ref_len] for each in scores], dtype=np.float64)

    def score(totals: Numbers) -> float:
        numbers = [int(each) for each in totals]
        matched, there, (said, wanted) = numbers[:ORDER], numbers[ORDER : 2 * ORDER], numbers[2 * ORDER :]
        found = BLEU.compute_bleu(matched, there, said, wanted, smooth_method="exp").score
        return min(100.0, float(found))  # the logarithms of a perfect corpus come to a little more

    return of_sums(sums, score, np.array([min(100.0, each.score) for each in scores]))
