"""What the pages ask of the laboratory: what could be measured, what it would take, and to start it.

The laboratory may not be installed; everything here then says so in one sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.errors import CodepeftError
from corpus.home import Home
from corpus.records import RunSpec, RunStatus
from taxonomy import Knowledge
from taxonomy.graph import Facet, get_node, leaves_below


@dataclass(frozen=True)
class Planned:
    """A run that could be made here, and what it would take. None: nothing alike was run yet."""

    spec: RunSpec
    seconds: float | None
    memory_gb: float | None
    from_alike: bool  # the estimate is from other methods of the same experiment
    measured: bool  # a finished record is there already


def missing() -> str | None:
    """Return why nothing can be run here, in one sentence; None when the laboratory is installed."""
    try:
        import dbos  # noqa: F401  # type: ignore[import-untyped, unused-ignore]
        import psutil  # noqa: F401
    except ImportError as error:
        return f"The laboratory is not installed ({error.name} is missing); install codepeft[reproduce] to measure here."
    return None


def plan_for_node(node: str, known: Knowledge) -> tuple[Planned, ...]:
    """Return the runs of all experiments that stand on a node or below it."""
    from reproduce.plan import plan
    from reproduce.registry import experiments

    facet, leaves = get_node(known.graph, node).facet, leaves_below(known.graph, node)
    specs = [spec for name in experiments() for spec in plan(experiment=name)]
    return _planned((spec for spec in specs if _value(facet, spec, known) in leaves), known)


def plan_for_paper(paper: str, known: Knowledge) -> tuple[Planned, ...]:
    """Return the runs of a paper's recipe at the quick scale; empty when it has none."""
    from reproduce import catalog
    from reproduce.plan import plan

    return _planned(plan(paper=paper), known) if catalog.recipes_of(paper) else ()


def why_not(paper: str) -> str | None:
    """Return why nothing of a paper can be run, in one sentence."""
    from reproduce import catalog

    return catalog.not_runnable_because(paper)


def start(planned: Sequence[Planned], home: Home) -> list[str]:
    """Queue runs and see to it that a worker takes them; return their names."""
    from reproduce.queue import ensure_worker, submit

    jobs = submit([run.spec for run in planned], home=home)
    ensure_worker(home=home)
    return [job.id for job in jobs]


def _value(facet: Facet, spec: RunSpec, known: Knowledge) -> str:
    if facet is Facet.METHOD:
        return spec.method
    return spec.task if facet is Facet.TASK else known.vocabulary.model[spec.model].architecture


def _planned(specs: Iterable[RunSpec], known: Knowledge) -> tuple[Planned, ...]:
    finished = {run.spec_digest for run in known.corpus.runs if run.status is RunStatus.FINISHED}
    unique = {spec.digest(): spec for spec in specs}
    return tuple(_one(spec, digest in finished, known) for digest, spec in unique.items())


def _one(spec: RunSpec, measured: bool, known: Knowledge) -> Planned:
    from reproduce.plan import estimate

    guess = estimate(spec, known.corpus.runs)
    if guess is None:
        return Planned(spec, None, None, from_alike=False, measured=measured)
    return Planned(spec, guess.seconds, guess.memory_gb, from_alike=guess.from_other_methods, measured=measured)


__all__ = ["CodepeftError", "Planned", "missing", "plan_for_node", "plan_for_paper", "start", "why_not"]
