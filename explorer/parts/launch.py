"""'Measure this on this machine': the plan first, then the button."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from explorer import data, formats, measuring, sentences, tables
from explorer.addresses import RUN, RUNS
from explorer.markup import plain
from explorer.measuring import Planned
from explorer.parts.charts import grid
from taxonomy import Knowledge


def launch(planned: Sequence[Planned], known: Knowledge, *, key: str, every_seed: bool = False) -> None:
    """Draw what would be run, what it takes, and the button that queues it. ``every_seed``: all seeds at first."""
    reason = measuring.missing()
    if reason is not None:
        st.info(reason)
        return
    words = known.vocabulary
    with st.container(horizontal=True):
        experiments = list(dict.fromkeys(run.spec.recipe for run in planned))
        experiment = st.selectbox("Experiment", experiments, key=f"{key}-experiment", width=280)
        there = [run for run in planned if run.spec.recipe == experiment]
        methods = list(dict.fromkeys(run.spec.method for run in there))
        wanted = st.multiselect(
            "Methods",
            methods,
            format_func=lambda name: words.label("methods", name),
            key=f"{key}-methods",
            placeholder="all",
            width=320,
        )
        seeds = sorted({run.spec.seed for run in there})
        chosen_seeds = st.multiselect(
            "Seeds", seeds, default=seeds if every_seed else seeds[:1], key=f"{key}-seeds", width=220
        )
    chosen = [run for run in there if run.spec.method in (wanted or methods) and run.spec.seed in chosen_seeds]
    due = [run for run in chosen if not run.here]
    if not chosen:
        st.info("Choose at least one seed.")
        return
    st.caption(plain(sentences.of_plan(due, len(chosen) - len(due))), width=860)
    slow = measuring.slow_because(due)
    if slow is not None:
        st.warning(plain(f"{slow}."))
    with st.expander("The runs in this plan", key=f"{key}-plan"):
        grid(_table(chosen, known), key=f"{key}-plan-table")
    label = f"Measure this on this machine ({formats.count(len(due), 'run')})"
    if st.button(label, type="primary", disabled=not due, key=f"{key}-start"):
        names = measuring.start(due, data.home())
        if len(names) == 1:
            RUN.go(run=names[0])
        RUNS.go()


def _table(chosen: Sequence[Planned], known: Knowledge) -> pd.DataFrame:
    words = known.vocabulary
    return tables.table(
        (
            {
                "run": run.spec.run_id(),
                "method": words.label("methods", run.spec.method),
                "model": words.label("models", run.spec.model),
                "data set": words.label("datasets", run.spec.dataset),
                "seed": run.spec.seed,
                "steps": run.spec.training.steps,
                "time": formats.duration(run.seconds) if run.seconds is not None else "not known",
                "memory": formats.gigabytes(run.memory_gb) if run.memory_gb is not None else "not known",
                "measured": _measured(run),
            }
            for run in chosen
        ),
        ("run", "method", "model", "data set", "seed", "steps", "time", "memory", "measured"),
    )


def _measured(run: Planned) -> str:
    by = [name for name, done in (("this project", run.shipped), ("this machine", run.here)) if done]
    return f"by {' and '.join(by)}" if by else "no"
