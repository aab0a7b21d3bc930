"""Choosing papers and studies by facets: facets are joined by AND, values inside a facet by OR."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from corpus.library import Corpus
from corpus.records import Paper, Study
from taxonomy.vocabulary import Vocabulary


@dataclass(frozen=True)
class Facets:
    """What to keep. An empty facet keeps everything."""

    tasks: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset()
    architectures: frozenset[str] = frozenset()
    years: frozenset[int] = frozenset()

    @classmethod
    def resolve(
        cls,
        vocabulary: Vocabulary,
        *,
        tasks: Iterable[str] = (),
        methods: Iterable[str] = (),
        families: Iterable[str] = (),
        architectures: Iterable[str] = (),
        years: Iterable[int] = (),
    ) -> Facets:
        """Return facets from names as users write them; raise UnknownNameError for the first unknown one.

        Families become the methods below them; methods and families given together must both hold.
        """
        chosen = frozenset(vocabulary.resolve("methods", name) for name in methods)
        wanted = frozenset(vocabulary.resolve("families", name) for name in families)
        if wanted:
            in_families = methods_of(vocabulary, wanted)
            chosen = (chosen & in_families if chosen else in_families) or frozenset({"none"})
        return cls(
            tasks=frozenset(vocabulary.resolve("tasks", name) for name in tasks),
            methods=chosen,
            architectures=frozenset(vocabulary.resolve("architectures", name) for name in architectures),
            years=frozenset(years),
        )

    def keep(self, study: Study, paper: Paper) -> bool:
        """Return whether a study has a value of every facet."""
        return (
            (not self.tasks or study.task in self.tasks)
            and (not self.methods or not self.methods.isdisjoint(study.methods))
            and (not self.architectures or not self.architectures.isdisjoint(study.architectures))
            and (not self.years or paper.bibliography.year in self.years)
        )


def methods_of(vocabulary: Vocabulary, families: Collection[str]) -> frozenset[str]:
    """Return the methods of families and of the families below them."""
    reached = set(families)
    while added := {family.id for family in vocabulary.families if family.parent in reached} - reached:
        reached |= added
    return frozenset(method.id for method in vocabulary.methods if method.family in reached)


def select(corpus: Corpus, facets: Facets) -> Iterator[tuple[Paper, tuple[Study, ...]]]:
    """Yield the papers that have studies with every facet, and those studies."""
    for paper in corpus.papers.values():
        kept = tuple(study for study in paper.studies if facets.keep(study, paper))
        if kept:
            yield paper, kept
