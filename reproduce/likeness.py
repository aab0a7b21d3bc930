"""Suggestions of class by embedding: what the papers of the corpus nearest in meaning are classified as.

all-MiniLM-L6-v2 embeds title and abstract. The corpus has 28 papers, so a neighbour is a hint and no evidence: each
suggestion names the papers it comes from, and a human says yes to it.
"""

from __future__ import annotations

from collections.abc import Mapping

from corpus.home import Home
from corpus.records import Paper
from reproduce.vectors import text_vectors
from taxonomy.classify import Suggestion

NEAREST, LEAST = 4, 0.35  # neighbours asked, and the cosine below which a paper is no neighbour


def suggest_by_likeness(
    title: str, abstract: str | None, papers: Mapping[str, Paper], home: Home
) -> tuple[Suggestion, ...]:
    """Return the tasks, methods and architectures of the nearest papers, those of more and nearer papers first.

    Raises:
        ModelError: the model's files are not here, or one is not the pinned one.
    """
    known = list(papers.values())
    texts = [f"{paper.bibliography.title}. {paper.summary}" for paper in known]
    found = text_vectors([f"{title}. {abstract or ''}", *texts], home)
    cosines = (found[1:] @ found[0]).tolist()
    near = sorted(zip(cosines, known, strict=True), key=lambda pair: -pair[0])[:NEAREST]
    weights: dict[tuple[str, str], float] = {}
    because: dict[tuple[str, str], list[str]] = {}
    for cosine, paper in near:
        if cosine < LEAST:
            continue
        for place in _classes(paper):
            weights[place] = weights.get(place, 0.0) + cosine
            because.setdefault(place, []).append(f"{paper.id} ({cosine:.2f})")
    ordered = sorted(weights, key=lambda place: -weights[place])
    return tuple(
        Suggestion(kind, term, f"as in papers near in meaning: {', '.join(because[kind, term])}", by="embedding")
        for kind, term in ordered
    )


def _classes(paper: Paper) -> list[tuple[str, str]]:
    found = [("tasks", study.task) for study in paper.studies]
    found += [("methods", method) for study in paper.studies for method in study.methods]
    found += [("architectures", name) for study in paper.studies for name in study.architectures]
    return list(dict.fromkeys(found))
