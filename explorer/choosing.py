"""Choosing papers by facets and by words, as every command that filters does."""

from __future__ import annotations

from collections.abc import Iterable

from corpus.records import Paper
from taxonomy import Knowledge
from taxonomy.select import Facets, select


def chosen_papers(
    known: Knowledge,
    *,
    tasks: Iterable[str] | None = None,
    methods: Iterable[str] | None = None,
    families: Iterable[str] | None = None,
    architectures: Iterable[str] | None = None,
    years: Iterable[int] | None = None,
    search: str | None = None,
) -> tuple[Paper, ...]:
    """Return the papers that have a study with every facet given and whose text holds all words of a search.

    Raises:
        UnknownNameError: a name is unknown.
    """
    facets = Facets.resolve(
        known.vocabulary,
        tasks=tasks or (),
        methods=methods or (),
        families=families or (),
        architectures=architectures or (),
        years=years or (),
    )
    found = [paper for paper, _ in select(known.corpus, facets)]
    if search is not None:
        hits = {hit.paper_id for hit in known.search(search, limit=10_000)}
        found = [paper for paper in found if paper.id in hits]
    return tuple(found)
