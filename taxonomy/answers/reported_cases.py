"""The cases that reported numbers give for a comparison, one source at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from corpus.records import Paper, ReportedResult
from corpus.records.claim import CaseOf, Comparison, Extent, Quantity
from taxonomy.answers.cases import SHARES_OF_ITEMS, Case, percent, rows_in
from taxonomy.answers.groups_of_cases import by_task, means, totals
from taxonomy.answers.resource_cases import resource_cases
from taxonomy.answers.sides import FULL, Side, sides
from taxonomy.answers.split_sizes import SplitSizes
from taxonomy.answers.welch import difference
from taxonomy.vocabulary import Vocabulary


def reported_cases(
    comparison: Comparison,
    rows: Sequence[ReportedResult],
    papers: Iterable[Paper],
    vocabulary: Vocabulary,
    summary_languages: Sequence[str],
) -> tuple[Case, ...]:
    """Return the cases that reported numbers give for a comparison; empty when there are none.

    A claim with a condition is compared only with numbers that the statement picks by their setting: the columns of
    a number do not say under which condition it was had.
    """
    if comparison.condition and comparison.rows is None and comparison.baseline_rows is None:
        return ()
    if comparison.quantity in {Quantity.TIME, Quantity.STUDIES}:
        return ()  # reported times are text; studies are counted elsewhere
    if comparison.quantity in {Quantity.TRAINABLE, Quantity.MEMORY}:
        return tuple(resource_cases(comparison, rows, papers, vocabulary))
    sizes = SplitSizes.of(papers)
    pairs = sides(comparison, rows, vocabulary, summary_languages)
    if comparison.extent is Extent.TOTAL:
        return tuple(totals(pairs, sizes))
    cases = tuple(_cases(pairs, sizes))
    if comparison.case is CaseOf.TASK:
        return by_task(cases, rows)
    return means(cases) if comparison.extent is Extent.MEAN else cases


def _cases(pairs: Iterable[tuple[Side, Side | None]], sizes: SplitSizes) -> Iterator[Case]:
    for first, second in pairs:
        row, found = first.row, difference(first.scores, second.scores) if second else None
        words = [row.method, row.model or row.model_in_source, row.dataset or row.dataset_in_source, row.language]
        items = sizes.of_row(row) if row.metric in SHARES_OF_ITEMS else None
        yield Case(
            what=f"{', '.join(word for word in words if word)}, {row.metric}{against_words(first, second)}",
            method=row.method,
            task=row.task,
            metric=row.metric,
            value=first.scores.mean,
            against=second.scores.mean if second else None,
            difference=found,
            ratio=percent(found.points, second.scores.mean) if found and second else None,
            items=None if items is None else first.scores.mean / 100 * items,
            rows=rows_in(first, second),
        )


def against_words(first: Side, second: Side | None) -> str:
    """Return what stands on the second side in words, as far as it differs from the first."""
    if second is None:
        return ""
    row, other = first.row, second.row
    if row.id == other.id:
        return f" against {FULL}"
    parts = [getattr(other, column) for column in ("method", "model", "variant") if _differs(row, other, column)]
    named = ", ".join(part for part in parts if part) or other.setting or "the same without the setting"
    return f" against {named}"


def _differs(row: ReportedResult, other: ReportedResult, column: str) -> bool:
    return bool(getattr(row, column) != getattr(other, column))
