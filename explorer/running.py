"""Running experiments as the command line and the pages ask for it: plan, start, follow, list."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from corpus.errors import RequestError, UnknownNameError
from corpus.home import Home
from corpus.records.run import RunRecord, RunSpec, RunStatus, Scale
from explorer import views
from reproduce.catalog import not_runnable_because
from reproduce.errors import NotRunnableError
from reproduce.plan import Estimate, estimate, plan
from reproduce.queue import (
    SWEEP_PREFIX,
    Answer,
    Event,
    Job,
    JobState,
    ensure_worker,
    events,
    jobs,
    log_tail,
    measured,
    submit,
    submit_sweep,
    sweep_id,
)
from reproduce.queue.devices import found_devices
from reproduce.queue.places import is_shared
from reproduce.registry import experiments
from taxonomy import Knowledge
from taxonomy.measured import Origin

POLL_SECONDS = 1.0
Document = dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """What somebody wants to run: a paper's or a named experiment, narrowed by task, methods and seeds."""

    subject: str
    task: str | None = None
    methods: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()
    scale: Scale = Scale.QUICK


@dataclass(frozen=True)
class Planned:
    """A run that would be started, with what it is expected to take; None: nothing to estimate from."""

    spec: RunSpec
    estimate: Estimate | None

    def document(self) -> Document:
        """Return the plan as JSON types."""
        return {
            "id": self.spec.run_id(),
            "spec": self.spec.model_dump(mode="json"),
            "estimate": None if self.estimate is None else asdict(self.estimate),
        }


def plan_for(wish: Wish, known: Knowledge) -> list[Planned]:
    """Return the runs that a wish means.

    Raises:
        UnknownNameError: no such paper, experiment, task or method.
        NotRunnableError: the paper's experiment cannot be run at this scale, and why.
    """
    words = known.vocabulary
    methods: list[str | None] = [words.resolve("methods", name) for name in wish.methods] or [None]
    task = words.resolve("tasks", wish.task) if wish.task else None
    paper = wish.subject if wish.subject in known.corpus.papers else None
    if paper is None and wish.subject not in experiments():
        raise UnknownNameError("paper or experiment", wish.subject, [*known.corpus.papers, *experiments()])
    if paper is not None and (reason := not_runnable_because(paper)):
        raise NotRunnableError(reason)
    specs = [
        spec
        for method in methods
        for spec in plan(
            paper=paper,
            experiment=None if paper else wish.subject,
            task=task,
            method=method,
            scale=wish.scale,
            seeds=wish.seeds or None,
        )
    ]
    records = known.corpus.every_run
    return [Planned(spec, estimate(spec, records)) for spec in specs]


@dataclass(frozen=True)
class Asked:
    """How somebody wants runs to be queued."""

    subject: str  # a paper or an experiment: the name under which runs asked for together are found again
    again: bool = False  # also what this machine has measured already
    priority: int = 5  # 0 to 9, the higher is taken first
    gpu: bool = False  # wait for a GPU slot


def start(specs: Sequence[RunSpec], *, home: Home, asked: Asked) -> list[Job]:
    """Queue runs and see to it that a worker takes them; several together are a sweep.

    Raise RequestError when a GPU is asked for and neither this machine nor a shared queue can have one.
    """
    if asked.gpu and not is_shared(home) and not found_devices():
        raise RequestError("there is no GPU here; leave out --gpu, or set CODEPEFT_DATABASE_URL to a shared queue")
    if len(specs) > 1:
        _, submitted = submit_sweep(
            asked.subject, specs, home=home, force=asked.again, priority=asked.priority, gpu=asked.gpu
        )
    else:
        submitted = submit(specs, home=home, force=asked.again, priority=asked.priority, gpu=asked.gpu)
    if any(job.answer is not Answer.ALREADY_MEASURED for job in submitted):
        ensure_worker(home=home, gpu=asked.gpu)
    return submitted


def name_of_sweep(subject: str, specs: Sequence[RunSpec]) -> str:
    """Return the name under which runs that were asked for together are found again."""
    return sweep_id(subject, specs)


def as_array(
    subject: str,
    specs: Sequence[RunSpec],
    *,
    home: Home,
    again: bool,
    gpu: bool,
    options: Sequence[str],
    tell: Callable[[str], None],
) -> Document:
    """Fetch what runs need, write them as a job array, submit it where there is sbatch; return names and numbers.

    Fetched here, since the nodes of a cluster often have no network. What this machine has measured is left out unless
    asked for ``again``. Raise RequestError for an option that is none, SbatchError when the cluster refuses.
    """
    from reproduce.fetch import fetch_inputs
    from reproduce.slurm import submit_array, write_array

    due = [spec for spec in specs if again or measured(spec, home=home) is None]
    if not due:
        return {"array": None, "folder": None, "runs": 0, "job": None, "collecting": None}
    name = sweep_id(subject, due).removeprefix(SWEEP_PREFIX)
    array = write_array(name, due, home=home, gpu=gpu, options=options)
    for spec in {(spec.model, spec.dataset): spec for spec in due}.values():
        tell(f"fetching {spec.model} and {spec.dataset}")
        fetch_inputs(spec, home)
    numbers = submit_array(array)
    job, collecting = numbers or (None, None)
    return {"array": name, "folder": str(array.folder), "runs": len(due), "job": job, "collecting": collecting}


def follow_events(run_id: str, *, home: Home) -> Iterator[str]:
    """Yield a line for each event of a run as it happens, until it has ended; nothing for one that has no queue's row.

    Where the run is on another machine, only the last event of each look is known.
    """
    told = 0
    last: Event | None = None
    while True:
        state = next((state for state in jobs(home=home) if state.id == run_id), None)
        if state is None:
            return
        written = events(run_id, home=home)
        if len(written) < told:  # it was begun again
            told = 0
        for event in written[told:]:
            yield in_words(event)
        told = len(written)
        if not written and state.event not in (None, last):
            last = state.event
            yield in_words(state.event) if state.event else ""
        if state.status.ended:
            return
        ensure_worker(home=home)
        time.sleep(POLL_SECONDS)


def in_words(event: Event) -> str:
    """Return an event as one line."""
    parts = [event.phase or "working"]
    if event.step is not None and event.steps is not None:
        parts.append(f"step {event.step} of {event.steps}")
    if event.loss is not None:
        parts.append(f"loss {event.loss:.3f}")
    if event.metric is not None and event.value is not None:
        parts.append(f"{event.metric} {event.value:.4f}")
    if event.tokens_per_second is not None:
        parts.append(f"{event.tokens_per_second:,.0f} tokens/s")
    if event.memory_gb is not None:
        parts.append(f"{event.memory_gb:.1f} GB")
    if event.message and event.metric is None:
        parts.append(event.message)
    return ", ".join(parts)


def follow(run_ids: Sequence[str], *, home: Home) -> Iterator[str]:
    """Yield a line whenever one of the runs has got on, until all have ended."""
    said: dict[str, str] = {}
    while True:
        states = [state for state in jobs(home=home) if state.id in run_ids]
        for state in states:
            line = standing(state)
            if said.get(state.id) != line:
                said[state.id] = line
                yield f"{state.id}: {line}"
        if all(state.status.ended for state in states):
            return
        ensure_worker(home=home)
        time.sleep(POLL_SECONDS)


def standing(state: JobState) -> str:
    """Return where a run stands, in a few words."""
    event = state.event
    if event is None or state.status.ended:
        return f"{state.status.value}{f' ({state.error})' if state.error else ''}"
    return f"{in_words(event)}{f' on {state.host}' if state.host else ''}"


def outcome(job: Job, *, home: Home) -> Document:
    """Return what became of a job: its record when it has one, else where it stands."""
    record = _own_record(job.spec, home)
    if record is not None:
        return {**views.run_summary(record, Origin.OWN), "answer": job.answer.value}
    state = next((state for state in jobs(home=home) if state.id == job.id), None)
    status = state.status.value if state else job.answer.value
    return {**_unfinished(job.spec, status), "answer": job.answer.value}


def _own_record(spec: RunSpec, home: Home) -> RunRecord | None:
    from corpus.files import read_run

    path = home.runs / spec.recipe / f"{spec.run_id()}.json"
    return read_run(path) if path.exists() else None


def _unfinished(spec: RunSpec, status: str) -> Document:
    return {
        "id": spec.run_id(), "origin": Origin.OWN.value, "status": status, "recipe": spec.recipe,
        "papers": list(spec.papers), "task": spec.task, "dataset": spec.dataset, "model": spec.model,
        "method": spec.method, "scale": spec.scale.value, "seed": spec.seed, "metric": spec.metric, "value": None,
        "low": None, "high": None, "untuned": None, "finished_at": None, "error": None,
    }  # fmt: skip


def all_runs(known: Knowledge, *, home: Home) -> list[Document]:
    """Return all runs: those that wait or run, then the records, newest first, own before shipped."""
    active = [
        {**_unfinished(state.spec, state.status.value), "standing": standing(state)}
        for state in jobs(home=home)
        if not state.status.ended
    ]
    at_work = {document["id"] for document in active}
    recorded = sorted(views.runs(known), key=lambda document: document["finished_at"], reverse=True)
    own = [run for run in recorded if run["origin"] == Origin.OWN and run["id"] not in at_work]
    return [*active, *own, *(run for run in recorded if run["origin"] == Origin.SHIPPED)]


def one_run(run_id: str, known: Knowledge, *, home: Home) -> Document:
    """Return one run: its whole record, or where it stands with the end of its log; raise UnknownNameError."""
    state = next((state for state in jobs(home=home) if state.id == run_id), None)
    if state is not None and not state.status.ended:
        return {
            **_unfinished(state.spec, state.status.value),
            "standing": standing(state),
            "spec": state.spec.model_dump(mode="json"),
            "log": log_tail(run_id, 20, home=home),
        }
    record = known.corpus.run(run_id)
    origin = Origin.OWN if record in known.corpus.own_runs else Origin.SHIPPED
    return {**views.plain(record), "origin": origin.value}


def minutes(expected: Estimate | None) -> str:
    """Return an estimated time as people read it."""
    if expected is None:
        return "not known"
    low, high = expected.seconds_range
    span = f" ({low / 60:.1f} to {high / 60:.1f})" if low != high else ""
    return f"{expected.seconds / 60:.1f} min{span}"


def memory(expected: Estimate | None) -> str:
    """Return an estimated memory use as people read it."""
    if expected is None or expected.memory_gb is None:
        return "not known"
    return f"{expected.memory_gb:.1f} GB"


def score(document: Document, known: Knowledge) -> str:
    """Return a run's score with its interval over items, or a dash while there is none."""
    if document["value"] is None:
        return "-"
    metric = known.vocabulary.label("metrics", document["metric"])
    interval = f" [{document['low']:.3f}, {document['high']:.3f}]" if document["low"] is not None else ""
    return f"{metric} {document['value']:.3f}{interval}"


def is_finished(status: str) -> bool:
    """Return whether a status says that a run was measured to its end."""
    return status == RunStatus.FINISHED.value


def home() -> Home:
    """Return the user's folder as the environment names it."""
    return Home.from_environment(os.environ)
