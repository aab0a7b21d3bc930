"""Effects: a method's score relative to full fine-tuning of the same model on the same data in the same source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from corpus.library import Corpus
from corpus.records import ReportedResult
from taxonomy.vocabulary import Vocabulary


@dataclass(frozen=True)
class PaperEffect:
    """One paper's differences to full fine-tuning, in points of 100; positive is better than full fine-tuning."""

    paper: str
    numbers: int
    median_points: float
    lowest_points: float
    highest_points: float


@dataclass(frozen=True)
class Effect:
    """A summary over papers, each paper weighing the same.

    ``low_points`` and ``high_points`` are the range of the papers' medians. It is a description of what was
    reported, not a confidence interval.
    """

    papers: int
    numbers: int
    median_points: float | None  # None: no paper has a comparable pair
    low_points: float | None
    high_points: float | None
    by_paper: tuple[PaperEffect, ...]
    left_out: tuple[tuple[str, int], ...]  # (caution id, numbers that it takes out)
    without_baseline: int  # numbers of the method whose source has no full fine-tuning beside it


def difference_points(row: ReportedResult, vocabulary: Vocabulary) -> float | None:
    """Return a reported number minus its full fine-tuning baseline in points of 100, positive where better.

    None where the source gives no baseline, where the row is the baseline, or where the metric is a gain
    over something else.
    """
    if row.full_finetuning_value is None or not _is_a_tuned_score(row, vocabulary):
        return None
    return vocabulary.metric[row.metric].points(row.value - row.full_finetuning_value)


def _is_a_tuned_score(row: ReportedResult, vocabulary: Vocabulary) -> bool:
    """Return whether a number is a score, not a gain, of a method that can be compared with full fine-tuning."""
    if row.method is None or vocabulary.metric[row.metric].relative:
        return False
    return vocabulary.method[row.method].family != "comparison"


def summarize(rows: Iterable[ReportedResult], corpus: Corpus, vocabulary: Vocabulary) -> Effect:
    """Return the effect over reported numbers, one vote a paper, without those that a caution takes out."""
    differences: dict[str, list[float]] = {}
    left_out: dict[str, int] = {}
    without_baseline = 0
    for row in rows:
        points = difference_points(row, vocabulary)
        if points is None:
            without_baseline += row.full_finetuning_value is None and _is_a_tuned_score(row, vocabulary)
            continue
        biting = [caution for caution in corpus.cautions_on.get(row.id, ()) if caution.not_comparable]
        for caution in biting:
            left_out[caution.id] = left_out.get(caution.id, 0) + 1
        if not biting:
            differences.setdefault(row.paper, []).append(points)
    by_paper = tuple(
        PaperEffect(paper, len(values), median(values), min(values), max(values))
        for paper, values in differences.items()
    )
    medians = [entry.median_points for entry in by_paper]
    return Effect(
        papers=len(by_paper),
        numbers=sum(entry.numbers for entry in by_paper),
        median_points=median(medians) if medians else None,
        low_points=min(medians, default=None),
        high_points=max(medians, default=None),
        by_paper=by_paper,
        left_out=tuple(sorted(left_out.items())),
        without_baseline=without_baseline,
    )
