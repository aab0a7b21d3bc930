"""Why a method is suggested: the evidence behind its place, its cautions, and a configuration to start from."""

from __future__ import annotations

import json

import streamlit as st

from explorer import formats, tables
from explorer.addresses import COMPARE, NODE, PAPER, RUN
from explorer.markup import plain
from explorer.parts.cautions import cautions
from explorer.parts.charts import grid, prose_table
from explorer.parts.headings import PROSE, facts, prose, section
from taxonomy import Knowledge
from taxonomy.answers.configurations import Start
from taxonomy.answers.costs import Cost
from taxonomy.answers.suggestions import Suggestion


def why(entry: Suggestion, group: int, known: Knowledge) -> None:
    """Draw everything behind one suggestion."""
    section(f"Why {entry.label}")
    _figures(entry, group)
    NODE.link(f"All evidence on {entry.label}", node=f"method/{entry.method}")
    if entry.cautions:
        st.subheader("Cautions", anchor=False)
        cautions(entry.cautions, known, key="why-cautions")
    _reported(entry, known)
    _measured(entry)
    st.subheader("Borrowed", anchor=False)
    st.caption(plain(f"Where evidence on this task is thin, the estimate leans on: {'; '.join(entry.why.borrowed)}."))
    for note in entry.notes:
        st.caption(plain(note), width=PROSE)
    _start(entry)


def _figures(entry: Suggestion, group: int) -> None:
    estimate = entry.estimate
    facts(
        (
            ("group", f"{group}", "Methods of one group differ by less than the evidence can tell"),
            (
                "points vs full fine-tuning",
                f"{estimate.points:+.2f} ({estimate.low:+.1f} to {estimate.high:+.1f})",
                "Pooled over papers and our experiments, with its 95 % interval; points of 100",
            ),
            (
                "a new paper may find",
                f"{estimate.new_low:+.0f} to {estimate.new_high:+.0f}",
                "95 % prediction interval for the result of one new paper",
            ),
            ("evidence", entry.grade.word, entry.grade.meaning),
            (
                "weights trained",
                f"{entry.shares.lean:.2g} %" if entry.shares and entry.shares.lean is not None else "not reported",
                "The leanest configuration that a paper uses as a rule, in percent of the model",
            ),
            *_costs(entry),
        )
    )


def _costs(entry: Suggestion) -> list[tuple[str, str, str | None]]:
    found: list[tuple[str, str, str | None]] = []
    if entry.memory:
        found.append(("memory", _amount(entry.memory, "GB"), entry.memory.basis))
    if entry.time:
        found.append(("time", _amount(entry.time, "h"), entry.time.basis))
    if entry.fitting:
        largest = f"about {entry.fitting.largest_weights / 1e9:.2g} billion weights"
        found.append(
            ("largest model that fits", largest, f"By the estimate of memory: {', '.join(entry.fitting.models)}")
        )
    return found


def _amount(cost: Cost, unit: str) -> str:
    return (
        f"{cost.middle:.2g} {unit} ({cost.low:.2g} to {cost.high:.2g}), {'estimated' if cost.estimated else 'measured'}"
    )


def _reported(entry: Suggestion, known: Knowledge) -> None:
    st.subheader("Reported on this task", anchor=False)
    wanted = set(entry.why.rows)
    rows = [row for row in known.corpus.results if row.id in wanted]
    if not rows:
        st.caption("No paper prints a comparable number of this method on this task.")
        return
    with st.container(horizontal=True, gap="small"):
        for effect in entry.direct.reported:
            title = f"{effect.source}: {effect.points:+.2f} points, {formats.count(effect.numbers, 'number')}"
            PAPER.link(title, paper=effect.source)
    grid(
        tables.reported(rows, known),
        key="why-rows",
        columns={"source": st.column_config.LinkColumn(display_text="open")},
    )


def _measured(entry: Suggestion) -> None:
    st.subheader("Measured on this task", anchor=False)
    if not entry.why.runs:
        st.caption("Nothing of this method was measured on this task yet.")
        return
    for effect in entry.direct.measured:
        st.caption(plain(f"{effect.source}: {effect.points:+.2f} points on {', '.join(effect.models)}, by these runs:"))
        with st.container(gap="xsmall"):
            for run in entry.why.runs:
                if run.startswith(f"{effect.source}--"):
                    RUN.link_id(run, run=run)


def _start(entry: Suggestion) -> None:
    st.subheader("A configuration to start from", anchor=False)
    start = entry.start
    if start is None:
        st.caption("No paper of the corpus states its configuration of this method.")
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(plain(f"As {start.name_in_paper or entry.label} in"), width="content")
        PAPER.link(start.paper, paper=start.paper)
        COMPARE.link(f"all configurations of {entry.label} side by side", method=entry.method)
    if start.adapter_config is None:
        prose(f"There is no adapter_config.json for it: {start.no_adapter_config_because}.")
    else:
        st.caption("adapter_config.json, as peft reads it; peft fills in the rest")
        st.code(json.dumps(start.adapter_config, indent=2), language="json", width=PROSE)
    _settings(start)


def _settings(start: Start) -> None:
    if start.differences:
        st.caption("Where the paper differs from peft's default:")
        rows = (
            {"setting": each.field, "paper": json.dumps(each.paper), "peft's default": json.dumps(each.default)}
            for each in start.differences
        )
        prose_table(tables.table(rows, ("setting", "paper", "peft's default")))
    if start.undecided:
        said = "; ".join(f"{name}: {json.dumps(value)}" for name, value in start.undecided.items())
        st.caption(plain(f"The paper gives several values, or words, for {said}"), width=PROSE)
