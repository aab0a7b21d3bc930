"""Checks that records use only names of the vocabulary, and values on its scales."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from pydantic import BaseModel

from corpus.errors import Problem, UnknownNameError
from corpus.library import Corpus
from corpus.records import ReportedResult
from taxonomy.vocabulary import Metric, Vocabulary

KIND_OF_FIELD = MappingProxyType(
    {
        "method": "methods", "methods": "methods", "task": "tasks", "tasks": "tasks", "model": "models",
        "models": "models", "dataset": "datasets", "datasets": "datasets", "architecture": "architectures",
        "architectures": "architectures", "metric": "metrics",
    }
)  # fmt: skip
"""Record fields that hold names, and the kind of term they hold."""

PRINTED_SCALES = MappingProxyType(
    {
        "%": "percent", "points (0-100)": "percent", "% of the full-data score": "percent", "score (0-1)": "unit",
        "0-1": "unit", "ratio": "unit", "x": "factor", "points of 10": "ten",
    }
)  # fmt: skip
"""Units as printed in the sources, and the scale that each one is."""


def names_in(record: BaseModel, where: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield (place, kind of term, name) for every name in a record, at any depth."""
    for field, value in record:
        place = f"{where}{field}"
        for entry in value if isinstance(value, tuple) else (value,):
            if isinstance(entry, BaseModel):
                yield from names_in(entry, f"{place}.")
            elif isinstance(entry, str) and field in KIND_OF_FIELD:
                yield place, KIND_OF_FIELD[field], entry


def unknown_names(corpus: Corpus, vocabulary: Vocabulary) -> Iterable[Problem]:
    """Every name in a record is an id of the vocabulary."""
    for paper in corpus.papers.values():
        yield from _unknown(paper, f"{paper.id}.yaml", vocabulary)
    for row in corpus.results:
        yield from _unknown(row, f"{row.paper}.csv", vocabulary, row.id)
    for run in corpus.every_run:
        yield from _unknown(run.spec, f"{run.id}.json", vocabulary, "spec.")


def _unknown(record: BaseModel, file: str, vocabulary: Vocabulary, where: str = "") -> Iterable[Problem]:
    for place, kind, name in names_in(record, f"{where} " if where and not where.endswith(".") else where):
        if not vocabulary.knows(kind, name):
            try:
                yield Problem(file, place, f"write {vocabulary.resolve(kind, name)!r} instead of {name!r}")
            except UnknownNameError as error:
                yield Problem(file, place, str(error))


def on_declared_scale(printed: float, unit: str, metric: Metric) -> float | None:
    """Return a printed value on its metric's declared scale; None when unit and scale cannot be converted."""
    scale = PRINTED_SCALES.get(unit)
    if scale == metric.scale:
        return printed
    if (scale, metric.scale) == ("percent", "unit"):
        return printed / 100
    if (scale, metric.scale) == ("unit", "percent"):
        return printed * 100
    return None


def values_off_scale(corpus: Corpus, vocabulary: Vocabulary) -> Iterable[Problem]:
    """A number's value is its printed value on the metric's scale, and lies within it."""
    for row in corpus.results:
        if vocabulary.knows("metrics", row.metric):
            yield from _off_scale(row, vocabulary.metric[row.metric])


def _off_scale(row: ReportedResult, metric: Metric) -> Iterable[Problem]:
    file = f"{row.paper}.csv"
    expected = on_declared_scale(row.printed_value, row.printed_unit, metric)
    if expected is None:
        yield Problem(
            file,
            row.id,
            f"printed_unit {row.printed_unit!r} cannot be put on the scale of {metric.id} ({metric.scale})",
        )
    elif not math.isclose(expected, row.value, rel_tol=1e-9, abs_tol=1e-9):
        yield Problem(
            file,
            row.id,
            f"value {row.value} is not {row.printed_value} {row.printed_unit} as printed, on the scale of {metric.id}",
        )
    top = {"unit": 1.0, "percent": 100.0, "ten": 10.0}.get(metric.scale)
    if top is not None and not metric.relative and not 0 <= row.value <= top:
        yield Problem(file, row.id, f"value {row.value} lies outside 0 to {top:g}")


def problems_in(corpus: Corpus, vocabulary: Vocabulary) -> list[Problem]:
    """Run all checks; return the problems in order."""
    return sorted({*unknown_names(corpus, vocabulary), *values_off_scale(corpus, vocabulary)})
