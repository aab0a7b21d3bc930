"""The campaign in words and tables: ``python -m reproduce.report`` writes docs/campaign.md from the shipped records."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from corpus.errors import CodepeftError
from corpus.files import write_text
from corpus.home import Home
from corpus.library import Corpus, open_corpus
from corpus.records.run import RunRecord, RunStatus
from reproduce.plan import plan
from reproduce.registry import Experiment, experiments, methods, recipes
from taxonomy.answers.measured_cases import BUSIER
from taxonomy.measured import Measured, Signal, measured_results
from taxonomy.vocabulary import Vocabulary, vocabulary

FILE = Path(__file__).parent.parent / "docs" / "campaign.md"
HEAD = """\
# The campaign

What of the laboratory's experiments was run, on what, how long it took, what failed and what it shows. Written from the
records in `reproduce/results/` by `python -m reproduce.report`; do not edit it. `make campaign` runs what is missing
here and may be stopped and started again.

**Nothing here reproduces a paper's figure.** These are runs at the quick scale: small models, short inputs, few steps.
How near each comes to a paper stands in its recipe and on the paper's page.
"""
SIGNALS = {Signal.BETTER: "better", Signal.WORSE: "worse", Signal.NONE: "no signal", None: "not tested"}


def report(corpus: Corpus, words: Vocabulary) -> str:
    """Return the report on a corpus's shipped runs, in Markdown."""
    runs = corpus.runs
    parts = [
        HEAD,
        "\n".join(_summary(runs)),
        "\n".join(_experiments(corpus, words)),
        "\n".join(_coverage(runs, words)),
        "\n".join(_failures(runs)),
        "\n".join(_superseded(runs, words)),
        "\n".join(_missing(runs)),
    ]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _summary(runs: Sequence[RunRecord]) -> Iterator[str]:
    yield "## In short"
    yield ""
    hours = sum(run.seconds for run in runs) / 3600
    by_status = ", ".join(f"{count} {status.value.replace('_', ' ')}" for status, count in _counted(runs))
    yield f"- {len(runs)} records: {by_status}; {hours:.1f} hours of runs."
    alone, together = hours, _hours_together(runs)
    if together < alone:
        yield f"- Runs that shared data, model and baseline took {together:.1f} hours in place of {alone:.1f}."
    on = Counter(_machine(run) for run in runs if run.hardware is not None)
    yield from (f"- {count} on {machine}." for machine, count in on.most_common())
    papers = {paper for run in runs for paper in run.spec.papers}
    tasks = {run.spec.task for run in runs}
    yield f"- They serve {len(papers)} of {len(recipes())} papers with a recipe, and {len(tasks)} tasks."


def _hours_together(runs: Iterable[RunRecord]) -> float:
    """Return how long the runs took where what a group shared counts once; groups are told apart by that time."""
    groups = {(run.spec.recipe, run.shared_time) for run in runs if run.shared_time is not None}
    own = sum(run.seconds - (run.shared_time or 0.0) for run in runs)
    return (own + sum(seconds for _, seconds in groups)) / 3600


def _machine(run: RunRecord) -> str:
    hardware = run.hardware
    if hardware is None:
        return "a machine that was not noted"
    if hardware.device != "cpu":
        return hardware.device
    return f"{hardware.processor or 'a CPU'}, {hardware.cores} thread{'s' if hardware.cores != 1 else ''}"


def _counted(runs: Iterable[RunRecord]) -> list[tuple[RunStatus, int]]:
    return Counter(run.status for run in runs).most_common()


def _experiments(corpus: Corpus, words: Vocabulary) -> Iterator[str]:
    results: dict[str, list[Measured]] = {}
    for result in measured_results(corpus):
        results.setdefault(result.recipe, []).append(result)
    runs: dict[str, list[RunRecord]] = {}
    for run in corpus.runs:
        runs.setdefault(run.spec.recipe, []).append(run)
    yield "## What was measured"
    yield ""
    yield "Mean over seeds ± sample standard deviation. *Gain*: 95 % interval of mean minus baseline (Student's t over"
    yield "seeds); *signal*: whether that interval is clear of zero. Time: training alone, median over seeds."
    for name, found in sorted(results.items()):
        yield ""
        yield from _experiment(name, found, runs[name], words)


def _experiment(name: str, found: Sequence[Measured], runs: Sequence[RunRecord], words: Vocabulary) -> Iterator[str]:
    first = found[0]
    experiment = experiments().get(name)
    task, model = words.label("tasks", first.task), words.label("models", first.model)
    metric = words.label("metrics", first.metric)
    yield f"### {name}"
    yield ""
    yield f"{task}, {words.label('datasets', first.dataset)}, {model}; {metric}, {first.items} items."
    if first.baseline is not None:
        kind = "Untuned model" if first.untuned is not None else "Majority class"
        yield f"{kind}: {first.baseline:.4f}. {_rates(experiment)}"
    better = words.metric[first.metric].better
    signals = {result.signal(better) for result in found}
    if signals == {None}:
        yield "Whether it shows a signal is not known yet: no method has more than one seed."
    elif Signal.BETTER not in signals:
        yield "**It shows no signal**: no method is better than the baseline by more than seeds differ."
    yield from _conditions(runs)
    yield ""
    yield f"| method | {metric} | gain | signal | seeds | trained | time |"
    yield "|---|---:|---:|---|---:|---:|---:|"
    for result in sorted(found, key=lambda each: -each.mean if better == "higher" else each.mean):
        yield _row(result, words, better)


def _conditions(runs: Sequence[RunRecord]) -> Iterator[str]:
    """Yield why the times of an experiment's runs say little beside each other, where they do."""
    machines = {_machine(run) for run in runs if run.hardware is not None}
    loads = [run.load_average for run in runs if run.load_average is not None]
    why = [f"on {len(machines)} kinds of processor"] if len(machines) > 1 else []
    if loads and max(loads) - min(loads) >= BUSIER:
        why.append(f"at load averages from {min(loads):.1f} to {max(loads):.1f}")
    if why:
        yield f"Its runs were made {' and '.join(why)}: times of different methods say little beside each other."


def _rates(experiment: Experiment | None) -> str:
    if experiment is None:
        return "The experiment is no longer among those of the laboratory."
    if experiment.search is not None:
        return "Learning rates: searched on its validation data."
    return f"Learning rates: {experiment.rates_from}"


def _row(result: Measured, words: Vocabulary, better: str) -> str:
    spread = f" ± {result.std:.4f}" if result.std is not None else ""
    gain = result.gain()
    shown = f"{gain[0]:+.4f} to {gain[1]:+.4f}" if gain else "one seed"
    share = f"{result.trainable_percent:.3g} %" if result.trainable_percent is not None else ""
    seconds = f"{result.train_seconds:.0f} s" if result.train_seconds is not None else ""
    label = words.label("methods", result.method)
    signal = SIGNALS[result.signal(better)]
    return f"| {label} | {result.mean:.4f}{spread} | {shown} | {signal} | {len(result.seeds)} | {share} | {seconds} |"


def _coverage(runs: Sequence[RunRecord], words: Vocabulary) -> Iterator[str]:
    """Yield how many seeds each method has on each architecture, at most in one experiment."""
    from reproduce.registry import models

    seeds: dict[tuple[str, str], Counter[str]] = {}
    for run in runs:
        if run.counts and run.spec.model in models():
            cell = (run.spec.method, models()[run.spec.model].architecture)
            seeds.setdefault(cell, Counter())[run.spec.recipe] += 1
    architectures = [each.id for each in words.architectures]
    yield "## Methods and architectures"
    yield ""
    yield "The most seeds that a method has in one experiment on a model of each architecture; n/a: it does not apply."
    yield ""
    yield f"| method | {' | '.join(words.label('architectures', each) for each in architectures)} |"
    yield f"|---|{'---:|' * len(architectures)}"
    for entry in methods().values():
        cells = []
        for architecture in architectures:
            applies = architecture in entry.architectures
            most = max(seeds.get((entry.id, architecture), Counter({"": 0})).values())
            cells.append(str(most) if applies else "n/a")
        yield f"| {words.label('methods', entry.id)} | {' | '.join(cells)} |"


def _failures(runs: Sequence[RunRecord]) -> Iterator[str]:
    failed = [run for run in runs if run.status is not RunStatus.FINISHED]
    yield "## What failed"
    yield ""
    if not failed:
        yield "No run that ships failed."
    for run in failed:
        yield f"- `{run.id}`: {run.status.value.replace('_', ' ')}. {run.error or ''}"


def _superseded(runs: Sequence[RunRecord], words: Vocabulary) -> Iterator[str]:
    """Yield what runs of earlier settings measured, which no answer counts."""
    found = [run for run in runs if run.superseded_because is not None]
    yield "## What was superseded"
    yield ""
    if not found:
        yield "Every record is one of an experiment's present settings."
        return
    yield "Runs of experiments that have other settings now. Their records stay; no answer counts them."
    yield ""
    yield "| run | measured | why |"
    yield "|---|---:|---|"
    for run in found:
        score = run.metrics.get(run.spec.metric)
        value = f"{words.label('metrics', run.spec.metric)} {score.value:.4f}" if score else run.status.value
        yield f"| `{run.id}` | {value} | {run.superseded_because} |"


def _missing(runs: Sequence[RunRecord]) -> Iterator[str]:
    done = {run.spec_digest for run in runs}
    lines = []
    for name in experiments():
        specs = plan(experiment=name)
        left = [spec for spec in specs if spec.digest() not in done]
        if left:
            lines.append(f"| {name} | {len(specs) - len(left)} | {len(left)} |")
    yield "## What was not run"
    yield ""
    if not lines:
        yield "Every run of every experiment has a record."
        return
    yield "Runs by experiment; `make campaign` runs them (those that run generated code only with consent)."
    yield ""
    yield "| experiment | with a record | without |"
    yield "|---|---:|---:|"
    yield from lines


def main() -> int:
    """Write the report; return 0, or 1 when the records are faulty."""
    try:
        with tempfile.TemporaryDirectory() as nobody:  # the records that ship, and none of a user's
            write_text(FILE, report(open_corpus(Home(Path(nobody))), vocabulary()))
    except CodepeftError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
