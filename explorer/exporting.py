"""Every export format: what it is an export of, whether it is one file or a folder, and the function that writes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from corpus.errors import RequestError, lookup
from corpus.exchange.croissant import croissant
from corpus.exchange.runs.about import AboutRun
from corpus.exchange.runs.every_eval_ever import every_eval_ever
from corpus.exchange.runs.model_card import model_card
from corpus.exchange.runs.peft_experiment import peft_experiment
from corpus.exchange.runs.ro_crate import ro_crate
from corpus.exchange.saving import Files, save_file, save_folder
from corpus.exchange.writing import WRITERS, Selection
from corpus.home import Home
from corpus.records import Paper
from explorer.formats import count
from taxonomy import Knowledge


class Of(StrEnum):
    """What a format is an export of."""

    PAPERS = "papers"
    RUN = "a run"
    CORPUS = "the corpus"
    SCREENING = "the screening"


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


def _prisma(_: Request) -> str:
    from corpus.exchange.writing.prisma import prisma_csv
    from explorer.screening import read_screening

    return prisma_csv(read_screening(Home.from_environment()).flow)


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
        "prisma": Format(Of.SCREENING, "the PRISMA 2020 flow, for the R package PRISMA2020", text=_prisma),
    }
)


@dataclass(frozen=True)
class Wish:
    """What was asked for, in the words it was asked in."""

    format: str
    run: str | None = None
    adapter: Path | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """An export, in memory: one text, or files of a folder."""

    text: str = ""
    files: Files | None = None

    def save(self, path: Path, *, force: bool) -> str:
        """Write it and return what was written, in words; raise as ``corpus.exchange.saving``."""
        if self.files is None:
            save_file(path, self.text, force=force)
            return f"wrote {path}"
        save_folder(path, self.files, force=force)
        return f"wrote {count(len(self.files), 'file')} to {path}"


def make(wish: Wish, known: Knowledge, papers: Sequence[Paper], *, filtered: bool, to_file: bool) -> Made:
    """Return an export.

    Raises:
        UnknownNameError: there is no such format or run.
        RequestError: what was asked does not fit the format.
    """
    chosen = lookup("format", wish.format, FORMATS)
    _refuse(wish, chosen, filtered=filtered, to_file=to_file)
    about = None
    if wish.run is not None:
        from reproduce.about_runs import about_run

        about = about_run(wish.run, known, Home.from_environment(), adapter=wish.adapter)
    request = Request(known, tuple(papers), about, wish.options)
    if chosen.folder is not None:
        return Made(files=chosen.folder(request))
    assert chosen.text is not None  # noqa: S101  (a format is one or the other)
    return Made(text=chosen.text(request))


def _refuse(wish: Wish, chosen: Format, *, filtered: bool, to_file: bool) -> None:
    """Raise RequestError where something was given that the format has no use for, or is missing."""
    if chosen.of is Of.RUN and wish.run is None:
        raise RequestError(f"{wish.format} is an export of a run; name one with --run (`codepeft runs` lists them)")
    if chosen.of is not Of.RUN and (wish.run is not None or wish.adapter is not None):
        names = ", ".join(name for name, each in FORMATS.items() if each.of is Of.RUN)
        raise RequestError(f"{wish.format} is an export of {chosen.of.value}; formats of runs: {names}")
    if chosen.of is not Of.PAPERS and filtered:
        raise RequestError(f"{wish.format} is an export of {chosen.of.value}; only exports of papers are filtered")
    if foreign := sorted(set(wish.options) - set(chosen.options)):
        given = ", ".join(f"--{name.replace('_', '-')}" for name in foreign)
        raise RequestError(f"{wish.format} has no option {given}; `codepeft export --help` says which format has it")
    if chosen.folder is not None and not to_file:
        raise RequestError(f"{wish.format} is a folder of files; name it with --output FOLDER")
