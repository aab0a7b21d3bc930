"""What stands on a node, short enough to follow a click: key figures, effects, papers, numbers, runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from corpus.records import Paper, ReportedResult
from explorer import data, formats, sentences, tables
from explorer.addresses import NODE
from explorer.figures.drawn import Drawn
from explorer.figures.effects import effect_by_paper
from explorer.markup import plain
from explorer.parts.charts import CONFIG, grid, words_below
from explorer.parts.headings import facts
from taxonomy import Knowledge
from taxonomy.effects import Effect
from taxonomy.graph import leaves_below
from taxonomy.measured import Measured
from taxonomy.placing import placed
from taxonomy.summaries import NodeSummary

KEY = "standing-effect"
ROWS = 100  # of a table on the page; what is saved has all rows
PAPERS = 24  # marks of a chart


@dataclass(frozen=True)
class Standing:
    """The records on a node. The first ROWS of each are on the page."""

    papers: tuple[Paper, ...]
    reported: tuple[ReportedResult, ...]
    measured: tuple[Measured, ...]


def standing(node: NodeSummary) -> Standing:
    """Return the records on a node and below it."""
    return data.kept("standing", lambda known: _standing(node, known), node.node.id)


def _standing(node: NodeSummary, known: Knowledge) -> Standing:
    leaves = leaves_below(known.graph, node.node.id)
    there = placed(known.corpus, known.vocabulary, node.node.facet)
    reported = there.reported_on(leaves)
    names = [*(paper.id for paper, _ in there.studies_on(leaves)), *(row.paper for row in reported)]
    papers = tuple(known.corpus.papers[name] for name in dict.fromkeys(names))
    return Standing(papers, reported, there.measured_on(leaves))


def key_figures(node: NodeSummary) -> None:
    """Draw how much there is, and where the rest of it stands."""
    effect = node.effect.median_points
    facts(
        (
            ("papers", f"{node.papers:,}", None),
            ("studies", f"{node.studies:,}", "The review's rows, and one of ours, that stand here or below"),
            ("reported numbers", f"{node.reported:,}", None),
            ("measured runs", f"{node.measured_runs:,}" if node.measured_runs else "none yet", None),
            (
                "median vs full fine-tuning",
                formats.NOT_REPORTED if effect is None else f"{effect:+.1f} points",
                "Median over papers of their median differences, in points of 100; each paper weighs the same",
            ),
        )
    )
    NODE.link(f"All evidence, cautions and the Run button of {node.node.label}", node=node.node.id)


def figure_of(node: NodeSummary) -> Drawn:
    """Return the effect on a node paper by paper; of many papers those with the most numbers."""
    most = sorted(node.effect.by_paper, key=lambda entry: -entry.numbers)[:PAPERS]
    drawn = Effect(**{**vars(node.effect), "by_paper": tuple(most)})
    return data.figure(
        "standing effect",
        lambda: effect_by_paper(drawn, {entry.paper: f"{entry.paper} ({entry.numbers})" for entry in most}),
        node.node.id,
    )


def effects(node: NodeSummary) -> None:
    """Draw the effect paper by paper; of many papers those with the most numbers."""
    summary = node.effect
    if summary.by_paper:
        st.plotly_chart(
            figure_of(node),
            alt=f"{node.node.label}: median difference to full fine-tuning in points for {summary.papers} papers.",
            key=KEY,
            config=CONFIG,
        )


def effects_in_words(node: NodeSummary) -> None:
    """Draw what the chart of effects says, and the same as a table; without an effect, why there is no chart."""
    summary = node.effect
    if not summary.by_paper:
        st.info(plain(sentences.of_effect(summary)))
        return
    left = len(summary.by_paper) - PAPERS
    rest = f" Drawn are the {PAPERS} papers with the most numbers; {left} more are in the table." if left > 0 else ""
    words_below(plain(f"{node.node.label}. {sentences.of_effect(summary)}{rest}"), lambda: tables.effect(summary), KEY)


def papers(found: Sequence[Paper], known: Knowledge) -> None:
    """Draw the papers as a table that leads to each."""
    frame = tables.papers(found[:ROWS], known)
    frame.insert(0, "open", [f"/paper?paper={name}" for name in frame["paper"]])
    _counted(len(found), "paper")
    grid(frame, key="standing-papers", columns={"open": _link("paper"), "title": _wide()})


def numbers(found: Sequence[ReportedResult], known: Knowledge) -> None:
    """Draw the reported numbers."""
    if not found:
        st.caption("No number is reported here: none was printed, or none could be read.")
        return
    _counted(len(found), "reported number")
    grid(
        tables.reported(found[:ROWS], known),
        key="standing-numbers",
        columns={"source": st.column_config.LinkColumn(display_text="open")},
    )


def measured(found: Sequence[Measured], known: Knowledge) -> None:
    """Draw what was measured."""
    if not found:
        st.caption("Nothing here was measured yet. The Run button stands on the node's page.")
        return
    frame = tables.measured(found[:ROWS], known)
    frame.insert(0, "open", [f"/run?run={result.runs[0]}&by={result.origin.value}" for result in found[:ROWS]])
    _counted(len(found), "measured result")
    grid(frame, key="standing-measured", columns={"open": _link("run")}, absent="n/a")


def _counted(number: int, noun: str) -> None:
    st.caption(formats.count(number, noun) + (f", the first {ROWS} shown; Export has all" if number > ROWS else ""))


def _link(what: str) -> object:
    return st.column_config.LinkColumn("", display_text=f"open {what}")


def _wide() -> object:
    return st.column_config.TextColumn(width="large")
