"""Between a form and a draft's files: what was typed as fields of a record, and rows of numbers with their values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from corpus.drafts import opened, write_draft
from corpus.errors import Problem
from corpus.files import dump_results, problems_of, write_text
from corpus.home import Home
from corpus.records import Classifier, Grade, ReportedResult, SourceKind
from explorer.adding import open_points
from taxonomy.checks import PRINTED_SCALES, on_declared_scale
from taxonomy.vocabulary import Vocabulary

BIBLIOGRAPHY = ("title", "year", "doi", "arxiv", "url", "code_url", "volume", "issue", "pages", "publisher")
STUDY = ("task", "methods", "models", "architectures", "datasets")
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "task": "task", "method": "method", "model in the paper": "model_in_source", "data set": "dataset_in_source",
        "metric": "metric", "printed": "printed_value", "unit": "printed_unit",
        "full fine-tuning, printed": "full_finetuning_value", "language": "language", "setting": "setting",
        "grade": "evidence", "place in the source": "source_at",
    }
)  # fmt: skip
"""Columns of the form's table of numbers, and the fields they are."""
UNITS, GRADES = tuple(PRINTED_SCALES), tuple(grade.value for grade in Grade)

Row = dict[str, Any]


def with_bibliography(content: Mapping[str, Any], typed: Mapping[str, str]) -> Row:
    """Return a draft's fields with what was typed about the paper; what was emptied is absent."""
    old = content.get("bibliography")
    entry = {**old} if isinstance(old, dict) else {}
    for name in BIBLIOGRAPHY:
        entry[name] = _typed(name, typed.get(name, ""))
    entry["authors"] = [line.strip() for line in typed.get("authors", "").splitlines() if line.strip()] or None
    before = entry.get("venue")
    venue = {**before} if isinstance(before, dict) else {}
    venue |= {"name": typed.get("venue", "").strip() or None, "acronym": typed.get("acronym", "").strip() or None}
    entry["venue"] = {key: value for key, value in venue.items() if value is not None}
    found = {**content, "bibliography": {key: value for key, value in entry.items() if value is not None}}
    found.pop("summary", None)
    if typed.get("summary", "").strip():
        found["summary"] = typed["summary"].strip()
    return found


def _typed(name: str, text: str) -> str | int | None:
    text = text.strip()
    if name == "year" and text.isdecimal() and len(text) < 6:
        return int(text)
    return text or None


def with_study(content: Mapping[str, Any], place: int, chosen: Mapping[str, Any]) -> Row:
    """Return a draft's fields with a study changed or, behind the last one, added."""
    studies = [dict(each) for each in content.get("studies", ()) if isinstance(each, dict)]
    if place >= len(studies):
        studies.append({"id": f"{content['id']}-S{len(studies) + 1}", "classified_by": Classifier.USER.value})
        place = len(studies) - 1
    for name in STUDY:
        value = chosen.get(name)
        if value:
            studies[place][name] = list(value) if name != "task" else value
        else:
            studies[place].pop(name, None)
    return {**content, "studies": studies}


def rows_of(results: Sequence[ReportedResult]) -> list[Row]:
    """Return numbers as rows of the form."""
    return [
        {label: result.source.at if field == "source_at" else _shown(result, field) for label, field in COLUMNS.items()}
        for result in results
    ]


def _shown(result: ReportedResult, field: str) -> Any:
    value = getattr(result, field)
    if field == "full_finetuning_value" and value is not None and result.value:
        return value * result.printed_value / result.value  # as it would have been printed
    return getattr(value, "value", value)


def results_of(
    rows: Iterable[Row], paper_id: str, words: Vocabulary, url: str | None
) -> tuple[tuple[ReportedResult, ...], list[Problem]]:
    """Return the rows that are whole as reported numbers, and what is wrong with the others, by row."""
    found: list[ReportedResult] = []
    problems: list[Problem] = []
    file = f"{paper_id}.csv"
    for number, row in enumerate(rows, 1):
        typed = {field: value for label, field in COLUMNS.items() if not _empty(value := row.get(label))}
        if not typed:
            continue
        try:
            found.append(_result(typed, f"{paper_id}-R{number:03d}", paper_id, words, url))
        except ValidationError as error:
            problems += problems_of(error, file, f"row {number}, ")
        except ValueError as error:
            problems.append(Problem(file, f"row {number}", str(error)))
    return tuple(found), problems


def _empty(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _result(typed: Row, id_: str, paper_id: str, words: Vocabulary, url: str | None) -> ReportedResult:
    metric_id, printed, unit = typed.get("metric"), typed.get("printed_value"), typed.get("printed_unit")
    if metric_id is None or printed is None or unit is None:
        raise ValueError("a number needs its metric, the value as printed, and the unit it is printed in")
    if not words.knows("metrics", metric_id):
        raise ValueError(f"unknown metric {metric_id!r}")
    metric = words.metric[metric_id]
    value = on_declared_scale(float(printed), unit, metric)
    if value is None:
        raise ValueError(f"{unit!r} cannot be put on the scale of {metric.label} ({metric.scale})")
    full = typed.pop("full_finetuning_value", None)
    place = typed.pop("source_at", None)
    if place is None:
        raise ValueError("a number needs the place where it stands, e.g. Table 3, row 2")
    method = typed.get("method")
    return ReportedResult.model_validate(
        {
            **typed,
            "id": id_,
            "paper": paper_id,
            "metric_in_source": metric.label,
            "method_in_source": words.label("methods", method) if method and words.knows("methods", method) else method,
            "value": value,
            "full_finetuning_value": None if full is None else on_declared_scale(float(full), unit, metric),
            "source": {"kind": SourceKind.PAPER.value, "at": place, **({"url": url} if url else {})},
        }
    )


def checked(content: Mapping[str, Any], results: tuple[ReportedResult, ...], words: Vocabulary) -> tuple[Problem, ...]:
    """Return what is open in fields as they stand in the form, before anything is written."""
    return open_points(opened(str(content["id"]), content, results), words)


def save(home: Home, content: Mapping[str, Any], results: tuple[ReportedResult, ...]) -> None:
    """Write a draft's record and its numbers."""
    write_text(home.results / f"{content['id']}.csv", dump_results(results))
    write_draft(home, content)
