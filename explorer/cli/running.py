"""Commands that run: reproduce, runs, run, cancel, resume, worker, doctor, explore."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from explorer.cli.app import JsonFlag, knowledge, print_json, print_table, say

if TYPE_CHECKING:
    from corpus.home import Home
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
    jobs = running.start([entry.spec for entry in plan], home=_home(), again=again)
    for job in jobs:
        say(f"{job.id}: {job.answer.value}")
    if not detach:
        _follow(jobs)
    documents = [running.outcome(job, home=_home()) for job in jobs]
    if as_json:
        print_json(documents)
    else:
        print_table(([d["id"], d["status"], running.score(d, known)] for d in documents), ("run", "status", "score"))
    if not detach and any(document["status"] != "finished" for document in documents):
        sys.exit(1)


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
        ([d["id"], d["origin"], d["status"], running.score(d, known), views.progress(d)] for d in documents),
        ("run", "by", "status", "score", "progress"),
    )
    if not documents:
        say("no runs yet; start one with `codepeft reproduce P36 --method lora`")


def run(run_id: RunId, as_json: JsonFlag = False) -> None:
    """Show one run: its record, or where it stands. Example: codepeft run RUN --json."""
    from explorer import running, texts

    document = running.one_run(run_id, knowledge(), home=_home())
    if as_json:
        print_json(document)
    else:
        print(texts.run(document))


def cancel(run_id: RunId, as_json: JsonFlag = False) -> None:
    """Stop a queued or running run; what it did so far is recorded as cancelled. Example: codepeft cancel RUN."""
    from reproduce.queue import cancel

    _tell(cancel(run_id, home=_home()), as_json)


def resume(run_id: RunId, as_json: JsonFlag = False) -> None:
    """Queue a run again that did not finish, from its beginning. Example: codepeft resume RUN."""
    from reproduce.queue import ensure_worker, resume

    state = resume(run_id, home=_home())
    ensure_worker(home=_home())
    _tell(state, as_json)


def _tell(state: JobState, as_json: bool) -> None:
    if as_json:
        print_json(state.model_dump(mode="json"))
    else:
        print(f"{state.id}: {state.status.value}")


def worker(
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when the queue is empty.")] = False,
    slots: Annotated[int, typer.Option(min=1, help="Runs at once.")] = 1,
) -> None:
    """Take queued runs until stopped. Example: codepeft worker --until-idle."""
    from reproduce.queue.worker import worker

    say("taking queued runs; stop with Ctrl-C")
    worker(home=_home(), until_idle=until_idle, slots=slots)


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
    for function in (reproduce, runs, run, cancel, resume, worker, doctor, explore):
        application.command()(function)
