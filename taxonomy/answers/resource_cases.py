"""Cases about what tuning costs: shares of trained weights and peaks of memory, as papers report them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from corpus.records import Paper, ReportedResult
from corpus.records.claim import Comparison, Quantity
from taxonomy.answers.cases import Case, percent
from taxonomy.answers.sides import FULL, covers, of_methods
from taxonomy.answers.welch import Difference
from taxonomy.vocabulary import Vocabulary

WORDS = {
    Quantity.TRAINABLE: "trained weights in percent of the model's",
    Quantity.MEMORY: "peak memory in GB",
    Quantity.TIME: "training time in seconds",
}


def resource_case(
    quantity: Quantity, method: str | None, where: str, task: str | None, value: float, against: float | None,
    rows: tuple[str, ...],
) -> Case:  # fmt: skip
    """Return a case about a resource; ``against`` None: compared with a stated level."""
    return Case(
        what=f"{method}, {where}, {WORDS[quantity]}{f' against {FULL}' if against is not None else ''}",
        method=method,
        task=task,
        metric=None,
        value=value,
        against=against,
        difference=None if against is None else Difference(value - against),
        ratio=None if against is None else percent(value - against, against),
        items=None,
        rows=rows,
    )


def resource_cases(
    comparison: Comparison, rows: Sequence[ReportedResult], papers: Iterable[Paper], vocabulary: Vocabulary
) -> Iterator[Case]:
    """Yield each value of a method on a model once; papers' configurations are asked where no number has one."""
    memory = comparison.quantity is Quantity.MEMORY
    seen: set[tuple[str | None, str, float]] = set()
    for row in rows:
        value = row.peak_memory_gb if memory else row.trainable_percent
        if value is None or not covers(comparison, row, vocabulary) or (row.method, row.model_in_source, value) in seen:
            continue
        against, ids = _baseline(comparison, row, rows)
        if comparison.baseline and against is None:
            continue
        seen.add((row.method, row.model_in_source, value))
        where = row.model or row.model_in_source
        yield resource_case(comparison.quantity, row.method, where, row.task, value, against, (row.id, *ids))
    if not memory and not seen:
        yield from _configured(comparison, papers, vocabulary)


def _baseline(
    comparison: Comparison, row: ReportedResult, rows: Iterable[ReportedResult]
) -> tuple[float | None, tuple[str, ...]]:
    """Return what a resource is compared with and the number that says so; full fine-tuning trains 100 %."""
    if comparison.quantity is Quantity.TRAINABLE:
        return (100.0 if FULL in comparison.baseline else None), ()
    for other in rows:
        same = other.paper == row.paper and other.model_in_source == row.model_in_source
        if same and other.method in comparison.baseline and other.peak_memory_gb is not None:
            return other.peak_memory_gb, (other.id,)
    return None, ()


def _configured(comparison: Comparison, papers: Iterable[Paper], vocabulary: Vocabulary) -> Iterator[Case]:
    """Yield the shares that papers' configurations state; these name neither model nor task."""
    if comparison.models or comparison.tasks:
        return
    against = 100.0 if FULL in comparison.baseline else None
    for paper in papers:
        for configuration in paper.configurations:
            share = configuration.trainable_percent
            if share is not None and of_methods(comparison, configuration.method, vocabulary):
                place = (f"{paper.id}: configuration of {configuration.method}",)
                yield resource_case(comparison.quantity, configuration.method, paper.id, None, share, against, place)
