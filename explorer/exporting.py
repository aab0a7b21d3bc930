"""Export formats for the bibliography and the corpus."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from corpus.bibliography import bibtex
from taxonomy import Knowledge


def _bibtex(known: Knowledge) -> str:
    return bibtex(known.corpus.papers.values())


def _json(known: Knowledge) -> str:
    from explorer import views

    papers = [views.whole_paper(paper, known) for paper in known.corpus.papers.values()]
    return json.dumps(papers, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


FORMATS: Mapping[str, Callable[[Knowledge], str]] = MappingProxyType({"bibtex": _bibtex, "json": _json})
