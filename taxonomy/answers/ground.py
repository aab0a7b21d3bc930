"""What suggestions stand on, gathered once for a corpus: sums and indices, no loop over numbers at question time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from statistics import median

from corpus.library import Corpus
from corpus.records import Caution, Grade, RunRecord
from taxonomy.answers.aggregates import Aggregate, aggregate
from taxonomy.answers.configurations import Ranked
from taxonomy.answers.costs import Share
from taxonomy.answers.experiments import current_runs
from taxonomy.answers.memory import kept_for
from taxonomy.answers.pairs import Kind, Pair, pairs
from taxonomy.answers.pooling import Pooled
from taxonomy.answers.rules import Range, rules
from taxonomy.vocabulary import Vocabulary

GOOD = (Grade.PAPER, Grade.REPOSITORY)
"""Read at first hand."""
GRADES = tuple(Grade)


@dataclass(frozen=True)
class SourceEffect:
    """What one source found for a method and a task: the mean over its models, in points of 100."""

    source: str
    points: float
    models: tuple[str, ...]
    numbers: int
    runs: int  # reported numbers: seeds behind them


@dataclass(frozen=True)
class Direct:
    """The comparable evidence on one method and one task. Everything is in the order of the records."""

    reported: tuple[SourceEffect, ...]
    measured: tuple[SourceEffect, ...]
    rows: tuple[str, ...]  # ids of the reported numbers used
    runs: tuple[str, ...]  # ids of the runs used
    grades: tuple[Grade, ...]  # of the papers, each paper's best
    worst_grade: Grade | None
    cautions: tuple[str, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Papers and experiments."""
        return tuple(effect.source for effect in (*self.reported, *self.measured))


@dataclass(frozen=True)
class Shares:
    """Trained weights in percent of the model's, over a method's papers and runs."""

    reported: tuple[float, float] | None
    measured: tuple[float, float] | None
    lean: float | None  # the smallest of what papers (without any: runs) use as a rule, each paper's median

    def usual(self, assumed: Range) -> Share:
        """Return the share to reckon with; what the rules assume where none is known."""
        known = [entry for entry in (self.reported, self.measured) if entry is not None]
        if self.lean is None or not known:
            return Share(assumed.low, assumed.middle, assumed.high, known=False)
        return Share(min(low for low, _ in known), self.lean, max(high for _, high in known), known=True)


@dataclass(frozen=True)
class MeasuredCost:
    """What runs of a method on a model needed: lowest and highest over runs."""

    memory_gb: tuple[float, float] | None
    train_seconds: tuple[float, float] | None
    runs: tuple[str, ...]
    device: str | None


@dataclass(frozen=True)
class Ground:
    """All of it. ``pooled`` None: no paper and no experiment has a comparable pair."""

    pooled: Pooled | None
    aggregates: tuple[Aggregate, ...]
    direct: Mapping[tuple[str, str], Direct]  # by method and task
    shares: Mapping[str, Shares]  # by method
    costs: Mapping[tuple[str, str], MeasuredCost]  # by method and model
    configurations: Mapping[str, tuple[Ranked, ...]]  # by method
    cautions: Mapping[str, Caution]
    left_out: Mapping[tuple[str, str], Mapping[str, int]]  # by method and task: numbers left out by each rule
    reported_numbers: Mapping[str, int]  # by method, with a baseline or without
    studied_by: Mapping[str, tuple[str, ...]]  # papers by method

    @property
    def papers(self) -> tuple[str, ...]:
        """Papers with a comparable pair."""
        return tuple(dict.fromkeys(entry.source for entry in self.aggregates if entry.kind is Kind.REPORTED))

    @property
    def experiments(self) -> tuple[str, ...]:
        """Our experiments with a comparable pair."""
        return tuple(dict.fromkeys(entry.source for entry in self.aggregates if entry.kind is Kind.MEASURED))

    def elsewhere(self, method: str, task: str) -> tuple[str, ...]:
        """Return the sources with comparable pairs of a method on other tasks."""
        found = (entry.sources for (name, other), entry in self.direct.items() if name == method and other != task)
        return tuple(dict.fromkeys(source for sources in found for source in sources))

    def on_task(self, task: str) -> tuple[str, ...]:
        """Return the sources with comparable pairs of any method on a task."""
        found = (entry.sources for (_, other), entry in self.direct.items() if other == task)
        return tuple(dict.fromkeys(source for sources in found for source in sources))


def ground(corpus: Corpus, vocabulary: Vocabulary) -> Ground:
    """Return what suggestions on this corpus stand on; gathered on first need and kept while the corpus lives."""
    return kept_for(corpus, "ground", lambda: _gather(corpus, vocabulary))


def papers_alone(corpus: Corpus, vocabulary: Vocabulary) -> tuple[Aggregate, ...]:
    """Return the aggregates as they would be if nothing had been measured here, borrowed spreads included."""
    return aggregate(pairs(replace(corpus, runs=(), own_runs=()), vocabulary))


def _gather(corpus: Corpus, vocabulary: Vocabulary) -> Ground:
    every = pairs(corpus, vocabulary)
    aggregates = aggregate(every)
    by_id = {pair.id: pair for pair in every}
    groups: dict[tuple[str, str], list[Aggregate]] = {}
    for entry in aggregates:
        groups.setdefault((entry.method, entry.task), []).append(entry)
    left_out: dict[tuple[str, str], dict[str, int]] = {}
    for pair in every:
        if pair.left_out is not None and pair.method is not None:
            counts = left_out.setdefault((pair.method, pair.task), {})
            counts[pair.left_out.rule] = counts.get(pair.left_out.rule, 0) + 1
    numbers: dict[str, int] = {}
    for row in corpus.results:
        if row.method is not None:
            numbers[row.method] = numbers.get(row.method, 0) + 1
    return Ground(
        pooled=Pooled.over(aggregates, rules().pooling, vocabulary) if aggregates else None,
        aggregates=aggregates,
        direct={key: _direct(group, by_id) for key, group in groups.items()},
        shares=_shares(corpus, vocabulary),
        costs=_costs(corpus),
        configurations=_configurations(corpus, every),
        cautions={caution.id: caution for paper in corpus.papers.values() for caution in paper.cautions},
        left_out=left_out,
        reported_numbers=numbers,
        studied_by=_studied_by(corpus),
    )


def _studied_by(corpus: Corpus) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for paper in corpus.papers.values():
        for method in (method for study in paper.studies for method in study.methods):
            found.setdefault(method, {})[paper.id] = None
    return {method: tuple(papers) for method, papers in found.items()}


def _direct(group: list[Aggregate], by_id: Mapping[str, Pair]) -> Direct:
    used = [by_id[name] for entry in group for name in entry.pairs]
    reported = [pair for pair in used if pair.kind is Kind.REPORTED]
    grades: dict[str, list[Grade]] = {}
    for pair in reported:
        if pair.grade is not None:
            grades.setdefault(pair.source, []).append(pair.grade)
    every_grade = [grade for entries in grades.values() for grade in entries]
    return Direct(
        reported=_source_effects(entry for entry in group if entry.kind is Kind.REPORTED),
        measured=_source_effects(entry for entry in group if entry.kind is Kind.MEASURED),
        rows=tuple(pair.id for pair in reported),
        runs=tuple(run for pair in used if pair.kind is Kind.MEASURED for run in pair.rows),
        grades=tuple(min(entries, key=GRADES.index) for entries in grades.values()),
        worst_grade=max(every_grade, key=GRADES.index, default=None),
        cautions=tuple(dict.fromkeys(caution for pair in used for caution in pair.cautions)),
    )


def _source_effects(group: Iterable[Aggregate]) -> tuple[SourceEffect, ...]:
    by_source: dict[str, list[Aggregate]] = {}
    for entry in group:
        by_source.setdefault(entry.source, []).append(entry)
    return tuple(
        SourceEffect(
            source=source,
            points=sum(entry.points for entry in entries) / len(entries),
            models=tuple(entry.model for entry in entries),
            numbers=sum(len(entry.pairs) for entry in entries),
            runs=sum(entry.seeds for entry in entries),
        )
        for source, entries in by_source.items()
    )


def _of_methods_alone(corpus: Corpus) -> Iterator[RunRecord]:
    """Yield the runs that tell what a method costs: a trained backbone costs what full fine-tuning does."""
    return (run for run in current_runs(corpus) if not run.spec.backbone_learns)


def _shares(corpus: Corpus, vocabulary: Vocabulary) -> Mapping[str, Shares]:
    reported: dict[str, dict[str, list[float]]] = {}
    for row in corpus.results:
        if row.method is not None and row.trainable_percent is not None:
            reported.setdefault(row.method, {}).setdefault(row.paper, []).append(row.trainable_percent)
    for paper in corpus.papers.values():
        for entry in paper.configurations:
            if entry.trainable_percent is not None:
                reported.setdefault(entry.method, {}).setdefault(paper.id, []).append(entry.trainable_percent)
    measured: dict[str, list[float]] = {}
    for run in _of_methods_alone(corpus):
        if vocabulary.model[run.spec.model].of_laboratory:
            continue  # of so narrow a model even a small method is a large share
        if run.num_trainable_params is not None and run.num_total_params:
            percent = 100 * run.num_trainable_params / run.num_total_params
            measured.setdefault(run.spec.method, []).append(percent)
    return {
        method: Shares(
            reported=_range(value for values in reported.get(method, {}).values() for value in values),
            measured=_range(measured.get(method, ())),
            lean=min(
                [median(values) for values in reported.get(method, {}).values()]
                or [median(values) for values in (measured.get(method),) if values]
            ),
        )
        for method in dict.fromkeys([*reported, *measured])
    }


def _range(values: Iterable[float]) -> tuple[float, float] | None:
    values = list(values)
    return (min(values), max(values)) if values else None


def _costs(corpus: Corpus) -> Mapping[tuple[str, str], MeasuredCost]:
    groups: dict[tuple[str, str], list[tuple[str, float | None, float | None, str | None]]] = {}
    for run in _of_methods_alone(corpus):
        device = run.hardware.device if run.hardware else None
        entry = (run.id, run.peak_memory_gb, run.train_time, device)
        groups.setdefault((run.spec.method, run.spec.model), []).append(entry)
    return {
        key: MeasuredCost(
            memory_gb=_range(memory for _, memory, _, _ in entries if memory is not None),
            train_seconds=_range(time for _, _, time, _ in entries if time is not None),
            runs=tuple(name for name, _, _, _ in entries),
            device=", ".join(dict.fromkeys(device for *_, device in entries if device)) or None,
        )
        for key, entries in groups.items()
    }


def _configurations(corpus: Corpus, every: Iterable[Pair]) -> Mapping[str, tuple[Ranked, ...]]:
    counts: dict[tuple[str, str], dict[str, int]] = {}
    best: dict[tuple[str, str], int] = {}
    for pair in every:
        if pair.pooled and pair.kind is Kind.REPORTED and pair.method is not None and pair.grade is not None:
            key = (pair.source, pair.method)
            by_task = counts.setdefault(key, {})
            by_task[pair.task] = by_task.get(pair.task, 0) + 1
            best[key] = min(best.get(key, len(GRADES)), GRADES.index(pair.grade))
    found: dict[str, list[Ranked]] = {}
    for paper in corpus.papers.values():
        architectures = frozenset(name for study in paper.studies for name in study.architectures)
        for entry in paper.configurations:
            key = (paper.id, entry.method)
            ranked = Ranked(paper.id, entry, architectures, counts.get(key, {}), best.get(key, len(GRADES)))
            found.setdefault(entry.method, []).append(ranked)
    return {method: tuple(entries) for method, entries in found.items()}
