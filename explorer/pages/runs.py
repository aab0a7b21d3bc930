"""Runs: waiting, at work, ended; one of them in detail. All of it is read from files and the queue."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from corpus.errors import CodepeftError, UnknownNameError
from corpus.records import RunRecord
from explorer import data, formats, queueing, tables
from explorer.addresses import NODE, PAPER, RUNS
from explorer.figures.loss import loss_curve
from explorer.markup import plain
from explorer.parts.charts import chart, grid
from explorer.parts.frame import page
from explorer.parts.headings import PROSE, facts, heading, section, trail
from explorer.queueing import Standing
from taxonomy import Knowledge
from taxonomy.measured import Origin

EVERY = 2.0  # seconds between two looks while something runs


def live(run: str | None) -> None:
    """Draw what is waiting or at work, anew every EVERY seconds while there is something."""
    before = queueing.active(data.home(), run)

    @st.fragment(run_every=EVERY if before else None)
    def board() -> None:
        now = queueing.active(data.home(), run)
        if [state.id for state in now] != [state.id for state in before]:
            st.rerun()  # something ended: its record belongs to the whole page
        for state in now:
            at_work(state)

    board()


def at_work(state: Standing) -> None:
    """Draw one run that waits or is at work."""
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            RUNS.link_id(state.id, run=state.id)
            st.caption(f"{state.status} since {formats.moment(state.since)}", width="content")
            if state.status != "cancelling" and st.button("Cancel", key=f"cancel-{state.id}"):
                told(queueing.cancel, state.id)
        if state.progress is not None:
            st.progress(state.progress, text=plain(state.doing))
        else:
            st.caption(plain(state.doing))


def told(ask: queueing.Request, run: str) -> None:
    """Ask the queue for something and show the answer, or the sentence why not."""
    try:
        ask(run, data.home())
        st.rerun()
    except CodepeftError as error:
        st.warning(plain(str(error)))


def listing(known: Knowledge) -> None:
    """Draw all runs."""
    heading("Runs", "What this machine measures and has measured. Runs go on when this page is closed.")
    reason = queueing.missing()
    section("Waiting and at work")
    if reason:
        st.info(reason)
    elif queueing.active(data.home()):
        live(None)
    else:
        st.info(
            "Nothing is waiting or running. A method's, a task's or a paper's page has a button that measures it here."
        )
    ended = [state for state in queueing.ended(data.home()) if state.status != "finished"]
    if ended:
        section("Ended without a result")
        for state in ended:
            with st.container(horizontal=True, vertical_alignment="center"):
                RUNS.link_id(state.id, run=state.id)
                st.caption(
                    plain(f"{state.status.replace('_', ' ')}, {formats.moment(state.since)}. {state.error or ''}"),
                    width="stretch",
                )
                if st.button("Run again", key=f"resume-{state.id}"):
                    told(queueing.resume, state.id)
    records(known)


def records(known: Knowledge) -> None:
    """Draw all records, and a list that leads to each."""
    section("Records")
    every = [
        *((Origin.OWN, run) for run in known.corpus.own_runs),
        *((Origin.SHIPPED, run) for run in known.corpus.runs),
    ]
    if not every:
        st.info("There is no run record yet. Queue a run from the page of a method, a task or a paper.")
        return
    st.caption(
        f"{formats.count(len(every), 'record')}; score with its 95 % bootstrap interval over test items (low, high), "
        "on the metric's declared scale.",
        width=PROSE,
    )
    grid(tables.runs(every, known), key="records")
    names = {f"{run.id}, by {tables.ORIGINS[origin]}": (origin, run.id) for origin, run in every}
    chosen = st.selectbox("Open a record", list(names), index=None, placeholder="run", width=620)
    if chosen:
        origin, run = names[chosen]
        RUNS.go(run=run, by=origin.value)


def detail(run: str, known: Knowledge) -> None:
    """Draw one run: where it stands, its record, its log."""
    found = recorded(run, known)
    state = queueing.standing(run, data.home())
    if not found and state is None:
        known_runs = [record.id for record in known.corpus.every_run]
        raise UnknownNameError("run", run, [*known_runs, *queueing.names(data.home())])
    spec = next(iter(found.values())).spec if found else queueing.spec(run, data.home())
    words = known.vocabulary
    name = f"{words.label('methods', spec.method)} on {words.label('datasets', spec.dataset)}, seed {spec.seed}"
    trail([("Runs", RUNS, {})], name)
    heading(name)
    st.code(run, language=None, width="content")
    if state is not None and state.active:
        live(run)
    elif state is not None and state.status != "finished":
        ended_badly(state)
    origin = shown_origin(found)
    if origin is not None:
        for other in found.keys() - {origin}:
            RUNS.link(f"The same experiment, measured by {tables.ORIGINS[other]}", run=run, by=other.value)
        record(found[origin], tables.ORIGINS[origin], known)
    if state is not None:
        losses = () if origin else queueing.losses(run, data.home())
        if losses:
            curve(losses)
        with st.expander("End of the log"):
            st.code("\n".join(queueing.log(run, data.home())) or "nothing was written yet", language=None)


def recorded(run: str, known: Knowledge) -> dict[Origin, RunRecord]:
    """Return a run's records by who measured, one's own first."""
    both = ((Origin.OWN, known.corpus.own_runs), (Origin.SHIPPED, known.corpus.runs))
    return {origin: record for origin, records in both for record in records if record.id == run}


def shown_origin(found: dict[Origin, RunRecord]) -> Origin | None:
    """Return whose record the address asks for; without a word of it, one's own before the project's."""
    asked = next((origin for origin in found if origin.value == st.query_params.get("by")), None)
    return asked or next(iter(found), None)


def ended_badly(state: Standing) -> None:
    """Draw how a run ended that has no result, and the button that tries again."""
    st.warning(plain(f"This run is {state.status.replace('_', ' ')}. {state.error or ''}"))
    if st.button("Run again", key="again"):
        told(queueing.resume, state.id)


def curve(points: Sequence[tuple[int, float]]) -> None:
    """Draw the training loss."""
    section("Training loss")
    chart(
        loss_curve(points),
        alt=f"Training loss from {points[0][1]:.3f} at step {points[0][0]} to {points[-1][1]:.3f} at step {points[-1][0]}.",
        key="loss",
        twin=tables.table(({"step": step, "loss": loss} for step, loss in points), ("step", "loss")),
        caption="Mean loss since the previous point, on training batches.",
    )


def record(run: RunRecord, by: str, known: Knowledge) -> None:
    """Draw a record in full."""
    spec, words = run.spec, known.vocabulary
    metric = words.metric[spec.metric]
    with st.container(horizontal=True, gap="small"):
        for node in (f"method/{spec.method}", f"task/{spec.task}"):
            NODE.link(known.graph.nodes[node]["node"].label, node=node)
        for paper in spec.papers:
            PAPER.link(f"for {paper}", paper=paper)
    scores = [("untuned", run.baseline), ("validation", run.validation), ("test", run.metrics)]
    facts(
        [
            (
                f"{metric.label}, {name}",
                formats.score(values[spec.metric].value if spec.metric in values else None, metric).replace(
                    "not reported", "not measured"
                ),
                None,
            )
            for name, values in scores
        ]
        + [
            ("measured by", by, None),
            ("status", run.status.value, None),
            ("training", formats.duration(run.train_time), None),
            ("peak memory", formats.gigabytes(run.peak_memory_gb), None),
        ]
    )
    if run.error:
        st.warning(plain(run.error))
    section(
        "Scores",
        f"On the metric's declared scale ({formats.scale_of(metric)}), with a 95 % bootstrap interval over test items.",
    )
    grid(
        tables.table(
            (
                {
                    "on": name,
                    "metric": words.label("metrics", id_),
                    "value": score.value,
                    "low": score.low,
                    "high": score.high,
                    "items": score.items,
                }
                for name, values in scores
                for id_, score in values.items()
            ),
            ("on", "metric", "value", "low", "high", "items"),
        ),
        key="scores",
    )
    fidelity(run)
    if run.train_loss:
        curve(run.train_loss)
    ingredients(run, known)


def fidelity(run: RunRecord) -> None:
    """Draw how near the run comes to each paper that it is for."""
    section(
        "How near to the papers",
        "What this run shares with each paper's experiment. It is a reproduction only where everything is the same.",
    )
    if not run.spec.fidelity:
        st.info("This run belongs to no paper: it is an experiment of our own.")
    for profile in run.spec.fidelity:
        PAPER.link(profile.paper, paper=profile.paper)
        aspects = ("model", "data", "steps", "metric", "settings")
        rows = [
            {"aspect": name, "likeness": getattr(profile, name).likeness.value, "note": getattr(profile, name).note}
            for name in aspects
        ]
        grid(
            tables.table(rows, ("aspect", "likeness", "note")),
            key=f"fidelity-{profile.paper}",
            columns={"note": st.column_config.TextColumn(width="large")},
        )


def ingredients(run: RunRecord, known: Knowledge) -> None:
    """Draw everything that went into the run."""
    spec, words = run.spec, known.vocabulary
    section("What it was")
    share = (
        100 * run.num_trainable_params / run.num_total_params
        if run.num_trainable_params is not None and run.num_total_params
        else None
    )
    lines = [
        ("task", words.label("tasks", spec.task)),
        ("data set", words.label("datasets", spec.dataset)),
        ("model", words.label("models", spec.model)),
        ("method", words.label("methods", spec.method)),
        *tables.flattened(spec.method_settings, "method setting: "),
        *tables.flattened(spec.training.model_dump(), "training: "),
        ("seed", spec.seed),
        ("scale", spec.scale.value),
        ("trainable parameters", f"{run.num_trainable_params:,} ({share:.3g} %)" if share is not None else None),
        ("size of what is kept", f"{run.adapter_file_size:,} bytes" if run.adapter_file_size is not None else None),
        ("real tokens trained on", f"{run.train_tokens:,}" if run.train_tokens is not None else None),
        ("tokens a second", f"{run.tokens_per_second:,.0f}" if run.tokens_per_second is not None else None),
        ("evaluation time", formats.duration(run.evaluation_time)),
        ("started", formats.moment(run.started_at)),
        ("finished", formats.moment(run.finished_at)),
        ("device", run.hardware.device if run.hardware else None),
        ("processor", run.hardware.processor if run.hardware else None),
        ("threads", run.hardware.cores if run.hardware else None),
        ("load average at the start", run.load_average),
        *((f"version: {name}", version) for name, version in run.versions.items()),
        *(
            (f"{kind}: {part}", getattr(files, part))
            for kind, files in (("model files", run.model_files), ("data files", run.data_files))
            if files
            for part in ("name", "revision", "origin", "sha256")
        ),
        ("code", run.code_commit),
        ("spec digest", run.spec_digest),
        ("per-item scores, SHA-256", run.items_sha256),
    ]
    grid(
        tables.pairs(((name, "not measured" if value is None else value) for name, value in lines), "what", "value"),
        key="ingredients",
        columns={"value": st.column_config.TextColumn(width="large")},
        height=520,
    )


def draw(known: Knowledge) -> None:
    """Draw the page."""
    asked = st.query_params.get("run")
    if asked:
        detail(asked, known)
    else:
        listing(known)


page(draw)
