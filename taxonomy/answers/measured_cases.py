"""The cases that our runs, and the user's, give for a comparison, and how near they come to a paper's experiment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, median

from corpus.library import Corpus
from corpus.records import Paper, Scale
from corpus.records.claim import Comparison, Quantity, Rows
from corpus.records.run import Aspect, Fidelity, Likeness
from taxonomy.answers.cases import Case, percent
from taxonomy.answers.experiments import Arm, arms
from taxonomy.answers.resource_cases import resource_case
from taxonomy.answers.sides import FULL, architecture_of, group_of, of_methods
from taxonomy.answers.verdict_rules import FidelityRule, Says, VerdictRules
from taxonomy.answers.welch import Scores, difference
from taxonomy.vocabulary import Vocabulary

ORDINARY = Rows(no_setting=True)
"""Numbers of the ordinary setting; others are picked by a setting that our experiments do not have."""
BUSIER = 1.0  # of the load average: one process more that wants the machine
ASPECTS = ("model", "data", "steps", "metric", "settings")


@dataclass(frozen=True)
class Attempt:
    """A case from runs. ``fidelity`` None: the claim is the review's and has no experiment of its own."""

    case: Case
    says: Says  # the most that it may say
    comparable: bool
    fidelity: Fidelity | None
    runs: tuple[str, ...]
    single_runs: bool  # one seed on a side: nothing to test with


def attempts(
    comparison: Comparison, paper: Paper | None, corpus: Corpus, vocabulary: Vocabulary, rules: VerdictRules
) -> tuple[Attempt, ...]:
    """Return the cases that runs give; ``paper`` None: for a claim of the review.

    Claims under a condition, about a setting, or about a level are not met by any run: our experiments have neither.
    """
    ordinary = all(rows in {None, ORDINARY} for rows in (comparison.rows, comparison.baseline_rows))
    if comparison.condition or not ordinary or not comparison.baseline or comparison.quantity is Quantity.STUDIES:
        return ()
    everything = [arm for arm in arms(corpus) if not arm.trial and _of_the_method(arm, paper, corpus)]
    return tuple(
        _attempt(comparison, arm, case, against, paper, corpus, rules)
        for arm in everything
        if of_methods(comparison, arm.method, vocabulary) and _same_field(comparison, arm, vocabulary)
        for case, against in _cases(comparison, arm, everything, corpus, vocabulary)
    )


def _of_the_method(arm: Arm, paper: Paper | None, corpus: Corpus) -> bool:
    """Return whether an arm is of the method as a claim means it: a trained backbone only where the paper trains it."""
    return not arm.backbone_learns or (paper is not None and paper.id in corpus.run(arm.runs[0]).spec.papers)


def _same_field(comparison: Comparison, arm: Arm, vocabulary: Vocabulary) -> bool:
    """Return whether task and architecture are the claim's; another model or data set is a matter of fidelity."""
    named = {architecture_of(model, vocabulary) for model in comparison.models} | set(comparison.architectures)
    return (
        (not comparison.tasks or arm.task in comparison.tasks)
        and (not comparison.task_groups or group_of(arm.task, vocabulary) in comparison.task_groups)
        and (not named or architecture_of(arm.model, vocabulary) in named)
    )


def _cases(
    comparison: Comparison, arm: Arm, everything: Iterable[Arm], corpus: Corpus, vocabulary: Vocabulary
) -> Iterator[tuple[Case, tuple[str, ...]]]:
    """Yield the case of an arm against each baseline, with the baseline's runs."""
    if FULL in comparison.baseline:
        spread = arm.baseline_spread
        yield from _one(comparison, arm, FULL, arm.baseline_mean, spread, arm.baseline_runs, corpus, vocabulary)
    for other in everything:
        same = other.baseline_runs == arm.baseline_runs and other.method != arm.method
        if same and other.method in comparison.baseline:
            yield from _one(comparison, arm, other.method, other.mean, other.spread, other.runs, corpus, vocabulary)


def _one(
    comparison: Comparison, arm: Arm, against: str, value: float, spread: tuple[float, int] | None,
    runs: tuple[str, ...], corpus: Corpus, vocabulary: Vocabulary,
) -> Iterator[tuple[Case, tuple[str, ...]]]:  # fmt: skip
    if comparison.quantity is not Quantity.SCORE:
        if vocabulary.model[arm.model].of_laboratory:
            return  # of so small a model the memory is the process's, and even a small method is a large share
        if comparison.quantity is Quantity.TIME and not _like_machines(arm.runs, runs, corpus):
            return
        if _apart(*(_amounts(comparison.quantity, ids, corpus) for ids in (arm.runs, runs))):
            own, other = (_resource(comparison.quantity, ids, corpus) for ids in (arm.runs, runs))
            where = f"{arm.model} on {arm.dataset}"
            yield resource_case(comparison.quantity, arm.method, where, arm.task, own, other, arm.runs), runs
        return
    metric = vocabulary.metric[arm.metric]
    if arm.taught_nothing(metric.better):
        return  # that two methods are alike where neither learned bears nothing out
    own_points, other_points = metric.points(arm.mean), metric.points(value)
    if own_points is None or other_points is None:
        return
    first = Scores(own_points, *_in_points(arm.spread, abs(metric.points(1.0) or 0.0)))
    found = difference(first, Scores(other_points, *_in_points(spread, abs(metric.points(1.0) or 0.0))))
    case = Case(
        what=f"{arm.method}, {arm.model}, {arm.dataset}, {arm.metric} against {against} ({arm.recipe}, {arm.scale})",
        method=arm.method,
        task=arm.task,
        metric=arm.metric,
        value=own_points,
        against=other_points,
        difference=found,
        ratio=percent(found.points, other_points),
        items=None,
        rows=arm.runs,
    )
    yield case, runs


def _in_points(spread: tuple[float, int] | None, per_unit: float) -> tuple[float | None, int]:
    return (None, 1) if spread is None else (spread[0] * per_unit, spread[1])


def _apart(first: Sequence[float], second: Sequence[float]) -> bool:
    """Return whether two methods took other amounts: what one takes over its seeds lies above all that the other takes.

    Memory and time are those of a process on a machine that does other things too; a difference within that is none.
    """
    return bool(first) and bool(second) and (min(first) > max(second) or max(first) < min(second))


def _like_machines(first: Sequence[str], second: Sequence[str], corpus: Corpus) -> bool:
    """Return whether the times of two methods can be compared: on the same kind of processor, and that as busy."""
    kinds, loads = [], []
    for names in (first, second):
        runs = [corpus.run(name) for name in names]
        kinds.append(
            {(run.hardware.device, run.hardware.processor, run.hardware.cores) for run in runs if run.hardware}
        )
        loads.append([run.load_average for run in runs if run.load_average is not None])
    return bool(kinds[0]) and kinds[0] == kinds[1] and all(loads) and abs(median(loads[0]) - median(loads[1])) < BUSIER


def _resource(quantity: Quantity, runs: Sequence[str], corpus: Corpus) -> float:
    """Return the mean share in percent, the largest memory in GB, or the mean time in seconds of some runs."""
    amounts = _amounts(quantity, runs, corpus)
    return max(amounts) if quantity is Quantity.MEMORY else mean(amounts)


def _amounts(quantity: Quantity, runs: Sequence[str], corpus: Corpus) -> list[float]:
    """Return what each run took, as far as it is known."""
    records = [corpus.run(name) for name in runs]
    if quantity is Quantity.MEMORY:
        return [run.peak_memory_gb for run in records if run.peak_memory_gb is not None]
    if quantity is Quantity.TIME:
        return [run.train_time for run in records if run.train_time is not None]
    return [
        100 * run.num_trainable_params / run.num_total_params
        for run in records
        if run.num_trainable_params is not None and run.num_total_params
    ]


def _attempt(
    comparison: Comparison, arm: Arm, case: Case, against: tuple[str, ...], paper: Paper | None, corpus: Corpus,
    rules: VerdictRules,
) -> Attempt:  # fmt: skip
    fidelity = None if paper is None else fidelity_of(arm, paper, comparison, corpus)
    same = fidelity is not None and all(getattr(fidelity, name).likeness is Likeness.SAME for name in ASPECTS)
    return Attempt(
        case=case,
        says=rules.cap(arm.scale, all_same=same),
        comparable=fidelity is None or is_near(fidelity, rules.fidelity),
        fidelity=fidelity,
        runs=(*arm.runs, *against),
        single_runs=comparison.quantity is Quantity.SCORE and not (case.difference and case.difference.tested),
    )


def is_near(fidelity: Fidelity, rule: FidelityRule) -> bool:
    """Return whether a run is near enough to a paper's experiment to speak to its claims."""
    likeness = {name: getattr(fidelity, name).likeness for name in ASPECTS}
    return any(likeness[name] in rule.near for name in rule.needs_one_of) and not any(
        likeness[name] is Likeness.DIFFERENT for name in rule.needs
    )


def fidelity_of(arm: Arm, paper: Paper, comparison: Comparison, corpus: Corpus) -> Fidelity:
    """Return the profile that the runs declare for a paper, else one from the names in the records.

    By names, a model or data set is the paper's or it is not; of settings nothing is known.
    """
    for name in arm.runs:
        for profile in corpus.run(name).spec.fidelity:
            if profile.paper == paper.id:
                return profile
    models = {use.model for use in paper.models} | {model for study in paper.studies for model in study.models}
    datasets = {use.dataset for use in paper.datasets} | {name for study in paper.studies for name in study.datasets}
    data = _by_name(arm.dataset, datasets)
    if data.likeness is Likeness.SAME and corpus.run(arm.runs[0]).spec.own_split:
        data = _aspect(Likeness.REDUCED, f"a part of {arm.dataset}, divided anew: not the published split")
    metrics = set(comparison.metrics) | {row.metric for row in corpus.results_of[paper.id] if row.task == arm.task}
    return Fidelity(
        paper=paper.id,
        model=_by_name(arm.model, models),
        data=data,
        steps=_aspect(Likeness.REDUCED if arm.scale is Scale.QUICK else Likeness.UNKNOWN, f"{arm.scale} scale"),
        metric=_by_name(arm.metric, metrics) if metrics else _aspect(Likeness.UNKNOWN, "the paper's is not recorded"),
        settings=_aspect(Likeness.UNKNOWN, "no profile was written for this paper"),
    )


def _by_name(name: str, known: set[str | None] | set[str]) -> Aspect:
    likeness = Likeness.SAME if name in known else Likeness.DIFFERENT
    return _aspect(likeness, f"{name}, compared by name with the paper's record")


def _aspect(likeness: Likeness, note: str) -> Aspect:
    return Aspect(likeness=likeness, note=note)
