"""Is the memory that is told before a run the memory that it takes? One row for each method, model and experiment.

    python benchmarks/memory.py

For every group of shipped runs: the peak that was measured (median over seeds) and what the formula of
``reproduce.costs`` says when it is calibrated without any record of that method on that architecture; below the table
also when it is calibrated without any record of the experiment. Goal: within a tenth. Nothing is run.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.home import Home
from corpus.library import open_corpus
from corpus.records.run import RunRecord, RunStatus
from reproduce.costs import Guess, memory_by_formula
from reproduce.registry import models

GOAL = 0.10


Group = tuple[str, str, str]  # experiment, method, architecture


@dataclass(frozen=True)
class Row:
    """A method in an experiment: what was measured and what would have been told."""

    group: Group
    runs: int
    measured: float  # GB
    told: Guess  # GB

    @property
    def error(self) -> float:
        """The relative error of what was told."""
        return self.told.middle / self.measured - 1

    @property
    def held(self) -> bool:
        """Whether what was measured is in the range that was told."""
        return self.told.low <= self.measured <= self.told.high


def grouped(records: Sequence[RunRecord]) -> dict[Group, list[RunRecord]]:
    """Return the finished runs that measured their memory."""
    groups: dict[Group, list[RunRecord]] = {}
    for record in records:
        if record.status is RunStatus.FINISHED and record.peak_memory_gb and record.spec.model in models():
            architecture = models()[record.spec.model].architecture
            groups.setdefault((record.spec.recipe, record.spec.method, architecture), []).append(record)
    return dict(sorted(groups.items()))


def rows(groups: Mapping[Group, Sequence[RunRecord]], left_out: Callable[[Group, Group], bool]) -> Iterator[Row]:
    """Yield a row for each group; ``left_out``: whether another group's records are kept from what is told of one."""
    for group, own in groups.items():
        others = [record for other, found in groups.items() if not left_out(group, other) for record in found]
        guess = memory_by_formula(own[0].spec, others)
        if guess is not None:
            yield Row(group, len(own), statistics.median(record.peak_memory_gb or 0.0 for record in own), guess)


def summary(found: Sequence[Row]) -> str:
    """Return how near what was told came."""
    errors = sorted(abs(row.error) for row in found)
    near, held = sum(error <= GOAL for error in errors), sum(row.held for row in found)
    return (
        f"{near} of {len(found)} within {GOAL:.0%}; median error {statistics.median(errors):.0%}, largest "
        f"{errors[-1]:.0%}; {held} in the range that was told"
    )


def main() -> None:
    """Print the table and how near it is."""
    with tempfile.TemporaryDirectory() as nobody:
        groups = grouped(open_corpus(Home(Path(nobody))).runs)
    found = list(rows(groups, lambda own, other: own[1:] == other[1:]))
    print("| experiment | method | architecture | runs | measured | told | error |")
    print("|---|---|---|---:|---:|---:|---:|")
    for row in found:
        numbers = f"{row.runs} | {row.measured:.2f} GB | {row.told.middle:.2f} GB | {row.error:+.0%}"
        print(f"| {' | '.join(row.group)} | {numbers} |")
    print(f"\nWithout the method on that architecture: {summary(found)}.")
    print(f"Without the experiment: {summary(list(rows(groups, lambda own, other: own[0] == other[0])))}.")


if __name__ == "__main__":
    main()
