"""Who contradicts whom, with both sides and their configurations next to each other."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from corpus.ledgers import read_ledgers
from explorer import data, tables
from explorer.addresses import PAPER
from explorer.markup import plain
from explorer.parts import choices
from explorer.parts.charts import grid, prose_table
from explorer.parts.compare.lineage import text
from explorer.parts.export import export
from explorer.shares import View
from explorer.state import State
from taxonomy import Knowledge
from taxonomy.answers.configuration_fields import configuration_fields
from taxonomy.answers.contradictions import Contradiction
from taxonomy.answers.contradictions import contradictions as build
from taxonomy.answers.contrasts import Contrast

SHOWN = 40  # differences of configurations on the page


def contradictions(asked: State, known: Knowledge) -> None:
    """Draw all oppositions that touch the state's methods, tasks and architectures, and one of them in full."""
    every = data.kept("contradictions", lambda known: build(known.corpus, known.vocabulary, read_ledgers(known.home)))
    found = [entry for entry in every if _kept(entry, asked)]
    if not found:
        st.info("No two sources contradict each other here. Take a filter away to see the others.")
        return
    st.caption(
        f"{len(found)} of {len(every)}: opposite effects whose intervals are apart, claims that cannot both hold, and "
        "opposite effects that cannot be told apart.",
        width=860,
    )
    named = {_id(entry, place): entry for place, entry in enumerate(every) if entry in found}
    titles = {name: title(entry, known) for name, entry in named.items()}
    chosen = choices.one("Opposition", "opposition", list(named), format_func=titles.__getitem__, width=860)
    show(named[chosen], known)
    with st.expander("All of them as a table"):
        grid(table(found, known), key="contradictions")
    export(
        View(
            name="contradictions",
            title="Sources that contradict each other",
            frame=lambda: table(found, known),
            records=lambda: found,
            papers=lambda: [name for entry in found for name in entry.sources if name in known.corpus.papers],
        ),
        known,
    )


def _kept(entry: Contradiction, asked: State) -> bool:
    """Return whether an opposition touches the filters; one that is limited to nothing touches all."""
    pairs = ((entry.methods, asked.method), (entry.tasks, asked.task), (entry.architectures, asked.architecture))
    return all(not own or not wanted or not set(own).isdisjoint(wanted) for own, wanted in pairs)


def _id(entry: Contradiction, place: int) -> str:
    return f"{'-'.join(entry.sources)}-{place}"


def title(entry: Contradiction, known: Knowledge) -> str:
    """Return an opposition in a line."""
    words = known.vocabulary
    what = ", ".join(words.label("methods", name) for name in entry.methods) or "all methods"
    where = ", ".join(words.label("tasks", name) for name in entry.tasks) or "all tasks"
    return f"{' and '.join(entry.sources)}: {what} on {where} ({entry.kind.value})"


def show(entry: Contradiction, known: Knowledge) -> None:
    """Draw both sides of an opposition, then the fields in which their configurations differ."""
    st.header(plain(title(entry, known)), anchor=False)
    st.text(entry.because, width=860)
    columns = st.columns(2)
    for place, column in enumerate(columns):
        with column:
            source = entry.sources[place]
            if source in known.corpus.papers:
                PAPER.link(f"{source}  {known.corpus.papers[source].bibliography.title}", paper=source)
            else:
                st.markdown(f"**{plain(source)}**")
            if entry.numbers:
                _numbers(entry.numbers[place], known)
            if entry.claims:
                side = entry.claims[place]
                st.caption(plain(f"{side.claim} says: {side.direction.value}"))
                st.text(side.text)
                if side.cautions:
                    st.caption(plain(f"Cautions: {', '.join(side.cautions)}"))
    st.subheader("How their configurations differ", anchor=False)
    if not entry.configurations:
        st.caption("No configuration of both is recorded for a method in question.")
        return
    prose_table(differences(entry, known).head(SHOWN))
    if len(entry.configurations) > SHOWN:
        st.caption(f"{len(entry.configurations) - SHOWN} more fields differ; Export has all.")


def _numbers(side: Contrast, known: Knowledge) -> None:
    words = known.vocabulary
    interval = (
        "single numbers: no interval can be made"
        if side.low is None or side.high is None
        else f"95 % interval {side.low:+.2f} to {side.high:+.2f}, from {side.interval_from}"
    )
    st.metric(f"points against {plain(words.label('methods', side.against))}", f"{side.points:+.2f}", width="content")
    st.caption(
        plain(
            f"{interval}. {', '.join(words.label('models', name) for name in side.models)}; "
            f"{', '.join(side.datasets)}; {', '.join(words.label('metrics', name) for name in side.metrics)}; "
            f"{len(side.rows)} {'runs' if side.measured else 'numbers'}."
        )
    )


def differences(entry: Contradiction, known: Knowledge) -> pd.DataFrame:
    """Return the fields in which both sides' configurations differ."""
    labels = {field.id: field.label for field in configuration_fields().fields}
    first, second = entry.sources
    return tables.table(
        (
            {
                "method": known.vocabulary.label("methods", one.method),
                "field": labels[one.difference.field],
                first: None if one.difference.first is None else text(one.difference.first),
                second: None if one.difference.second is None else text(one.difference.second),
            }
            for one in sorted(entry.configurations, key=lambda one: not one.difference.both_reported)
        ),
        ("method", "field", first, second),
    )


def table(found: list[Contradiction], known: Knowledge) -> pd.DataFrame:
    """Return oppositions, a row each."""
    words = known.vocabulary
    return tables.table(
        (
            {
                "kind": entry.kind.value,
                "sources": " and ".join(entry.sources),
                "methods": ", ".join(words.label("methods", name) for name in entry.methods) or "all",
                "against": words.label("methods", entry.against),
                "tasks": ", ".join(words.label("tasks", name) for name in entry.tasks) or "all",
                "architectures": ", ".join(words.label("architectures", name) for name in entry.architectures) or "all",
                "settings that differ": len(entry.configurations),
                "because": entry.because,
            }
            for entry in found
        ),
        ("kind", "sources", "methods", "against", "tasks", "architectures", "settings that differ", "because"),
    )
