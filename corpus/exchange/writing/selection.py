"""What an export of papers is given: some papers of a corpus, and the words for the ids in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from corpus.library import Corpus
from corpus.records import Paper, ReportedResult, Study

Labels: TypeAlias = Callable[[str, str], str]
"""Names a term of the vocabulary by kind and id, e.g. ``("methods", "lora")``."""


@dataclass(frozen=True)
class Selection:
    """Papers chosen for export, in the corpus's order."""

    corpus: Corpus
    papers: tuple[Paper, ...]
    label: Labels

    @property
    def numbers(self) -> Iterator[ReportedResult]:
        """The reported numbers of these papers."""
        for paper in self.papers:
            yield from self.corpus.results_of[paper.id]

    def labels(self, paper: Paper, field: str) -> tuple[str, ...]:
        """Return the labels of what a paper's studies name in a field (``methods``, ...), each once, in their order."""
        return tuple(self.label(field, term) for term in terms(paper, field))


def terms(paper: Paper, field: str) -> tuple[str, ...]:
    """Return the ids that a paper's studies name in a field, each once, in their order; ``tasks`` is a field too."""
    return tuple(dict.fromkeys(term for study in paper.studies for term in _terms_of(study, field)))


def _terms_of(study: Study, field: str) -> tuple[str, ...]:
    found: tuple[str, ...] = (study.task,) if field == "tasks" else getattr(study, field)
    return found
