"""A run record in full."""

from __future__ import annotations

import streamlit as st

from corpus.records import RunRecord
from explorer import formats, tables
from explorer.addresses import NODE, PAPER
from explorer.markup import plain
from explorer.parts.charts import grid, prose_table
from explorer.parts.headings import facts, section
from explorer.parts.live import curve, validations
from taxonomy import Knowledge
from taxonomy.graph import get_node
from taxonomy.vocabulary import Metric

WIDE = st.column_config.TextColumn(width="large")


def record(run: RunRecord, by: str, known: Knowledge) -> None:
    """Draw scores, fidelity, loss and ingredients of a run. ``by``: who measured."""
    metric = known.vocabulary.metric[run.spec.metric]
    _links(run, known)
    facts(
        (
            *_scores(run, metric),
            ("measured by", by, None),
            ("status", formats.run_status(run), None),
            ("training", formats.duration(run.train_time), None),
            ("peak memory", formats.gigabytes(run.peak_memory_gb), None),
        )
    )
    if run.error:
        st.warning(plain(run.error))
    if run.superseded_because:
        st.warning(f"No answer counts this run any more: {plain(run.superseded_because)}.")
    section(
        "Scores",
        f"On the metric's declared scale ({formats.scale_of(metric)}), with a 95 % bootstrap interval over test items.",
    )
    grid(tables.scores(run, known), key="scores", absent="not measured")
    _fidelity(run)
    if run.train_loss:
        section("Training")
        curve(run.train_loss)
        validations([(each.step, each.value) for each in run.validations or ()], metric)
    section("What it was", "All that determined the run, and the machine and versions it ran with.")
    grid(tables.ingredients(run, known), key="ingredients", columns={"value": WIDE}, height=520)


def _links(run: RunRecord, known: Knowledge) -> None:
    with st.container(horizontal=True, gap="small"):
        for node in (f"method/{run.spec.method}", f"task/{run.spec.task}"):
            NODE.link(get_node(known.graph, node).label, node=node)
        for paper in run.spec.papers:
            PAPER.link(f"for {paper}", paper=paper)


def _scores(run: RunRecord, metric: Metric) -> list[tuple[str, str, None]]:
    found = []
    for name, values in ((run.baseline_name, run.baseline), ("test", run.metrics)):
        value = formats.score(values[metric.id].value, metric) if metric.id in values else formats.NOT_MEASURED
        found.append((f"{metric.label}, {name}", value, None))
    return found


def _fidelity(run: RunRecord) -> None:
    section(
        "How near to the papers",
        "What this run shares with each paper's experiment. It is a reproduction only where everything is the same.",
    )
    if not run.spec.fidelity:
        st.info("This run belongs to no paper: it is an experiment of our own.")
    for profile in run.spec.fidelity:
        PAPER.link(profile.paper, paper=profile.paper)
        prose_table(tables.fidelity(profile))
