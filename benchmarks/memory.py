"""Is the memory that is told before a run the memory that it takes? One row for each method, model and experiment.

    python benchmarks/memory.py

For every group of shipped runs: the peak that was measured (median over seeds) and what the formula of
``reproduce.costs`` says when it is calibrated without any record of that method on that architecture. Goal: within a
tenth. Nothing is run.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.home import Home
from corpus.library import open_corpus
from corpus.records.run import RunRecord, RunStatus
from reproduce.costs import memory_by_formula
from reproduce.registry import models

GOAL = 0.10


@dataclass(frozen=True)
class Row:
    """A method in an experiment: what was measured and what would have been told."""

    experiment: str
    method: str
    architecture: str
    runs: int
    measured: float  # GB
    told: float  # GB

    @property
    def error(self) -> float:
        """The relative error of what was told."""
        return self.told / self.measured - 1


def rows(records: Sequence[RunRecord]) -> Iterator[Row]:
    """Yield a row for each group of finished runs on a CPU that measured their memory."""
    groups: dict[tuple[str, str, str], list[RunRecord]] = {}
    for record in records:
        if record.status is RunStatus.FINISHED and record.peak_memory_gb and record.spec.model in models():
            architecture = models()[record.spec.model].architecture
            groups.setdefault((record.spec.recipe, record.spec.method, architecture), []).append(record)
    for (experiment, method, architecture), group in sorted(groups.items()):
        others = [
            record
            for (_, other, kind), records_ in groups.items()
            if (other, kind) != (method, architecture)
            for record in records_
        ]
        guess = memory_by_formula(group[0].spec, others)
        if guess is not None:
            measured = statistics.median(record.peak_memory_gb or 0.0 for record in group)
            yield Row(experiment, method, architecture, len(group), measured, guess.middle)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as nobody:
        found = list(rows(open_corpus(Home(Path(nobody))).runs))
    print("| experiment | method | architecture | runs | measured | told | error |")
    print("|---|---|---|---:|---:|---:|---:|")
    for row in found:
        numbers = f"{row.runs} | {row.measured:.2f} GB | {row.told:.2f} GB | {row.error:+.0%}"
        print(f"| {row.experiment} | {row.method} | {row.architecture} | {numbers} |")
    near = sum(abs(row.error) <= GOAL for row in found)
    errors = sorted(abs(row.error) for row in found)
    if errors:
        print(f"\n{near} of {len(found)} within {GOAL:.0%}; median error {statistics.median(errors):.0%}, ", end="")
        print(f"largest {errors[-1]:.0%}")


if __name__ == "__main__":
    main()
