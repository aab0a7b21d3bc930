"""What is missing: every method, task and architecture, and what kind of evidence stands there.

What the laboratory can run is asked of a function that the caller passes in: this room does not know it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from corpus.library import Corpus
from corpus.records import ReportedResult
from taxonomy.answers.experiments import current_runs
from taxonomy.answers.sides import architecture_of
from taxonomy.vocabulary import Vocabulary


class GapKind(StrEnum):
    """What stands in a cell. Every cell has exactly one."""

    STUDIED_AND_MEASURED = "studied and measured"
    STUDIED_ONLY = "studied only"
    MEASURED_ONLY = "measured only"
    WITHOUT_BASELINE = "reported without baseline"
    RUNNABLE = "unstudied but runnable"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True)
class Offer:
    """A run that the laboratory can make. None: nothing to estimate from."""

    experiment: str
    runs: int  # as planned: one for each seed
    minutes: float | None  # all of them, one after the other
    memory_gb: float | None  # peak of one
    basis: str | None  # what the estimate is from


@dataclass(frozen=True)
class Refusal:
    """Why the laboratory cannot run something, in a sentence."""

    because: str


Laboratory = Callable[[str, str, str], Offer | Refusal]
"""(method, task, architecture) -> what can be run there, or why nothing can."""


@dataclass(frozen=True)
class Gap:
    """One cell. ``offer`` None: nothing can be run; ``because`` says what stands there and why it has its kind."""

    method: str
    task: str
    architecture: str
    kind: GapKind
    papers: tuple[str, ...]
    numbers: int  # reported
    with_baseline: int  # of them, beside full fine-tuning
    runs: tuple[str, ...]
    offer: Offer | None
    because: str


@dataclass
class _Cell:
    papers: list[str] = field(default_factory=list)
    rows: list[ReportedResult] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)


Key = tuple[str, str, str]


def gaps(
    corpus: Corpus,
    vocabulary: Vocabulary,
    laboratory: Laboratory,
    *,
    methods: Collection[str] = (),
    tasks: Collection[str] = (),
    architectures: Collection[str] = (),
    kinds: Collection[GapKind] = (),
) -> tuple[Gap, ...]:
    """Return the cells in vocabulary order, each of the comparison's methods aside; empty filters keep everything.

    A cell is studied where a row of the review, or of our own classification, has the method, task and architecture,
    or where a number is reported for it. Numbers hang where their own method, task and model are.
    """
    cells = _cells(corpus, vocabulary)
    found = []
    for method in vocabulary.methods:
        if method.family == "comparison" or (methods and method.id not in methods):
            continue
        for task in vocabulary.tasks:
            if tasks and task.id not in tasks:
                continue
            for architecture in vocabulary.architectures:
                if architectures and architecture.id not in architectures:
                    continue
                key = (method.id, task.id, architecture.id)
                found.append(_gap(key, cells.get(key, _Cell()), laboratory(*key), corpus))
    return tuple(gap for gap in found if not kinds or gap.kind in kinds)


def _cells(corpus: Corpus, vocabulary: Vocabulary) -> Mapping[Key, _Cell]:
    cells: dict[Key, _Cell] = {}
    for paper in corpus.papers.values():
        for study in paper.studies:
            for method in study.methods:
                for architecture in study.architectures:
                    _cell(cells, (method, study.task, architecture)).papers.append(paper.id)
    for row in corpus.results:
        architecture_ = architecture_of(row.model, vocabulary)
        if row.method is not None and architecture_ is not None:
            cell = _cell(cells, (row.method, row.task, architecture_))
            cell.papers.append(row.paper)
            cell.rows.append(row)
    for run in current_runs(corpus):
        where = architecture_of(run.spec.model, vocabulary)
        if where is not None and run.spec.test_items is None:  # a trial on a part of the test set measures nothing
            _cell(cells, (run.spec.method, run.spec.task, where)).runs.append(run.id)
    return cells


def _cell(cells: dict[Key, _Cell], key: Key) -> _Cell:
    return cells.setdefault(key, _Cell())


def _gap(key: Key, cell: _Cell, answer: Offer | Refusal, corpus: Corpus) -> Gap:
    papers = tuple(sorted(set(cell.papers), key=lambda paper: int(paper[1:])))
    with_baseline = [row for row in cell.rows if row.full_finetuning_value is not None]
    kind = _kind(
        studied=bool(papers),
        numbers=bool(cell.rows),
        baseline=bool(with_baseline),
        measured=bool(cell.runs),
        runnable=isinstance(answer, Offer),
    )
    method, task, architecture = key
    return Gap(
        method=method,
        task=task,
        architecture=architecture,
        kind=kind,
        papers=papers,
        numbers=len(cell.rows),
        with_baseline=len(with_baseline),
        runs=tuple(cell.runs),
        offer=answer if isinstance(answer, Offer) else None,
        because="; ".join(_reasons(kind, papers, cell, with_baseline, answer, corpus)),
    )


def _kind(*, studied: bool, numbers: bool, baseline: bool, measured: bool, runnable: bool) -> GapKind:
    if measured:
        return GapKind.STUDIED_AND_MEASURED if studied else GapKind.MEASURED_ONLY
    if studied:
        return GapKind.WITHOUT_BASELINE if numbers and not baseline else GapKind.STUDIED_ONLY
    return GapKind.RUNNABLE if runnable else GapKind.UNSUPPORTED


def _reasons(
    kind: GapKind,
    papers: tuple[str, ...],
    cell: _Cell,
    with_baseline: list[ReportedResult],
    answer: Offer | Refusal,
    corpus: Corpus,
) -> Iterator[str]:
    if papers:
        yield f"studied in {', '.join(papers)}"
        yield _numbers(cell.rows, with_baseline, corpus)
    if cell.runs:
        yield f"{len(cell.runs)} runs"
    if kind is GapKind.UNSUPPORTED and isinstance(answer, Refusal):
        yield answer.because
    elif kind is GapKind.RUNNABLE and isinstance(answer, Offer):
        yield f"no paper and no run; {answer.experiment} can be run"


def _numbers(rows: Collection[ReportedResult], with_baseline: Collection[ReportedResult], corpus: Corpus) -> str:
    if not rows:
        return "no number could be read"
    if not with_baseline:
        return f"{len(rows)} numbers, none beside full fine-tuning"
    kept_out = _blocked(with_baseline, corpus)
    text = f"{len(rows)} numbers, {len(with_baseline)} beside full fine-tuning"
    return f"{text}, of which {len(kept_out)} are not comparable" if kept_out else text


def _blocked(rows: Iterable[ReportedResult], corpus: Corpus) -> list[str]:
    return [row.id for row in rows if any(c.not_comparable for c in corpus.cautions_on.get(row.id, ()))]


def nothing_runs(method: str, task: str, architecture: str) -> Refusal:
    """Answer for a laboratory that is not installed."""
    del method, task, architecture
    return Refusal("the laboratory is not installed")
