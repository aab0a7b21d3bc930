"""A corpus many times as large as the shipped one, made from it, in memory or as the files of a user's folder.

Every paper stands again with its numbers, runs and cautions under new ids, each copy's scores shifted at random.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from types import MappingProxyType

from corpus.files import dump_json_record, dump_paper, dump_results, write_text
from corpus.home import Home
from corpus.library import Corpus
from corpus.records import Paper, ReportedResult, RunRecord


def enlarged(corpus: Corpus, times: int, seed: int = 0) -> Corpus:
    """Return a corpus ``times`` as large; the first copy is the corpus itself."""
    papers: dict[str, Paper] = {}
    results: list[ReportedResult] = []
    for copy in range(times):
        shifts = random.Random(seed + copy)  # noqa: S311  (not for secrets)
        for paper in corpus.papers.values():
            name = f"P{int(paper.id[1:]) + 1000 * copy}"
            papers[name] = _again(paper, name, copy)
            shift = shifts.gauss(0.0, 0.02) if copy else 0.0
            results += _renamed(corpus.results_of[paper.id], name, shift)
    runs = tuple(_run_again(run, copy) for copy in range(times) for run in corpus.runs)
    return Corpus(MappingProxyType(papers), tuple(results), runs)


def write_copies(corpus: Corpus, shipped: Corpus, home: Home) -> None:
    """Write what an enlarged corpus has beyond the shipped one into a user's folder."""
    whole = {run.id for run in shipped.runs}
    for name, paper in corpus.papers.items():
        if name not in shipped.papers:
            write_text(home.papers / f"{name}.yaml", dump_paper(paper))
            if corpus.results_of[name]:
                write_text(home.results / f"{name}.csv", dump_results(corpus.results_of[name]))
    for run in corpus.runs:
        if run.id not in whole:
            write_text(home.runs / run.spec.recipe / f"{run.id}.json", dump_json_record(run))


def _again(paper: Paper, name: str, copy: int) -> Paper:
    """Return a paper under another id, with its studies, claims and cautions; no two papers have one DOI."""
    if not copy:
        return paper
    moved = Paper.model_validate_json(paper.model_dump_json().replace(f'"{paper.id}-', f'"{name}-').replace(
        f'"id":"{paper.id}"', f'"id":"{name}"'
    ))  # fmt: skip
    entry = moved.bibliography
    own = {"title": f"{entry.title} ({copy})", "doi": None, "arxiv": None, "url": f"{entry.url}#{copy}"}
    return moved.model_copy(update={"bibliography": entry.model_copy(update=own)})


def _renamed(rows: tuple[ReportedResult, ...], paper: str, shift: float) -> Iterator[ReportedResult]:
    for number, row in enumerate(rows, 1):
        top = 1.0 if row.value <= 1 else 100.0  # of the metric's scale, as near as matters here
        factor = 1 + shift if row.value * (1 + shift) <= top else 1.0
        changed = {"value": row.value * factor, "printed_value": row.printed_value * factor}
        yield row.model_copy(update={"id": f"{paper}-R{number:03d}", "paper": paper, **changed})


def _run_again(run: RunRecord, copy: int) -> RunRecord:
    """Return a run as if it had been made with another seed."""
    if not copy:
        return run
    spec = run.spec.model_copy(update={"seed": run.spec.seed + 1000 * copy})
    again = run.model_copy(update={"id": spec.run_id(), "spec_digest": spec.digest(), "spec": spec})
    return again.sealed() if run.content_sha256 else again
