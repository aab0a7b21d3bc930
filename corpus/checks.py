"""Checks on records that need no vocabulary. Each yields problems and prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from pydantic import BaseModel

from corpus.errors import Problem
from corpus.library import Corpus
from corpus.records import Paper, SourceKind
from corpus.records.base import LINKABLE_HOSTS, Source

Check = Callable[[Corpus], Iterable[Problem]]
CHECKS: list[Check] = []


def check(function: Check) -> Check:
    """Add a function to the list that the command line and the tests run."""
    CHECKS.append(function)
    return function


def links_in(record: BaseModel) -> Iterator[tuple[str, str]]:
    """Yield (field, URL) for every field of a record, at any depth, whose name says it is a link."""
    for name, value in record:
        for entry in value if isinstance(value, tuple) else (value,):
            if isinstance(entry, BaseModel):
                yield from ((f"{name}.{field}", url) for field, url in links_in(entry))
            elif isinstance(entry, str) and name in {"url", "code_url"}:
                yield name, entry


@check
def links_are_lasting(corpus: Corpus) -> Iterable[Problem]:
    """Only DOI, arXiv, publishers and repositories are linked."""
    for paper in corpus.papers.values():
        for field, url in links_in(paper):
            if (urlsplit(url).hostname or "").removeprefix("www.") not in LINKABLE_HOSTS:
                yield Problem(
                    f"{paper.id}.yaml", field, f"{url} is no DOI, arXiv, publisher or repository; leave it out"
                )
    for row in corpus.results:
        if row.source.url and (urlsplit(row.source.url).hostname or "").removeprefix("www.") not in LINKABLE_HOSTS:
            yield Problem(f"{row.paper}.csv", row.id, f"{row.source.url} is no DOI, arXiv, publisher or repository")


@check
def no_doi_or_arxiv_id_is_used_twice(corpus: Corpus) -> Iterable[Problem]:
    """Two papers cannot share a DOI or an arXiv number."""
    owner: dict[str, str] = {}
    for paper in corpus.papers.values():
        for key in filter(None, (paper.bibliography.doi, paper.bibliography.arxiv)):
            if owner.setdefault(key.lower(), paper.id) != paper.id:
                yield Problem(f"{paper.id}.yaml", "bibliography", f"{key} already belongs to {owner[key.lower()]}")


@check
def cautions_touch_what_exists(corpus: Corpus) -> Iterable[Problem]:
    """A caution names studies, claims and numbers of its own paper."""
    for paper in corpus.papers.values():
        yield from _dangling_touches(paper, corpus)


def _dangling_touches(paper: Paper, corpus: Corpus) -> Iterable[Problem]:
    known = {study.id for study in paper.studies} | {claim.id for claim in paper.claims}
    used = {configuration.method for configuration in paper.configurations}
    used |= {method for study in paper.studies for method in study.methods}
    used |= {method for study in paper.studies if study.found for method in study.found.methods or ()}
    used |= {row.method for row in corpus.results_of[paper.id] if row.method}
    for caution in paper.cautions:
        for name in (*caution.touches.studies, *caution.touches.claims):
            if name not in known:
                yield Problem(f"{paper.id}.yaml", caution.id, f"touches {name}, which this paper does not have")
        for method in caution.touches.methods:
            if method not in used:
                yield Problem(f"{paper.id}.yaml", caution.id, f"touches {method}, which this paper does not use")
        for number, selector in enumerate(caution.touches.results, 1):
            if not any(selector.matches(row) for row in corpus.results_of[paper.id]):
                yield Problem(f"{paper.id}.yaml", caution.id, f"selector {number} of touched results matches no number")


@check
def every_source_says_something(corpus: Corpus) -> Iterable[Problem]:
    """A source has a link or a place; a secondary one says what it was."""
    for paper in corpus.papers.values():
        sources: list[Source] = [*paper.sources, *(claim.source for claim in paper.claims)]
        for source in sources:
            if source.url is None and source.at is None:
                yield Problem(f"{paper.id}.yaml", "source", "has neither url nor at")
            if source.kind is SourceKind.SECONDARY and source.at is None:
                yield Problem(f"{paper.id}.yaml", "source", "a secondary source says in 'at' what it was")


def problems_in(corpus: Corpus) -> list[Problem]:
    """Run all checks; return the problems in order."""
    return sorted({problem for run in CHECKS for problem in run(corpus)})
