"""What a view shows, as the address tells: one typed record that every page reads and every link carries on.

A filter may have several values, joined by "or"; filters are joined by "and". The address is the truth: widgets show
it and change it (``explorer.parts.choices``). Streamlit's own ``bind="query-params"`` is not used: it writes labels
where ids belong, and a bound key cannot be written by a link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import streamlit as st

from corpus.errors import CodepeftError, RequestError, lookup
from corpus.records import Grade, Paper, ReportedResult, Study
from corpus.records.base import Record
from taxonomy import Knowledge
from taxonomy.graph import address, get_node
from taxonomy.select import Facets

SHORT_DIGEST = 12  # digits of a digest in an address


class State(Record):
    """What is asked for. Empty or None: no limit."""

    task: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    architecture: tuple[str, ...] = ()
    year: tuple[int, ...] = ()
    grade: tuple[Grade, ...] = ()
    metric: tuple[str, ...] = ()
    node: str | None = None
    snapshot: str | None = None  # the state of the data that a link was made from

    def facets(self) -> Facets:
        """Return what to keep of papers and studies."""
        return Facets(
            tasks=frozenset(self.task),
            methods=frozenset(self.method),
            architectures=frozenset(self.architecture),
            years=frozenset(self.year),
        )

    def keeps_study(self, study: Study, paper: Paper) -> bool:
        """Return whether a study has a value of every filter that studies know."""
        return self.facets().keep(study, paper)

    def keeps_number(self, row: ReportedResult, known: Knowledge) -> bool:
        """Return whether a reported number has a value of every filter; the node is not asked."""
        words = known.vocabulary
        architecture = words.model[row.model].architecture if row.model else None
        return (
            _in(row.task, self.task)
            and _in(row.method, self.method)
            and _in(architecture, self.architecture)
            and _in(known.corpus.papers[row.paper].bibliography.year, self.year)
            and _in(row.evidence, self.grade)
            and _in(row.metric, self.metric)
        )

    def query(self, *, without: Iterable[str] = ()) -> dict[str, str | list[str]]:
        """Return the state as an address has it."""
        left_out = set(without)
        return {
            name: value if isinstance(value, str) else [str(entry) for entry in value]
            for name, value in self
            if value and name not in left_out
        }


def _in(value: object, wanted: Sequence[object]) -> bool:
    return not wanted or value in wanted


@dataclass(frozen=True)
class Field:
    """One part of the state: what it is called, how a value in an address is understood, how it is shown."""

    title: str
    read: Callable[[str, Knowledge], Any]
    label: Callable[[Any, Knowledge], str]
    several: bool = True


def _term(kind: str, title: str) -> Field:
    return Field(
        title,
        lambda name, known: known.vocabulary.resolve(kind, name),
        lambda name, known: known.vocabulary.label(kind, name),
    )


def _year(text: str, known: Knowledge) -> int:
    there = sorted({str(paper.bibliography.year) for paper in known.corpus.papers.values()})
    return int(lookup("year of a paper", text, {year: year for year in there}))


def _snapshot(text: str, known: Knowledge) -> str:
    del known  # another state than the present one is no fault: the page says which one it shows
    if not re.fullmatch(r"[0-9a-f]{8,64}", text):
        raise RequestError(f"{text!r} is no state of the data; it is named by 8 or more digits of its digest")
    return text


FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "task": _term("tasks", "Task"),
        "method": _term("methods", "Method"),
        "architecture": _term("architectures", "Architecture"),
        "year": Field("Year", _year, lambda year, known: str(year)),
        "grade": Field(
            "Grade of evidence",
            lambda name, known: lookup("grade of evidence", name, {grade.value: grade for grade in Grade}),
            lambda grade, known: str(grade.value),
        ),
        "metric": _term("metrics", "Metric"),
        "node": Field(
            "Node",
            lambda name, known: address(known.vocabulary, name),
            lambda node, known: get_node(known.graph, node).label,
            several=False,
        ),
        "snapshot": Field("State of the data", _snapshot, lambda digest, known: str(digest), several=False),
    }
)
"""The parts of the state, in the order in which they are shown."""


def read(asked: Mapping[str, Sequence[str]], known: Knowledge) -> tuple[State, tuple[str, ...]]:
    """Return the state that an address asks for, and a sentence for each value that it cannot have.

    A value that nobody knows is left out, so that the page can still be used.
    """
    found: dict[str, Any] = {}
    faults: list[str] = []
    for name, field in FIELDS.items():
        values = []
        for text in asked.get(name, ()):
            try:
                values.append(field.read(text, known))
            except CodepeftError as error:
                faults.append(str(error))
        if values:
            found[name] = tuple(dict.fromkeys(values)) if field.several else values[0]
    return State(**found), tuple(faults)


def asked_for() -> dict[str, list[str]]:
    """Return the state's part of the current address, unread."""
    return {name: values for name in FIELDS if (values := st.query_params.get_all(name))}


def current(known: Knowledge) -> State:
    """Return what the current address asks for; what it cannot have has been told at the top of the page."""
    return read(asked_for(), known)[0]


def faults(known: Knowledge) -> tuple[str, ...]:
    """Return a sentence for each value of the current address that nobody knows."""
    return read(asked_for(), known)[1]


def digest(known: Knowledge) -> str:
    """Return the name of the present state of the data, as an address has it."""
    return known.index.digest[:SHORT_DIGEST]
