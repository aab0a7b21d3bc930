"""Every export format: what it is an export of, whether it is one file or a folder, and the function that writes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from corpus.exchange.croissant import croissant
from corpus.exchange.runs.about import AboutRun
from corpus.exchange.runs.every_eval_ever import every_eval_ever
from corpus.exchange.runs.model_card import model_card
from corpus.exchange.runs.peft_experiment import peft_experiment
from corpus.exchange.runs.ro_crate import ro_crate
from corpus.exchange.saving import Files
from corpus.exchange.writing import WRITERS, Selection
from corpus.records import Paper
from taxonomy import Knowledge


class Of(StrEnum):
    """What a format is an export of."""

    PAPERS = "papers"
    RUN = "a run"
    CORPUS = "the corpus"


@dataclass(frozen=True)
class Request:
    """What is to be exported: a format uses what it is an export of and nothing else."""

    known: Knowledge
    papers: tuple[Paper, ...] = ()
    about: AboutRun | None = None
    options: Mapping[str, str] = field(default_factory=dict)  # of some formats of runs, by name

    @property
    def run(self) -> AboutRun:
        """The run that was named."""
        assert self.about is not None  # noqa: S101  (the caller names one for a format of runs)
        return self.about

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
    options: tuple[str, ...] = ()


def _paper_format(name: str) -> Format:
    writer = WRITERS[name]
    return Format(Of.PAPERS, writer.carries, text=lambda request: writer.write(request.selection))


def _json(request: Request) -> str:
    from explorer import views

    papers = [views.whole_paper(paper, request.known) for paper in request.papers]
    return json.dumps(papers, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _every_eval_ever(request: Request) -> str:
    return every_eval_ever(request.run, **request.options)


def _model_card(request: Request) -> Files:
    return model_card(request.run, **request.options)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        **{name: _paper_format(name) for name in WRITERS},
        "json": Format(Of.PAPERS, "whole records with their numbers, recipes and runs", text=_json),
        "every-eval-ever": Format(
            Of.RUN,
            "scores with intervals, settings and provenance, for collections of evaluations",
            text=_every_eval_ever,
            options=("organisation", "model_id"),
        ),
        "hf-model": Format(
            Of.RUN,
            "the adapter with a model card, model-index and .eval_results, ready to upload",
            folder=_model_card,
            options=("dataset_id", "licence"),
        ),
        "peft-experiment": Format(
            Of.RUN,
            "an experiment folder of peft's method comparison",
            folder=lambda request: peft_experiment(request.run),
        ),
        "ro-crate": Format(
            Of.RUN, "everything of a run, as a Process Run Crate", folder=lambda request: ro_crate(request.run)
        ),
        "croissant": Format(
            Of.CORPUS,
            "papers, studies, numbers, claims, cautions and runs as CSV, described for data-set loaders",
            folder=lambda request: croissant(request.known.corpus),
        ),
    }
)
