"""The two sides of a comparison among reported numbers of one source: the methods' numbers, and their baselines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.records import ReportedResult
from corpus.records.claim import Comparison, Rows
from taxonomy.answers.spread import spread_of
from taxonomy.answers.welch import Scores
from taxonomy.vocabulary import Vocabulary

FULL = "full-finetuning"


@dataclass(frozen=True)
class Side:
    """A reported number, and the scores it stands for: its own, or the baseline that its row gives."""

    row: ReportedResult
    scores: Scores  # points of 100, higher is better


def is_peft(method: str | None, vocabulary: Vocabulary) -> bool:
    """Return whether a method is a parameter-efficient one."""
    return method is not None and vocabulary.method[method].family != "comparison"


def of_methods(comparison: Comparison, method: str | None, vocabulary: Vocabulary) -> bool:
    """Return whether a method is one that the comparison is about."""
    return method in comparison.methods if comparison.methods else is_peft(method, vocabulary)


def covers(comparison: Comparison, row: ReportedResult, vocabulary: Vocabulary) -> bool:
    """Return whether a number is on the methods' side of a comparison."""
    if not of_methods(comparison, row.method, vocabulary) or not picked(comparison.rows, row):
        return False
    models = comparison.rows.models if comparison.rows and comparison.rows.models else comparison.models
    wanted: tuple[tuple[Sequence[str], str | None], ...] = (
        (comparison.tasks, row.task),
        (models, row.model),
        (comparison.datasets, row.dataset),
        (comparison.languages, row.language),
        (comparison.metrics, row.metric),
    )
    return (
        all(not names or value in names for names, value in wanted)
        and (not comparison.task_groups or group_of(row.task, vocabulary) in comparison.task_groups)
        and (not comparison.architectures or architecture_of(row.model, vocabulary) in comparison.architectures)
    )


def group_of(task: str, vocabulary: Vocabulary) -> str:
    """Return the group of a task."""
    return next(term.group for term in vocabulary.tasks if term.id == task)


def architecture_of(model: str | None, vocabulary: Vocabulary) -> str | None:
    """Return the architecture of a model; None where the source names no model."""
    return vocabulary.model[model].architecture if model else None


def picked(rows: Rows | None, row: ReportedResult) -> bool:
    """Return whether a number has the setting and the variant that a statement picks."""
    if rows is None:
        return True
    setting = row.setting or ""
    return (
        all(text in setting for text in rows.setting_contains)
        and not any(text in setting for text in rows.setting_lacks)
        and not (rows.no_setting and row.setting)
        and (not rows.variants or row.variant in rows.variants)
    )


def sides(
    comparison: Comparison, rows: Sequence[ReportedResult], vocabulary: Vocabulary, summary_languages: Sequence[str]
) -> Iterator[tuple[Side, Side | None]]:
    """Yield both sides of every case; the second is None where the comparison is with a stated level.

    Metrics without points of 100 are left out. Means over languages stand back unless the statement names them, and
    single runs of a size sweep stand back where means over seeds of the same cell are there.
    """
    usable = [
        row
        for row in rows
        if (comparison.languages or row.language not in summary_languages)
        and vocabulary.metric[row.metric].points(1.0) is not None
    ]
    cells: dict[tuple[str | None, ...], list[ReportedResult]] = {}
    for row in usable:
        cells.setdefault(cell_of(row), []).append(row)
    for row in repeated_first([row for row in usable if covers(comparison, row, vocabulary)]):
        first = Side(row, scores_of(row, vocabulary))
        if not comparison.baseline and comparison.baseline_rows is None:
            yield first, None
        else:
            yield from ((first, second) for second in _baselines(comparison, row, cells[cell_of(row)], vocabulary))


def repeated_first(rows: Sequence[ReportedResult]) -> list[ReportedResult]:
    """Return the rows without single runs that stand beside means over seeds of the same cell and method."""
    repeated = {(*cell_of(row), row.model_in_source, row.method) for row in rows if spread_of(row)}
    return [row for row in rows if spread_of(row) or (*cell_of(row), row.model_in_source, row.method) not in repeated]


def cell_of(row: ReportedResult) -> tuple[str | None, ...]:
    """Return what two numbers must share to be compared, the model aside: source, task, data, language, metric."""
    return row.paper, row.task, row.dataset_in_source, row.language, row.metric


def scores_of(row: ReportedResult, vocabulary: Vocabulary) -> Scores:
    """Return a number with its spread over seeds; its metric must have points of 100."""
    spread = spread_of(row)
    if spread is None:
        return Scores(_points(row, row.value, vocabulary))
    return Scores(_points(row, row.value, vocabulary), abs(_points(row, spread[0], vocabulary)), spread[1])


def _points(row: ReportedResult, value: float, vocabulary: Vocabulary) -> float:
    points = vocabulary.metric[row.metric].points(value)
    assert points is not None  # noqa: S101  (sides() has left such metrics out)
    return points


def _baselines(
    comparison: Comparison, row: ReportedResult, cell: Sequence[ReportedResult], vocabulary: Vocabulary
) -> Iterator[Side]:
    """Yield what stands against a number: the baseline that its own row gives, else rows of its cell."""
    names = comparison.baseline or ((row.method,) if row.method else ())
    if names == (FULL,) and comparison.baseline_rows is None and row.full_finetuning_value is not None:
        yield own_baseline(row, row.full_finetuning_value, cell, vocabulary)
        return
    models = comparison.baseline_rows.models if comparison.baseline_rows else ()
    against = [
        other
        for other in cell
        if other.method in names
        and other.id != row.id
        and (other.model in models if models else _same_model(row, other))
        and picked(comparison.baseline_rows, other)
    ]
    for other in repeated_first(against):
        yield Side(other, scores_of(other, vocabulary))


def _same_model(row: ReportedResult, other: ReportedResult) -> bool:
    """Return whether two numbers are of one model; a source that names no model at all is taken to mean one."""
    return row.model_in_source == other.model_in_source or (row.model is None and other.model is None)


def own_baseline(row: ReportedResult, value: float, cell: Sequence[ReportedResult], vocabulary: Vocabulary) -> Side:
    """Return full fine-tuning as a row gives it, with the spread of full fine-tuning's own row where there is one."""
    same = [
        other
        for other in cell
        if other.method == FULL
        and other.model_in_source == row.model_in_source
        and other.value == value
        and other.id != row.id
    ]
    full = next((other for other in same if spread_of(other)), same[0] if same else None)
    if full is not None:
        return Side(full, scores_of(full, vocabulary))
    return Side(row, Scores(_points(row, value, vocabulary)))
