"""What the pages ask of the laboratory: what could be measured, what it would take, and to start it.

The laboratory may not be installed; ``missing`` then says so in one sentence, and nothing else here is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from corpus.home import Home
from corpus.records import RunSpec
from taxonomy import Knowledge
from taxonomy.answers.gaps import Offer
from taxonomy.graph import Facet, get_node, leaves_below

BASELINE = "full-finetuning"


@dataclass(frozen=True)
class Planned:
    """A run that could be made here, and what it would take. None: nothing alike was run yet."""

    spec: RunSpec
    seconds: float | None
    memory_gb: float | None
    from_alike: bool  # the estimate is from other methods of the same experiment
    here: bool  # this machine has a finished record of it
    shipped: bool  # this project has one


def missing() -> str | None:
    """Return why nothing can be run here, in one sentence; None when the laboratory is installed."""
    for package in ("torch", "transformers", "peft", "dbos", "psutil"):
        if find_spec(package) is None:
            return (
                f"The laboratory is not installed ({package} is missing); install codepeft[reproduce] to measure here."
            )
    return None


def machine_memory_gb() -> float | None:
    """Return the memory of this machine; None where the laboratory is not installed."""
    if missing():
        return None
    import psutil

    return float(psutil.virtual_memory().total) / 1e9


def plan_for_node(node: str, known: Knowledge, home: Home) -> tuple[Planned, ...]:
    """Return the runs of all experiments that stand on a node or below it; empty when none does."""
    from reproduce.plan import plan

    facet, leaves = get_node(known.graph, node).facet, leaves_below(known.graph, node)
    return _planned((spec for spec in plan() if _value(facet, spec, known) in leaves), known, home)


def plan_for_cell(method: str, task: str, known: Knowledge, home: Home) -> tuple[Planned, ...]:
    """Return the runs of all experiments that put a method on a task."""
    from reproduce.plan import plan

    return _planned((spec for spec in plan() if (spec.method, spec.task) == (method, task)), known, home)


def plan_for_paper(paper: str, known: Knowledge, home: Home) -> tuple[Planned, ...]:
    """Return the runs of a paper's recipe at the quick scale; empty when it has none."""
    from reproduce import catalog
    from reproduce.plan import plan

    return _planned(plan(paper=paper), known, home) if catalog.recipes_of(paper) else ()


@dataclass(frozen=True)
class Deciding:
    """The runs that put methods beside each other on the same data. ``refused``: why the others cannot be run."""

    planned: tuple[Planned, ...]
    methods: tuple[str, ...]
    refused: Mapping[str, str]


def plan_to_decide(
    methods: Sequence[str], task: str, architecture: str | None, known: Knowledge, home: Home
) -> Deciding:
    """Return what the laboratory can run of methods on a task, on models of the architecture where most of them can.

    Full fine-tuning of the same experiment comes along, since effects are against it.
    """
    from explorer.laboratory import laboratory
    from reproduce.plan import plan

    answer = laboratory(known.corpus.every_run, known.vocabulary)
    architectures = [architecture] if architecture else [term.id for term in known.vocabulary.architectures]
    answers = [{method: answer(method, task, each) for method in methods} for each in architectures]
    best = max(answers, key=lambda found: sum(isinstance(each, Offer) for each in found.values()))
    offers = {method: found.experiment for method, found in best.items() if isinstance(found, Offer)}
    specs = [spec for method, experiment in offers.items() for spec in plan(experiment=experiment, method=method)]
    for experiment in dict.fromkeys(offers.values()):
        specs += [spec for spec in plan(experiment=experiment) if spec.method == BASELINE]
    return Deciding(
        planned=_planned(specs, known, home),
        methods=tuple(offers),
        refused={method: found.because for method, found in best.items() if not isinstance(found, Offer)},
    )


def expected(spec: RunSpec, known: Knowledge) -> float | None:
    """Return how many seconds a run will take by earlier runs of its experiment; None without any."""
    from reproduce.plan import estimate

    guess = estimate(spec, known.corpus.every_run)
    return guess.seconds if guess else None


def why_not(paper: str) -> str | None:
    """Return why nothing of a paper can be run, in one sentence; None when something can."""
    from reproduce import catalog

    return catalog.not_runnable_because(paper)


def slow_because(planned: Sequence[Planned]) -> str | None:
    """Return why runs will take many times as long here as estimated, in one sentence; None when they need not."""
    from reproduce.machine import slow_because

    return next((reason for run in planned if (reason := slow_because(run.spec))), None)


def start(planned: Sequence[Planned], home: Home) -> list[str]:
    """Queue runs and see to it that a worker takes them; return their names.

    What this project has measured is measured anew: the two stand next to each other.
    """
    from explorer import running

    specs = [run.spec for run in planned]
    if not specs:
        return []
    asked = running.Asked("+".join(dict.fromkeys(spec.recipe for spec in specs)), again=True)
    return [job.id for job in running.start(specs, home=home, asked=asked)]


def _value(facet: Facet, spec: RunSpec, known: Knowledge) -> str:
    if facet is Facet.METHOD:
        return spec.method
    return spec.task if facet is Facet.TASK else known.vocabulary.model[spec.model].architecture


def _planned(specs: Iterable[RunSpec], known: Knowledge, home: Home) -> tuple[Planned, ...]:
    """Return the runs, those of experiments that need no download and have searched rates first."""
    from reproduce import catalog

    specs = list(specs)
    order = {name: catalog.order_of(name, home) for name in {spec.recipe for spec in specs}}
    return tuple(_one(spec, known, home) for spec in sorted(specs, key=lambda spec: order[spec.recipe]))


def _one(spec: RunSpec, known: Knowledge, home: Home) -> Planned:
    from reproduce.plan import estimate
    from reproduce.queue.measured import is_finished, own_record

    guess = estimate(spec, known.corpus.every_run)
    return Planned(
        spec,
        seconds=guess.seconds if guess else None,
        memory_gb=guess.memory_gb if guess else None,
        from_alike=guess is not None and guess.basis != "measured",
        here=is_finished(own_record(spec, home=home), spec),
        shipped=any(run.spec_digest == spec.digest() for run in known.corpus.runs),
    )
