"""Papers and what stands in their records as tables."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from corpus.records import Caution, Paper, Study
from explorer.tables.frames import flattened, pairs, table
from taxonomy import Knowledge


def papers(found: Iterable[Paper], known: Knowledge) -> pd.DataFrame:
    """Return papers, a row each."""
    words = known.vocabulary
    return table(
        (
            {
                "paper": paper.id,
                "title": paper.bibliography.title,
                "year": paper.bibliography.year,
                "venue": paper.bibliography.venue.acronym or paper.bibliography.venue.name,
                "tasks": ", ".join(dict.fromkeys(words.label("tasks", study.task) for study in paper.studies)),
                "methods": ", ".join(
                    dict.fromkeys(words.label("methods", name) for study in paper.studies for name in study.methods)
                ),
                "numbers": len(known.corpus.results_of[paper.id]),
            }
            for paper in found
        ),
        ("paper", "title", "year", "venue", "tasks", "methods", "numbers"),
    )


def cautions(found: Iterable[Caution]) -> pd.DataFrame:
    """Return cautions, a row each."""
    return table(
        (
            {
                "caution": caution.id,
                "kind": caution.kind.value,
                "left out of effects": "yes" if caution.not_comparable else "no",
                "text": caution.text,
            }
            for caution in found
        ),
        ("caution", "kind", "left out of effects", "text"),
    )


def studies(found: Iterable[tuple[Paper, Study]], known: Knowledge) -> pd.DataFrame:
    """Return studies as the review classified them; 'found' says whether the paper or its code showed otherwise."""
    words = known.vocabulary
    return table(
        (
            {
                "study": study.id,
                "task": words.label("tasks", study.task),
                "methods": _listed(known, "methods", study.methods),
                "models": _listed(known, "models", study.models),
                "architectures": _listed(known, "architectures", study.architectures),
                "classified by": {"review": "the review", "user": "you"}.get(study.classified_by, "us"),
                "found": "as classified" if study.found is None else "differs",
                "data sets": study.data_note or _listed(known, "datasets", study.datasets),
            }
            for _, study in found
        ),
        ("study", "task", "methods", "models", "architectures", "classified by", "found", "data sets"),
    )


def found_instead(study: Study, known: Knowledge) -> str:
    """Return what the paper or its code showed where it differs from the review's row; empty where nothing does."""
    found = study.found
    if found is None:
        return ""
    parts = [f"task: {known.vocabulary.label('tasks', found.task)}"] if found.task else []
    for kind in ("methods", "models", "architectures", "datasets"):
        terms = getattr(found, kind)
        if terms is not None:
            parts.append(f"{kind}: {_listed(known, kind, terms) or 'none'}")
    return ". ".join([*parts, found.note])


def _listed(known: Knowledge, kind: str, terms: Iterable[str]) -> str | None:
    return ", ".join(known.vocabulary.label(kind, term) for term in terms) or None


def configurations(paper: Paper, known: Knowledge) -> pd.DataFrame:
    """Return the methods as a paper configured them."""
    return table(
        (
            {
                "method": known.vocabulary.label("methods", used.method),
                "name in the paper": used.name_in_paper,
                "trainable": used.trainable_parameters,
                "trainable %": used.trainable_percent,
                "of": used.trainable_percent_of,
                "settings": "; ".join(": ".join(pair) for pair in flattened(used.settings)) or None,
                "read in": used.source.kind.value if used.source else None,
                "place in source": used.source.at if used.source else None,
            }
            for used in paper.configurations
        ),
        ("method", "name in the paper", "trainable", "trainable %", "of", "settings", "read in", "place in source"),
    )


def training(paper: Paper) -> pd.DataFrame:
    """Return a paper's hyperparameters, hardware and software as it gives them."""
    record = paper.training
    if record is None:
        return pairs((), "setting", "value")
    lines = [*flattened(record.settings), ("hardware", record.hardware), ("software", record.software)]
    return pairs(lines, "setting", "value")


def models(paper: Paper, known: Knowledge) -> pd.DataFrame:
    """Return the models that a paper uses."""
    words = known.vocabulary
    return table(
        (
            {
                "model": words.label("models", use.model) if use.model else "not named",
                "architecture": words.label("architectures", use.architecture) if use.architecture else None,
                "hub id": use.hub_id,
                "parameters": use.parameters,
                "note": use.note,
            }
            for use in paper.models
        ),
        ("model", "architecture", "hub id", "parameters", "note"),
    )


def datasets(paper: Paper, known: Knowledge) -> pd.DataFrame:
    """Return the data sets that a paper uses, a row for each split; sizes in items."""
    words = known.vocabulary
    return table(
        (
            {
                "data set": words.label("datasets", use.dataset),
                "tasks": ", ".join(words.label("tasks", task) for task in use.tasks) or None,
                "languages": ", ".join(use.languages) or None,
                "part": split.name if split else None,
                "train": split.train if split else None,
                "validation": split.validation if split else None,
                "test": split.test if split else None,
                "url": use.url,
                "note": use.note,
            }
            for use in paper.datasets
            for split in (use.splits or (None,))
        ),
        ("data set", "tasks", "languages", "part", "train", "validation", "test", "url", "note"),
    )
