"""The campaign: ``python -m reproduce.campaign`` runs the quick scale of every experiment that has no record yet.

Runs that share an experiment go together (``reproduce.together``), one thread each, as many groups at once as there
are cores. A record is put among the user's own runs as soon as its run ends; with ``--ship`` it is put among the
results that ship, which is how those are made. What has a record for the same spec, shipped or own, is not run again,
whatever its result; a run that was cancelled or lost is. So the campaign may be stopped at any time and started again.

Prints a line for each run, with an estimate of the rest.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from corpus.errors import CodepeftError, lookup
from corpus.files import dump_json_record, write_text
from corpus.home import SHIPPED_RUNS, Home
from corpus.records.run import RunRecord, RunSpec, RunStatus
from reproduce.fetch import fetch_inputs
from reproduce.lifeline import PARENT
from reproduce.plan import estimate, plan
from reproduce.queue.execute import environment
from reproduce.queue.folders import RunFolder
from reproduce.queue.landing import Ending, land
from reproduce.queue.locks import FileLock
from reproduce.queue.measured import own_record, sound_records
from reproduce.registry import experiments
from reproduce.together import likeness

TOGETHER = 9  # runs of a group: enough to share its start, few enough to keep every core busy to the end
NO_RESULT = {RunStatus.CANCELLED, RunStatus.LOST, RunStatus.DISK_FULL, RunStatus.READ_ONLY}
"""How a run ends that says nothing about its spec."""


class Campaign:
    """The specs to run, the records there are, and a line for each that is added."""

    def __init__(self, specs: Sequence[RunSpec], home: Home, *, ship: bool, tell: Callable[[str], None]) -> None:
        self._home, self._ship, self._tell = home, ship, tell
        self._records = list(sound_records(home).values())
        done = {record.spec_digest for record in self._records if record.status not in NO_RESULT}
        self.due = [spec for spec in specs if spec.digest() not in done]
        self.done = len(specs) - len(self.due)
        self._left = {spec.run_id(): spec for spec in self.due}
        self._costs: dict[tuple[str, str], float | None] = {}
        self._lock = threading.Lock()
        self.failed = 0

    def run(self, slots: int) -> None:
        """Run all that is due, so many groups at once."""
        self._slots = slots
        with ThreadPoolExecutor(slots) as pool:
            for group in [pool.submit(self._run_together, specs) for specs in in_groups(self.due)]:
                group.result()

    def rest(self, slots: int) -> timedelta | None:
        """Return how long what is left will probably take; None while nothing like it has a record."""
        costs = [self._seconds(spec) for spec in self._left.values()]
        known = [cost for cost in costs if cost is not None]
        return timedelta(seconds=round(sum(known) * len(costs) / len(known) / slots)) if known else None

    def _seconds(self, spec: RunSpec) -> float | None:
        """Return what a run will take, seeds alike; asked anew for an experiment when a record of it was added."""
        kind = (spec.recipe, spec.method)
        if kind not in self._costs:
            same = [record for record in self._records if record.spec.recipe == spec.recipe]
            cost = estimate(spec, same or self._records)
            self._costs[kind] = cost.seconds if cost else None
        return self._costs[kind]

    def _run_together(self, specs: Sequence[RunSpec]) -> None:
        begin = datetime.now(UTC)
        try:
            fetch_inputs(specs[0], self._home)
        except CodepeftError as error:
            self._leave_out(specs, error)
            return
        with contextlib.ExitStack() as locks:
            folders = dict(self._locked(specs, locks))
            if not folders:
                return
            arguments = [str(folder.root) for folder in folders.values()]
            process = subprocess.Popen(  # noqa: S603  (our own module on our own folders)
                [sys.executable, "-m", "reproduce.together", *arguments],
                env={**environment(self._home), PARENT: str(os.getpid())},
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            assert process.stdout is not None  # noqa: S101  (asked for above)
            by_name = {spec.run_id(): spec for spec in specs if spec.run_id() in folders}
            for line in process.stdout:
                if line.strip() in by_name:
                    self._land(by_name.pop(line.strip()), Ending(begin, RunStatus.LOST, "its process left no record"))
            process.wait()
            for spec in by_name.values():
                self._land(spec, Ending(begin, RunStatus.LOST, f"its group ended with {process.returncode} before it"))

    def _leave_out(self, specs: Sequence[RunSpec], error: CodepeftError) -> None:
        """Count runs whose inputs are not to be had here; they get no record, as nothing was tried."""
        with self._lock:
            self.failed += len(specs)
            for spec in specs:
                self._left.pop(spec.run_id())
            self._tell(f"{len(specs)} runs of {specs[0].recipe} are left out: {error}")

    def _locked(self, specs: Sequence[RunSpec], locks: contextlib.ExitStack) -> Iterator[tuple[str, RunFolder]]:
        for spec in specs:
            folder = RunFolder(self._home, spec.run_id())
            lock = locks.enter_context(FileLock(folder.lock_file))
            if not lock.acquire():
                self._tell(f"{folder.run_id} is being run by another process and is left to it")
                continue
            folder.write_spec(spec)
            folder.clear()
            yield folder.run_id, folder

    def _land(self, spec: RunSpec, ending: Ending) -> None:
        record = land(spec, ending, home=self._home)
        if self._ship and record.status not in NO_RESULT:
            ship(record, self._home)
        with self._lock:
            self._records.append(record)
            self._costs = {kind: cost for kind, cost in self._costs.items() if kind[0] != record.spec.recipe}
            self._left.pop(record.id, None)
            self.failed += record.status is not RunStatus.FINISHED
            number = len(self.due) - len(self._left)
            self._tell(f"[{number}/{len(self.due)}] {_in_words(record)}; {_rest_in_words(self.rest(self._slots))}")


def in_groups(specs: Sequence[RunSpec]) -> Iterator[list[RunSpec]]:
    """Yield the specs in groups that can be run together, in their order."""
    for _, alike in itertools.groupby(sorted(specs, key=_order(specs)), key=likeness):
        while batch := list(itertools.islice(alike, TOGETHER)):
            yield batch


def _order(specs: Sequence[RunSpec]) -> Callable[[RunSpec], int]:
    first: dict[object, int] = {}
    for at, spec in enumerate(specs):
        first.setdefault(likeness(spec), at)
    return lambda spec: first[likeness(spec)]


def ship(record: RunRecord, home: Home) -> Path:
    """Move a record of one's own, with its items, to where results ship; return the new place."""
    own = own_record(record.spec, home=home)
    target = SHIPPED_RUNS / record.spec.recipe / own.name
    target.parent.mkdir(parents=True, exist_ok=True)
    if record.items_file is not None:
        shutil.copyfile(own.with_name(record.items_file), target.with_name(record.items_file))
        own.with_name(record.items_file).unlink()
    write_text(target, dump_json_record(record))
    own.unlink()
    return target


def _in_words(record: RunRecord) -> str:
    spec, seconds = record.spec, round(record.seconds - (record.shared_time or 0.0))
    run = f"{spec.recipe} {spec.method} s{spec.seed}"
    if record.status is not RunStatus.FINISHED:
        return f"{run}: {record.status.value} after {seconds} s ({record.error})"
    score, before = record.metrics[spec.metric].value, record.baseline[spec.metric].value
    return f"{run}: {spec.metric} {score:.4f} ({record.baseline_name} {before:.4f}) in {seconds} s"


def _rest_in_words(rest: timedelta | None) -> str:
    return "the rest is not known yet" if rest is None else f"about {rest} left"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is missing; return 0, 1 when some run did not finish, 2 when the request was wrong."""
    parser = argparse.ArgumentParser(prog="python -m reproduce.campaign", description=__doc__)
    parser.add_argument("experiments", nargs="*", help="only these (default: all that need no consent)")
    parser.add_argument("--method", help="only this method")
    parser.add_argument("--seed", type=int, action="append", help="only this seed; may be given again")
    parser.add_argument("--slots", type=int, default=os.cpu_count() or 1, help="groups at once (default: one a core)")
    parser.add_argument("--ship", action="store_true", help="put the records among the results that ship")
    parser.add_argument("--dry-run", action="store_true", help="tell what is missing and how long it will take")
    options = parser.parse_args(arguments)
    try:
        names = [lookup("experiment", name, experiments()).id for name in options.experiments] or list(
            _without_consent()
        )
        specs = [spec for name in dict.fromkeys(names) for spec in plan(experiment=name, seeds=options.seed)]
        specs = [spec for spec in specs if options.method in (None, spec.method)]
        campaign = Campaign(specs, Home.from_environment(), ship=options.ship, tell=_print)
    except CodepeftError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return error.exit_code
    rest = _rest_in_words(campaign.rest(options.slots))
    _print(f"{campaign.done} of {len(specs)} runs have a record; {len(campaign.due)} are missing; {rest}")
    if not options.dry_run:
        campaign.run(options.slots)
    return 1 if campaign.failed else 0


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def _without_consent() -> Iterator[str]:
    """Yield the experiments that run no generated code, and so need no consent."""
    from reproduce.registry import datasets

    for experiment in experiments().values():
        if datasets()[experiment.dataset].kind != "programs":
            yield experiment.id


if __name__ == "__main__":
    sys.exit(main())
