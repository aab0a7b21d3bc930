"""The form of a paper being added: what it is, what it studies, what its words suggest, which numbers it prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from corpus.drafts import Draft
from corpus.errors import Problem
from explorer import drafting
from explorer.markup import plain
from explorer.parts.charts import grid
from explorer.tables import table
from taxonomy.classify import Suggestion
from taxonomy.vocabulary import KINDS, Vocabulary

FIELDS = (
    ("title", "Title", "wide"), ("year", "Year", "short"), ("venue", "Venue", "wide"), ("acronym", "Acronym", "short"),
    ("doi", "DOI", "middle"), ("arxiv", "arXiv number", "middle"), ("url", "Link: DOI, arXiv or publisher", "wide"),
    ("code_url", "Authors' code", "wide"),
)  # fmt: skip
WIDTHS = {"wide": 480, "middle": 300, "short": 120}
KIND_OF = {
    "tasks": "task",
    "methods": "methods",
    "models": "models",
    "architectures": "architectures",
    "datasets": "datasets",
}


def about(draft: Draft) -> dict[str, str]:
    """Draw the fields about the paper and return what stands in them."""
    entry = draft.content.get("bibliography")
    entry = entry if isinstance(entry, dict) else {}
    venue = entry.get("venue") if isinstance(entry.get("venue"), dict) else {}
    before = {**entry, "venue": (venue or {}).get("name"), "acronym": (venue or {}).get("acronym")}
    typed: dict[str, str] = {}
    with st.container(horizontal=True):
        for name, label, width in FIELDS:
            value = "" if before.get(name) is None else str(before[name])
            typed[name] = st.text_input(label, value, key=f"{draft.id}-{name}", width=WIDTHS[width])
    with st.container(horizontal=True):
        authors = entry.get("authors")
        people = "\n".join(map(str, authors)) if isinstance(authors, list) else ""
        typed["authors"] = st.text_area("Authors, one a line", people, key=f"{draft.id}-authors", width=320, height=150)
        summary = str(draft.content.get("summary") or "")
        typed["summary"] = st.text_area(
            "What the paper does, in your words", summary, key=f"{draft.id}-summary", width=620, height=150
        )
    return typed


def study(draft: Draft, words: Vocabulary) -> tuple[int, dict[str, Any]]:
    """Draw one study of the draft; return its place and what was chosen."""
    studies = [each for each in draft.content.get("studies", ()) if isinstance(each, dict)]
    names = [*(str(each.get("id")) for each in studies), "a further study"]
    chosen_name = st.selectbox("Study: a task with the methods tried on it", names, key=f"{draft.id}-study", width=300)
    place = names.index(chosen_name)
    now = studies[place] if place < len(studies) else {}
    chosen: dict[str, Any] = {}
    with st.container(horizontal=True):
        tasks = [term.id for term in words.tasks]
        chosen["task"] = st.selectbox(
            "Task",
            tasks,
            index=tasks.index(now["task"]) if now.get("task") in tasks else None,
            format_func=lambda name: words.label("tasks", name),
            key=_key(draft, place, "task"),
            width=300,
        )
        for name in ("methods", "models", "architectures", "datasets"):
            options = [term.id for term in words.terms(name)]
            chosen[name] = st.multiselect(
                _LABELS[name],
                options,
                default=[each for each in now.get(name, ()) if each in options],
                format_func=_labels(words, name),
                key=_key(draft, place, name),
                width=300,
            )
    return place, chosen


_LABELS = {"methods": "Methods (family)", "models": "Models", "architectures": "Architectures", "datasets": "Data sets"}


def _labels(words: Vocabulary, kind: str) -> Any:
    if kind != "methods":
        return lambda name: words.label(kind, name)
    return lambda name: f"{words.label(kind, name)} ({words.label('families', words.method[name].family)})"


def _key(draft: Draft, place: int, name: str) -> str:
    return f"{draft.id}-{place}-{name}"


def suggested(
    found: Sequence[Suggestion], draft: Draft, place: int, chosen: Mapping[str, Any], words: Vocabulary
) -> None:
    """Draw suggestions that are not chosen yet, each with a button: nothing is taken without it."""
    open_ = [each for each in found if each.kind in KIND_OF and not _is_chosen(each, chosen)]
    if not open_:
        st.caption("Title and abstract suggest nothing further.")
        return
    st.caption("Suggestions, not decisions. Press what the paper itself bears out.")
    with st.container(horizontal=True, gap="small"):
        for each in open_[:24]:
            st.button(
                f"{KINDS[each.kind]}: {plain(words.label(each.kind, each.term))}",
                key=f"{draft.id}-{place}-{each.by}-{each.kind}-{each.term}",
                help=plain(f"by {each.by}: {each.because}"),
                on_click=_take,
                args=(_key(draft, place, KIND_OF[each.kind]), each),
            )


def _is_chosen(each: Suggestion, chosen: Mapping[str, Any]) -> bool:
    value = chosen.get(KIND_OF[each.kind])
    return each.term == value or (isinstance(value, list) and each.term in value)


def _take(key: str, each: Suggestion) -> None:
    if each.kind == "tasks":
        st.session_state[key] = each.term
    else:
        st.session_state[key] = [*st.session_state.get(key, ()), each.term]


def numbers(draft: Draft, words: Vocabulary) -> list[dict[str, Any]]:
    """Draw the table of reported numbers and return its rows."""
    before = drafting.rows_of(draft.results)
    frame = pd.DataFrame(before, columns=list(drafting.COLUMNS)).astype(object)
    frame = frame.where(frame.notna(), None)
    choices = {
        "task": [term.id for term in words.tasks],
        "method": [term.id for term in words.methods],
        "metric": [term.id for term in words.metrics],
        "unit": list(drafting.UNITS),
        "grade": list(drafting.GRADES),
    }
    columns: dict[str, Any] = {
        name: st.column_config.SelectboxColumn(options=options) for name, options in choices.items()
    }
    columns |= {name: st.column_config.NumberColumn() for name in ("printed", "full fine-tuning, printed")}
    others = set(drafting.COLUMNS) - set(columns)
    columns |= {name: st.column_config.TextColumn() for name in others}
    edited = st.data_editor(
        frame.astype(dict.fromkeys(("printed", "full fine-tuning, printed"), "float64")),
        num_rows="dynamic",
        hide_index=True,
        column_config=columns,
        # What the editor holds are changes to the rows it was given: other rows need another editor.
        key=f"{draft.id}-numbers-{crc32(repr(before).encode())}",
    )
    return [{str(name): value for name, value in row.items()} for row in edited.to_dict("records")]


def open_table(problems: Sequence[Problem]) -> None:
    """Draw what is still open."""
    rows = ({"file": each.file, "where": each.where, "what": each.message} for each in problems)
    wide = st.column_config.TextColumn(width="large")
    grid(table(rows, ("file", "where", "what")), key="open-points", columns={"what": wide})
