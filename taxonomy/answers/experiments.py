"""Our runs as arms of experiments: a method's scores over seeds next to full fine-tuning's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import mean, stdev

from corpus.library import Corpus
from corpus.records import RunRecord, Scale
from taxonomy.answers.signals import Signal, gain_interval, signal_of


@dataclass(frozen=True)
class Arm:
    """A method's finished runs in one experiment, and the full fine-tuning runs that they stand against.

    Scores are on the metric's declared scale. A spread is (sample standard deviation over seeds, seeds); None for one.
    """

    recipe: str
    task: str
    dataset: str
    language: str | None
    model: str
    scale: Scale
    method: str
    setting: str | None
    metric: str
    runs: tuple[str, ...]
    mean: float
    spread: tuple[float, int] | None
    baseline_runs: tuple[str, ...]
    baseline_mean: float
    baseline_spread: tuple[float, int] | None
    gain: tuple[float, float] | None  # of the method over the model before training, an interval over seeds
    baseline_gain: tuple[float, float] | None  # likewise of full fine-tuning
    backbone_learns: bool  # beside what the method adds
    trial: bool  # on a part of the test set
    items: int
    trainable_percent: float | None
    peak_memory_gb: float | None  # largest over seeds

    @property
    def single_seed(self) -> bool:
        """Whether the method or full fine-tuning has one seed only, so that nothing tells how far seeds differ."""
        return min(len(self.runs), len(self.baseline_runs)) < 2

    def taught_nothing(self, better: str) -> bool:
        """Return whether neither the method nor full fine-tuning came out better than the model before training.

        ``better``: of the metric, "higher" or "lower". False where nothing tells, as with one seed.
        """
        return {signal_of(gain, better) for gain in (self.gain, self.baseline_gain)} <= {Signal.NONE, Signal.WORSE}


def current_runs(corpus: Corpus) -> tuple[RunRecord, ...]:
    """Return the runs that count; a shipped run that was run again here stands once, as measured here."""
    latest = {run.id: run for run in corpus.every_run}
    return tuple(run for run in latest.values() if run.counts)


def _experiment(run: RunRecord) -> tuple[object, ...]:
    """Return what two arms must share to be compared: all but the method, its settings, its rate and the seed."""
    spec = run.spec
    shared = spec.training.model_dump(exclude={"learning_rate", "weight_decay"})
    return (
        spec.recipe, spec.task, spec.dataset, spec.language, spec.model, spec.scale, spec.metric,
        spec.validation_items, spec.test_items, spec.validation_sample, spec.test_sample, *shared.values(),
    )  # fmt: skip


def arms(corpus: Corpus) -> tuple[Arm, ...]:
    """Return every arm that has a full fine-tuning arm beside it, in the order of the runs."""
    groups: dict[tuple[object, ...], list[RunRecord]] = {}
    full: dict[tuple[object, ...], list[RunRecord]] = {}
    for run in current_runs(corpus):
        experiment = _experiment(run)
        if run.spec.method == "full-finetuning":
            full.setdefault(experiment, []).append(run)
        else:
            own = (run.spec.method, _setting(run.spec.method_settings), run.spec.training.learning_rate)
            groups.setdefault((*experiment, *own), []).append(run)
    return tuple(_arm(group, full[_experiment(group[0])]) for group in groups.values() if _experiment(group[0]) in full)


def _setting(settings: Mapping[str, object]) -> str | None:
    return ", ".join(f"{name} {value}" for name, value in sorted(settings.items())) or None


def spread(values: Iterable[float]) -> tuple[float, int] | None:
    """Return (sample standard deviation, number of values); None for fewer than two."""
    values = list(values)
    return (stdev(values), len(values)) if len(values) > 1 else None


def _gain(runs: list[RunRecord]) -> tuple[float, float] | None:
    """Return how far runs came from the untuned model, or from the most frequent class; None where nothing tells."""
    metric = runs[0].spec.metric
    scores, known = [run.metrics[metric].value for run in runs], runs[0].baseline.get(metric)
    across = spread(scores)
    return gain_interval(mean(scores), across[0] if across else None, len(scores), known.value if known else None)


def _arm(group: list[RunRecord], full: list[RunRecord]) -> Arm:
    first, spec = group[0], group[0].spec
    scores = [run.metrics[spec.metric].value for run in group]
    baseline = [run.metrics[spec.metric].value for run in full]
    share = None
    if first.num_trainable_params is not None and first.num_total_params:
        share = 100 * first.num_trainable_params / first.num_total_params
    return Arm(
        recipe=spec.recipe,
        task=spec.task,
        dataset=spec.dataset,
        language=spec.language,
        model=spec.model,
        scale=spec.scale,
        method=spec.method,
        setting=_setting(spec.method_settings),
        metric=spec.metric,
        runs=tuple(run.id for run in group),
        mean=mean(scores),
        spread=spread(scores),
        baseline_runs=tuple(run.id for run in full),
        baseline_mean=mean(baseline),
        baseline_spread=spread(baseline),
        gain=_gain(group),
        baseline_gain=_gain(full),
        backbone_learns=spec.backbone_learns,
        trial=spec.test_items is not None,
        items=first.metrics[spec.metric].items,
        trainable_percent=share,
        peak_memory_gb=max((run.peak_memory_gb for run in group if run.peak_memory_gb is not None), default=None),
    )
