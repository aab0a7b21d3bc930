"""The whole corpus in memory: papers, reported numbers, runs, as read from their files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from corpus.drafts import is_draft
from corpus.errors import Problem, RecordError, lookup
from corpus.files import raise_all, read_json_record, read_paper, read_results, read_run
from corpus.home import SHIPPED_PAPERS, SHIPPED_RESULTS, SHIPPED_RUNS, Home
from corpus.records import Caution, ForeignFile, ForeignResult, Paper, ReportedResult, RunRecord
from corpus.references import import_files


def paper_order(paper_id: str) -> tuple[str, int]:
    """Return what a paper id is sorted by: P9 stands before P10, and the review's papers before a user's X1."""
    return paper_id[0], int(paper_id[1:])


@dataclass(frozen=True)
class Corpus:
    """What the papers say and what was measured. Everything is in display order and immutable."""

    papers: Mapping[str, Paper]
    results: tuple[ReportedResult, ...]
    runs: tuple[RunRecord, ...]  # those that ship with the package
    own_runs: tuple[RunRecord, ...] = ()  # those in the user's folder; a shipped run may have been run again here
    foreign: tuple[ForeignResult, ...] = ()  # measured by others and imported by the user; never mixed with ours

    def paper(self, paper_id: str) -> Paper:
        """Return a paper; raise UnknownNameError with the nearest ids."""
        return lookup("paper", paper_id, self.papers)

    @property
    def every_run(self) -> tuple[RunRecord, ...]:
        """All runs, shipped ones first; a run that ships and was run again here stands twice."""
        return (*self.runs, *self.own_runs)

    def run(self, run_id: str) -> RunRecord:
        """Return a run, the user's own before the shipped one; raise UnknownNameError with the nearest ids."""
        return lookup("run", run_id, {run.id: run for run in self.every_run})

    @cached_property
    def results_of(self) -> Mapping[str, tuple[ReportedResult, ...]]:
        """Reported numbers by paper id; papers without any have an empty tuple."""
        grouped: dict[str, list[ReportedResult]] = {paper_id: [] for paper_id in self.papers}
        for result in self.results:
            grouped[result.paper].append(result)
        return MappingProxyType({paper_id: tuple(rows) for paper_id, rows in grouped.items()})

    @cached_property
    def cautions_on(self) -> Mapping[str, tuple[Caution, ...]]:
        """Cautions by the id of the reported number that they bite; numbers without any are absent."""
        found: dict[str, list[Caution]] = {}
        for paper in self.papers.values():
            for caution in paper.cautions:
                for row in self.results_of[paper.id]:
                    if any(selector.matches(row) for selector in caution.touches.results):
                        found.setdefault(row.id, []).append(caution)
        return MappingProxyType({row_id: tuple(cautions) for row_id, cautions in found.items()})


@dataclass(frozen=True)
class RecordFiles:
    """The record files of one corpus: those that ship, then the user's own."""

    papers: tuple[Path, ...]
    results: tuple[Path, ...]
    runs: tuple[Path, ...]
    own_runs: tuple[Path, ...]
    foreign: tuple[Path, ...] = ()
    imports: tuple[Path, ...] = ()  # the user's references; read by ``corpus.references``

    @classmethod
    def find(cls, home: Home) -> RecordFiles:
        """Return the files that exist now, shipped ones first, each group in a fixed order."""
        own = [path for path in home.papers.glob("[PX]*.yaml") if not is_draft(path)]
        drafts = {path.stem for path in home.papers.glob("[PX]*.yaml")} - {path.stem for path in own}
        own_results = [path for path in home.results.glob("[PX]*.csv") if path.stem not in drafts]
        return cls(
            papers=_in_order(SHIPPED_PAPERS.glob("P*.yaml")) + _in_order(own),
            results=_in_order(SHIPPED_RESULTS.glob("P*.csv")) + _in_order(own_results),
            runs=tuple(sorted(SHIPPED_RUNS.glob("*/*.json"))),
            own_runs=tuple(sorted(home.runs.glob("*/*.json"))),
            foreign=_in_order(home.foreign.glob("F*.json")),
            imports=import_files(home),
        )

    def digest(self) -> str:
        """Return the SHA-256 over the names and contents of all files: same digest, same corpus."""
        digest = hashlib.sha256()
        for kind in ("papers", "results", "runs", "own_runs", "foreign", "imports"):
            for path in getattr(self, kind):
                try:
                    content = path.read_bytes()
                except OSError as error:  # reading the corpus tells it
                    content = str(error).encode()
                digest.update(f"{kind} {path.name} {len(content)}\n".encode())
                digest.update(content)
        return digest.hexdigest()


def _in_order(paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(sorted(paths, key=lambda path: (len(path.stem), path.stem)))


def read_corpus(files: RecordFiles) -> Corpus:
    """Read all record files; raise one RecordError that lists every fault of every file."""
    problems: list[Problem] = []
    papers: dict[str, Paper] = {}
    results: list[ReportedResult] = []
    stems = {path.stem for path in files.papers}
    ids: dict[str, set[str]] = {}  # of numbers, by their file's name
    for path in files.papers:
        try:
            paper = read_paper(path)
        except RecordError as error:
            problems.extend(error.problems)
            continue
        if paper.id in papers:
            problems.append(Problem(path.name, "id", f"{paper.id} exists already; give your own paper a free number"))
        papers[paper.id] = paper
    for path in files.results:
        if path.stem not in papers and path.stem not in stems:
            problems.append(Problem(path.name, "", f"there is no paper record {path.stem}.yaml"))
            continue
        try:
            rows = read_results(path)
        except RecordError as error:
            problems.extend(error.problems)
            continue
        there = ids.setdefault(path.stem, set())
        twice = [row.id for row in rows if row.id in there]
        there.update(row.id for row in rows)
        problems.extend(Problem(path.name, row_id, "stands in another file of this name too") for row_id in twice)
        results.extend(rows)
    shipped_runs = _read_runs(files.runs, problems)
    own_runs = _read_runs(files.own_runs, problems)
    foreign = _read_foreign(files.foreign, problems)
    raise_all(problems)
    ordered = dict(sorted(papers.items(), key=lambda item: paper_order(item[0])))
    return Corpus(MappingProxyType(ordered), tuple(results), shipped_runs, own_runs, foreign)


def _read_foreign(paths: Iterable[Path], problems: list[Problem]) -> tuple[ForeignResult, ...]:
    found: list[ForeignResult] = []
    for path in paths:
        try:
            found.extend(read_json_record(path, ForeignFile).results)
        except RecordError as error:
            problems.extend(error.problems)
    return tuple(found)


def _read_runs(paths: Iterable[Path], problems: list[Problem]) -> tuple[RunRecord, ...]:
    runs: dict[str, RunRecord] = {}
    for path in paths:
        try:
            run = read_run(path)
        except RecordError as error:
            problems.extend(error.problems)
            continue
        if run.id in runs:
            problems.append(Problem(path.name, "id", f"{run.id} stands in another file too"))
        runs[run.id] = run
    return tuple(runs.values())


def open_corpus(home: Home | None = None) -> Corpus:
    """Return the shipped corpus together with the user's own papers and runs."""
    return read_corpus(RecordFiles.find(home or Home.from_environment()))
