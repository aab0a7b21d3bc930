"""A method's configurations field by field: papers by year, the library's defaults, our experiments."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from pydantic import JsonValue

from explorer import tables, views_ledgers
from explorer.markup import plain
from explorer.parts import choices
from explorer.parts.charts import grid
from explorer.parts.export import export
from explorer.shares import View
from taxonomy import Knowledge
from taxonomy.answers.configuration_fields import configuration_fields
from taxonomy.answers.lineage import Setup, SourceOf
from taxonomy.answers.lineage import lineage as build


def lineage(method: str, known: Knowledge) -> None:
    """Draw the configurations of a method, a column a source."""
    found = build(method, known.corpus, known.vocabulary)
    label = known.vocabulary.label("methods", method)
    if not found:
        st.info(plain(f"No source states a configuration of {label}."))
        return
    names = _names(found)
    picked = choices.several("Sources", "source", list(names), width=620)
    shown = [names[name] for name in picked] or list(names.values())
    silent = [name for name, setup in names.items() if not setup.fields]
    st.caption(
        plain(
            "A row is a field, a column a source: papers by year, then the library's defaults, then our experiments. "
            "'differs' says whether the sources that report a field disagree."
            + (f" No setting is reported by {', '.join(silent)}." if silent else "")
        ),
        width=860,
    )
    frame = table(shown, known)
    grid(frame, key="lineage", height=min(900, 60 + 36 * len(frame)))
    export(
        View(
            name="lineage",
            title=f"Configurations of {label}",
            frame=lambda: frame,
            records=lambda: shown,
            papers=lambda: [setup.source for setup in shown if setup.kind is SourceOf.PAPER],
        ),
        known,
    )


def _names(found: tuple[Setup, ...]) -> dict[str, Setup]:
    """Return the setups by a name that no other has."""
    names: dict[str, Setup] = {}
    for setup in found:
        name = f"{setup.source} ({setup.year})" if setup.year else setup.source
        twin = f"{name}: {setup.name}" if name in names and setup.name else name
        while twin in names:
            twin += " (another)"
        names[twin] = setup
    return names


def table(shown: list[Setup], known: Knowledge) -> pd.DataFrame:
    """Return fields by sources; a cell is empty where a source does not report the field."""
    del known
    names = _names(tuple(shown))
    fields = views_ledgers.fields_of(shown)
    labels = {field.id: field.label for field in configuration_fields().fields}
    rows = []
    for field in fields:
        values = {name: setup.fields[field] for name, setup in names.items() if field in setup.fields}
        said = {name: text(value) for name, value in values.items()}
        differs = "only one reports it" if len(said) < 2 else "yes" if len(set(said.values())) > 1 else "no"
        rows.append({"field": labels[field], "differs": differs, **said})
    return tables.table(rows, ("field", "differs", *names))


def text(value: JsonValue) -> str:
    """Return a setting as text; null is a library's way to say that the model decides."""
    if value is None:
        return "by model"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {text(entry)}" for name, entry in value.items())
    return ", ".join(map(text, value)) if isinstance(value, list) else str(value)
