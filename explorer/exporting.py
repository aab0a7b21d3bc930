"""Every export format: what it is an export of, whether it is one file or a folder, and the function that writes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from corpus.exchange.saving import Files
from corpus.exchange.writing import WRITERS, Selection
from corpus.records import Paper
from taxonomy import Knowledge


class Of(StrEnum):
    """What a format is an export of."""

    PAPERS = "papers"


@dataclass(frozen=True)
class Request:
    """What is to be exported: a format uses what it is an export of and nothing else."""

    known: Knowledge
    papers: tuple[Paper, ...] = ()

    @property
    def selection(self) -> Selection:
        """The papers with the vocabulary's labels."""
        return Selection(self.known.corpus, self.papers, self.known.vocabulary.label)


@dataclass(frozen=True)
class Format:
    """A format; ``text`` or ``folder`` is the function that writes it, by whether it is one file or several."""

    of: Of
    carries: str
    text: Callable[[Request], str] | None = None
    folder: Callable[[Request], Files] | None = None


def _paper_format(name: str) -> Format:
    writer = WRITERS[name]
    return Format(Of.PAPERS, writer.carries, text=lambda request: writer.write(request.selection))


def _json(request: Request) -> str:
    from explorer import views

    papers = [views.whole_paper(paper, request.known) for paper in request.papers]
    return json.dumps(papers, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        **{name: _paper_format(name) for name in WRITERS},
        "json": Format(Of.PAPERS, "whole records with their numbers, recipes and runs", text=_json),
    }
)
