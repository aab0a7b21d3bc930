"""Records as plain JSON documents: the shapes that the command line promises."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import BaseModel

from corpus.index import SearchHit
from corpus.records import Paper, ReportedResult, RunRecord
from reproduce import catalog
from taxonomy import Knowledge
from taxonomy.effects import Effect, difference_points
from taxonomy.evidence import Evidence
from taxonomy.measured import Measured, Origin, measured_results
from taxonomy.similar import Neighbours

Document = dict[str, Any]


def plain(record: BaseModel) -> Document:
    """Return a record as JSON types; absent fields stay, as null."""
    return record.model_dump(mode="json")


def paper_summary(paper: Paper) -> Document:
    """Return one line of the list of papers."""
    entry = paper.bibliography
    return {
        "id": paper.id,
        "title": entry.title,
        "year": entry.year,
        "venue": entry.venue.acronym or entry.venue.name,
        "tasks": list(dict.fromkeys(study.task for study in paper.studies)),
        "methods": list(dict.fromkeys(method for study in paper.studies for method in study.methods)),
        "architectures": list(dict.fromkeys(name for study in paper.studies for name in study.architectures)),
    }


def reported(row: ReportedResult, known: Knowledge) -> Document:
    """Return a reported number with its difference to full fine-tuning and the cautions that bite it."""
    return {
        **plain(row),
        "difference_points": difference_points(row, known.vocabulary),
        "cautions": [caution.id for caution in known.corpus.cautions_on.get(row.id, ())],
    }


def whole_paper(paper: Paper, known: Knowledge) -> Document:
    """Return everything known about a paper."""
    document = {
        **plain(paper),
        **paper_summary(paper),
        "reported": [reported(row, known) for row in known.corpus.results_of[paper.id]],
        "recipes": [plain(recipe) for recipe in catalog.recipes_of(paper.id)],
        "runs": [run for run in runs(known) if paper.id in run["papers"]],
    }
    reason = catalog.not_runnable_because(paper.id)
    if reason is not None:
        document["not_runnable_because"] = reason
    return document


def runs(known: Knowledge) -> list[Document]:
    """Return all runs, shipped and own."""
    return [
        *(run_summary(run, Origin.SHIPPED) for run in known.corpus.runs),
        *(run_summary(run, Origin.OWN) for run in known.corpus.own_runs),
    ]


def run_summary(run: RunRecord, origin: Origin) -> Document:
    """Return one line of the list of runs."""
    spec = run.spec
    score = run.metrics.get(spec.metric)
    untuned = run.untuned.get(spec.metric)
    return {
        "id": run.id,
        "origin": origin.value,
        "status": run.status.value,
        "recipe": spec.recipe,
        "papers": list(spec.papers),
        "task": spec.task,
        "dataset": spec.dataset,
        "model": spec.model,
        "method": spec.method,
        "scale": spec.scale.value,
        "seed": spec.seed,
        "metric": spec.metric,
        "value": score.value if score else None,
        "low": score.low if score else None,
        "high": score.high if score else None,
        "untuned": untuned.value if untuned else None,
        "finished_at": run.finished_at.isoformat(),
        "error": run.error,
        "superseded_because": run.superseded_because,
    }


def search_hit(rank: int, hit: SearchHit) -> Document:
    """Return a found text; ``marks`` are where words matched in the excerpt, ``highlighted`` sets ** around them."""
    return {"rank": rank, **asdict(hit), "highlighted": hit.highlighted("**", "**")}


def neighbours(found: Neighbours, known: Knowledge) -> Document:
    """Return the papers most like one, and by what they were compared."""
    papers = [
        {"id": each.paper, "similarity": each.similarity, "title": known.corpus.papers[each.paper].bibliography.title}
        for each in found.papers
    ]
    return {"paper": found.paper, "by": found.by, "because": found.because, "papers": papers}


def measured(result: Measured, known: Knowledge) -> Document:
    """Return a measured result with its differences: to full fine-tuning, also in points, and to its baseline."""
    points = None
    if result.full_finetuning is not None and result.method != "full-finetuning":
        points = known.vocabulary.metric[result.metric].points(result.mean - result.full_finetuning)
    gain, signal = result.gain(), result.signal(known.vocabulary.metric[result.metric].better)
    return {
        **asdict(result),
        "origin": result.origin.value,
        "scale": result.scale.value,
        "difference_points": points,
        "gain_over_baseline": list(gain) if gain else None,
        "signal": signal.value if signal else None,
    }


def effect(summary: Effect) -> Document:
    """Return an effect summary."""
    return {
        **asdict(summary),
        "left_out": [{"caution": caution, "numbers": numbers} for caution, numbers in summary.left_out],
        "unit": "points of 100 against full fine-tuning, positive is better",
        "range": "of the papers' medians; not a confidence interval",
    }


def node(evidence: Evidence, known: Knowledge) -> Document:
    """Return what stands on a node."""
    return {
        "id": evidence.node.id,
        "label": evidence.node.label,
        "about": evidence.node.about,
        "parent": evidence.parent,
        "children": list(evidence.children),
        "papers": list(evidence.papers),
        "studies": list(evidence.studies),
        "reported": [reported(row, known) for row in evidence.reported],
        "measured": [measured(result, known) for result in evidence.measured],
        "effect": effect(evidence.effect),
        "cautions": [plain(caution) for caution in evidence.cautions],
        "measured_by_others": [plain(result) for result in evidence.foreign],
    }


def methods(known: Knowledge) -> list[Document]:
    """Return the methods with what is known about each."""
    results = measured_results(known.corpus)
    rows = []
    for method in known.vocabulary.methods:
        entry = catalog.method_entry(method.id)
        studies = [
            study for paper in known.corpus.papers.values() for study in paper.studies if method.id in study.methods
        ]
        rows.append(
            {
                **plain(method),
                "architectures": list(entry.architectures) if entry else [],
                "not_for": dict(entry.not_for) if entry else {},
                "architectures_studied": list(dict.fromkeys(name for study in studies for name in study.architectures)),
                "papers": list(dict.fromkeys(study.id.split("-")[0] for study in studies)),
                "runnable": entry is not None,
                "not_runnable_because": catalog.not_built_because(method.id),
                "merges": entry.merges if entry else None,
                "source": entry.source if entry else None,
                "defaults": {name: entry.defaults_for(name) for name in entry.architectures} if entry else {},
                "checked_against": entry.checked_against if entry else None,
                "measured_runs": sum(len(result.runs) for result in results if result.method == method.id),
                "measured_on": _measured_on(method.id, known),
            }
        )
    return rows


def _measured_on(method: str, known: Knowledge) -> dict[str, list[str]]:
    """Return the runs with a method that count, by the architecture of their model."""
    found: dict[str, list[str]] = {}
    for run in known.corpus.every_run:
        if run.spec.method == method and run.counts:
            runs = found.setdefault(known.vocabulary.model[run.spec.model].architecture, [])
            if run.id not in runs:
                runs.append(run.id)
    return found


def tasks(known: Knowledge) -> list[Document]:
    """Return the tasks with what is known about each."""
    results = measured_results(known.corpus)
    return [
        {
            **plain(task),
            "papers": [
                paper.id for paper in known.corpus.papers.values() if any(s.task == task.id for s in paper.studies)
            ],
            "reported": sum(row.task == task.id for row in known.corpus.results),
            "measured_runs": sum(len(result.runs) for result in results if result.task == task.id),
        }
        for task in known.vocabulary.tasks
    ]


def models(known: Knowledge) -> list[Document]:
    """Return the models with the papers that use them."""
    rows = []
    for model in known.vocabulary.models:
        users = [
            paper.id
            for paper in known.corpus.papers.values()
            if any(model.id in study.models for study in paper.studies)
            or any(use.model == model.id for use in paper.models)
        ]
        rows.append(
            {
                **plain(model),
                "papers": users,
                "reported": sum(row.model == model.id for row in known.corpus.results),
                "runnable": catalog.model_can_be_run(model.id),
                **_in_the_laboratory(model.id),
            }
        )
    return rows


def _in_the_laboratory(model_id: str) -> Document:
    """Return what the laboratory's registry says of a model: how far it is with it, licence, revision, cautions."""
    entry = catalog.model_entry(model_id)
    if entry is None:
        return {"standing": None}
    wanted = {
        "revision", "revision_absent_because", "licence", "ours", "pretrained", "not_runnable_because", "cautions",
    }  # fmt: skip
    document = entry.model_dump(mode="json", include=wanted)
    # The count of what is loaded here is exact; the vocabulary's may be a paper's round figure.
    counted = {"parameters": entry.parameters} if entry.loaded_here else {}
    return {"standing": entry.standing, **document, **counted}


def progress(document: Document) -> str:
    """Return how far a run has got, or why it ended badly."""
    return document.get("standing") or document.get("error") or ""
