"""How many items a test set has, as the papers' records give it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from corpus.records import Paper, ReportedResult

Key = tuple[str, str | None, str | None]
"""Data set, task, language; None: whichever."""


@dataclass(frozen=True)
class SplitSizes:
    """Test sizes by data set, task and language, each with the papers that state it."""

    stated: Mapping[Key, Mapping[int, tuple[str, ...]]]

    @classmethod
    def of(cls, papers: Iterable[Paper]) -> SplitSizes:
        """Return what the papers' records state. A split's name or the data set's one language is its language."""
        found: dict[Key, dict[int, list[str]]] = {}
        for paper in papers:
            for use in paper.datasets:
                for split in use.splits:
                    if split.test is None:
                        continue
                    language = split.name or (use.languages[0] if len(use.languages) == 1 else None)
                    for task in use.tasks or (None,):
                        sizes = found.setdefault((use.dataset, task, language), {})
                        papers_ = sizes.setdefault(split.test, [])
                        if paper.id not in papers_:
                            papers_.append(paper.id)
        return cls(MappingProxyType({key: {n: tuple(p) for n, p in sizes.items()} for key, sizes in found.items()}))

    def stated_for(self, dataset: str, task: str, language: str | None) -> Mapping[int, tuple[str, ...]]:
        """Return the sizes stated for a test set, with who states them.

        A size for the language counts before one for the whole data set; empty where none is known.
        """
        for key in ((dataset, task, language), (dataset, task, None)):
            if key in self.stated:
                return self.stated[key]
        return {}

    def of_row(self, row: ReportedResult) -> int | None:
        """Return the test size behind a reported number as its own paper states it; None where it does not.

        Where one paper states two sizes, neither is taken.
        """
        if row.dataset is None:
            return None
        sizes = [n for n, papers in self.stated_for(row.dataset, row.task, row.language).items() if row.paper in papers]
        return sizes[0] if len(sizes) == 1 else None
