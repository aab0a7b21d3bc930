"""Commands that run: reproduce, runs, run, sweep, cancel, resume, collect, worker, doctor, explore."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from explorer.cli.app import JsonFlag, knowledge, print_json, print_table, say

if TYPE_CHECKING:
    from corpus.home import Home
    from corpus.records.run import RunSpec
    from reproduce.queue import Job, JobState

RunId = Annotated[str, typer.Argument(metavar="RUN", help="A run's id, as `codepeft runs` lists it.")]


def _home() -> Home:
    from corpus.home import Home

    return Home.from_environment()


def reproduce(
    subject: Annotated[str, typer.Argument(metavar="PAPER", help="A paper, e.g. P36, or an experiment.")],
    task: Annotated[str | None, typer.Option(help="Only this task.")] = None,
    method: Annotated[list[str] | None, typer.Option(help="Only this method; may be repeated.")] = None,
    seed: Annotated[list[int] | None, typer.Option(help="Only this seed; may be repeated.")] = None,
    scale: Annotated[
        Literal["quick", "paper"], typer.Option(help="Minutes on two CPU cores, or the paper's own size.")
    ] = "quick",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan at both scales with time and memory, run nothing.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Measure anew what this machine has measured already.")
    ] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Return at once; the runs go on in the background.")] = False,
    priority: Annotated[int, typer.Option(min=0, max=9, help="Runs with a higher one are taken first.")] = 5,
    gpu: Annotated[bool, typer.Option("--gpu", help="Wait for a GPU slot of a worker.")] = False,
    on: Annotated[
        Literal["here", "slurm"], typer.Option(help="The queue, or a job array of a Slurm cluster.")
    ] = "here",
    sbatch: Annotated[
        list[str] | None, typer.Option(help="An option for sbatch, e.g. --partition=gpu; may be repeated.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Run a paper's experiment on this machine. Example: codepeft reproduce P36 --method lora --scale quick."""
    from corpus.records.run import Scale
    from explorer import plans, running
    from reproduce.machine import slow_because

    known = knowledge()
    wanted = running.Wish(subject, task=task, methods=tuple(method or ()), seeds=tuple(seed or ()), scale=Scale(scale))
    plan = running.plan_for(wanted, known)
    for reason in dict.fromkeys(reason for entry in plan if (reason := slow_because(entry.spec))):
        say(reason)
    if dry_run:
        if as_json:
            print_json(plans.documents(subject, plan))
        else:
            print(plans.text(subject, plan, known.vocabulary))
        return
    if on == "slurm":
        _as_array(subject, [entry.spec for entry in plan], again=again, gpu=gpu, options=sbatch or [], as_json=as_json)
        return
    asked = running.Asked(subject, again=again, priority=priority, gpu=gpu)
    jobs = running.start([entry.spec for entry in plan], home=_home(), asked=asked)
    for job in jobs:
        say(f"{job.id}: {job.answer.value}")
    if len(plan) > 1:
        say(f"together: codepeft sweep {running.name_of_sweep(subject, [entry.spec for entry in plan])}")
    if not detach:
        _follow(jobs)
    documents = [running.outcome(job, home=_home()) for job in jobs]
    if as_json:
        print_json(documents)
    else:
        print_table(([d["id"], d["status"], running.score(d, known)] for d in documents), ("run", "status", "score"))
    if not detach and any(document["status"] != "finished" for document in documents):
        sys.exit(1)


def _as_array(subject: str, specs: list[RunSpec], *, again: bool, gpu: bool, options: list[str], as_json: bool) -> None:
    """Write the specs as a job array, submit it where there is sbatch, and say what to do next."""
    from explorer import running

    written = running.as_array(subject, specs, home=_home(), again=again, gpu=gpu, options=options, tell=say)
    if as_json:
        print_json(written)
    elif written["array"] is None:
        print("nothing to submit: every run was measured here already")
    elif written["job"] is None:
        print(
            f"{written['runs']} runs in {written['folder']}; there is no sbatch here: submit array.sh on the cluster,"
        )
        print(f"and when its jobs have ended: codepeft collect --ended {written['array']}")
    else:
        print(f"{written['runs']} runs submitted as job {written['job']}; job {written['collecting']} collects them")


def _follow(jobs: list[Job]) -> None:
    """Say what the runs are doing until all have ended; an interrupt leaves them running in the background."""
    from explorer import running

    try:
        for message in running.follow([job.id for job in jobs], home=_home()):
            say(message)
    except KeyboardInterrupt:
        say("no longer watching; the runs go on in the background: `codepeft runs`, `codepeft cancel RUN`")
        sys.exit(1)


def runs(as_json: JsonFlag = False) -> None:
    """List the runs: queued, running, measured here, shipped. Example: codepeft runs --json."""
    from explorer import running, views

    known = knowledge()
    documents = running.all_runs(known, home=_home())
    if as_json:
        print_json(documents)
        return
    print_table(
        ([d["id"], d["origin"], _status(d), running.score(d, known), views.progress(d)] for d in documents),
        ("run", "by", "status", "score", "progress"),
    )
    if not documents:
        say("no runs yet; start one with `codepeft reproduce P36 --method lora`")


def _status(document: dict[str, Any]) -> str:
    return "superseded" if document.get("superseded_because") else str(document["status"])


def run(
    run_id: RunId,
    follow: Annotated[bool, typer.Option("--follow", help="Say how it gets on until it has ended.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Show one run: its record, or where it stands. Example: codepeft run RUN --follow."""
    from explorer import running, texts

    if follow:
        try:
            for line in running.follow_events(run_id, home=_home()):
                say(line)
        except KeyboardInterrupt:
            sys.exit(1)
    document = running.one_run(run_id, knowledge(), home=_home())
    if as_json:
        print_json(document)
    else:
        print(texts.run(document))


def sweep(
    name: Annotated[str | None, typer.Argument(metavar="SWEEP", help="A sweep's id; without one, all.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Show runs that were asked for together, with their results so far. Example: codepeft sweep."""
    from explorer import sweeping
    from reproduce import queue

    home = _home()
    if name is None:
        states = [queue.sweep_state(each, home=home) for each in queue.sweeps(home=home).values()]
        summaries = [sweeping.sweep_summary(state) for state in states]
        if as_json:
            print_json(summaries)
        else:
            print_table(([s["id"], f"{s['finished']} of {s['runs']}"] for s in summaries), ("sweep", "finished"))
        return
    document = sweeping.sweep_document(queue.sweep_state(queue.sweep(name, home=home), home=home), home=home)
    if as_json:
        print_json(document)
        return
    print_table(document["statuses"].items(), ("run", "status"))
    print()
    header = ("dataset", "model", "method", "metric", "finished", "mean", "sd")
    print_table(
        (
            [c["dataset"], c["model"], c["method"], c["metric"], f"{c['finished']} of {c['seeds']}"]
            + ["-" if c[key] is None else f"{c[key]:.4f}" for key in ("mean", "sd")]
            for c in document["results"]
        ),
        header,
    )


RunOrSweep = Annotated[str, typer.Argument(metavar="RUN", help="A run's id or a sweep's.")]


def cancel(run_id: RunOrSweep, as_json: JsonFlag = False) -> None:
    """Stop a queued or running run, or all of a sweep; what was done is recorded. Example: codepeft cancel RUN."""
    from reproduce import queue

    if not run_id.startswith(queue.SWEEP_PREFIX):
        _tell(queue.cancel(run_id, home=_home()), as_json)
        return
    stopped = queue.cancel_sweep(run_id, home=_home())
    if as_json:
        print_json(stopped)
    else:
        print(f"{run_id}: {len(stopped)} runs are being stopped")


def resume(run_id: RunOrSweep, as_json: JsonFlag = False) -> None:
    """Queue a run again that did not finish; of a sweep, what may come out otherwise. Example: codepeft resume RUN."""
    from reproduce import queue

    home = _home()
    if not run_id.startswith(queue.SWEEP_PREFIX):
        state = queue.resume(run_id, home=home)
        queue.ensure_worker(home=home)
        _tell(state, as_json)
        return
    jobs = queue.resume_sweep(run_id, home=home)
    if jobs:
        queue.ensure_worker(home=home, gpu=queue.sweep(run_id, home=home).gpu)
    if as_json:
        print_json([{"id": job.id, "answer": job.answer.value} for job in jobs])
    else:
        print(f"{run_id}: {len(jobs)} runs are queued")


def collect(
    array: Annotated[
        str, typer.Argument(metavar="ARRAY", help="A job array's name, as `reproduce --on slurm` said it.")
    ],
    ended: Annotated[
        bool, typer.Option("--ended", help="No job of it runs any more: what has no record is lost.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Take the records that a job array has left. Example: codepeft collect --ended ARRAY."""
    from reproduce.slurm import collect

    found = collect(array, home=_home(), ended=ended)
    statuses = {record.id: record.status.value for record in found.landed}
    if as_json:
        print_json({"landed": statuses, "outstanding": list(found.outstanding)})
        return
    print_table([*statuses.items(), *([run_id, "no record yet"] for run_id in found.outstanding)], ("run", "status"))


def _tell(state: JobState, as_json: bool) -> None:
    if as_json:
        print_json(state.model_dump(mode="json"))
    else:
        print(f"{state.id}: {state.status.value}")


def worker(
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when the queue is empty.")] = False,
    slots: Annotated[int, typer.Option(min=0, help="Runs at once.")] = 1,
    gpu_slots: Annotated[
        int, typer.Option(min=0, help="Runs at once that wait for a GPU; each sees one, the others none.")
    ] = 0,
    memory_gb: Annotated[
        float | None,
        typer.Option("--memory-gb", min=0.1, help="Memory that a run may take; one that takes more is ended."),
    ] = None,
    hours: Annotated[
        float | None, typer.Option(min=0.001, help="Hours that a run may take; one that takes longer is ended.")
    ] = None,
) -> None:
    """Take queued runs until stopped. Example: codepeft worker --slots 4 --gpu-slots 2 --memory-gb 8."""
    from corpus.errors import RequestError
    from reproduce.queue import WorkerSettings
    from reproduce.queue.worker import worker

    if slots + gpu_slots == 0:
        raise RequestError("a worker without slots takes nothing; give --slots or --gpu-slots")
    say("taking queued runs; stop with Ctrl-C")
    settings = WorkerSettings(memory_gb=memory_gb, hours=hours)
    worker(home=_home(), until_idle=until_idle, slots=slots, gpu_slots=gpu_slots, settings=settings)


def doctor(as_json: JsonFlag = False) -> None:
    """Say what this machine can run, and what is missing. Example: codepeft doctor."""
    from explorer.doctor import examine

    findings = examine(_home())
    if as_json:
        print_json([finding.document() for finding in findings])
        return
    print_table(([finding.what, finding.state, finding.detail] for finding in findings), ("what", "state", "detail"))


def explore(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port on 127.0.0.1; default 8501 or the next free.")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
) -> None:
    """Start the web page on this machine. Example: codepeft explore --port 8600 --no-browser."""
    from explorer.serving import serve

    knowledge()  # a fault in the files is told here, before a server starts
    sys.exit(serve(port=port, open_browser=browser))


def register(application: typer.Typer) -> None:
    """Add the commands."""
    for function in (reproduce, runs, run, sweep, cancel, resume, collect, worker, doctor, explore):
        application.command()(function)
