"""What the pages show, kept between reruns and current with the files: the one module that caches.

Every rerun looks at the files' sizes and times; their digest is computed when those have changed. A record that has
landed is there on the next rerun. A look that takes long, with thousands of files, is not repeated at once: it rests
for RESTS times as long as it took, so that it costs a few percent of the time at most.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import plotly.graph_objects as go
import streamlit as st

from corpus.home import Home
from corpus.library import RecordFiles
from corpus.references import import_files
from corpus.screening.decisions import FILE as SCREENING_FILE
from corpus.stamps import Stamp, stamp
from explorer.figures.drawn import Drawn
from explorer.screening import Screening, read_screening
from taxonomy import Knowledge, open_knowledge
from taxonomy.evidence import Evidence
from taxonomy.graph import Facet
from taxonomy.knowledge import files_digest
from taxonomy.summaries import NodeSummary
from taxonomy.vocabulary import VOCABULARY_FILE

T = TypeVar("T")
RESTS = 30


def home() -> Home:
    """Return the user's folder."""
    return Home.from_environment()


def knowledge() -> Knowledge:
    """Return current knowledge; raise RecordError when files have faults and there is no older index.

    Its corpus is read on first need: the trees and what else was made with the index come without it.
    """
    place = home()
    return _knowledge(str(place.root), place.database_url, _digest(place))


def evidence(node: str) -> Evidence:
    """Return what stands on a node; raise UnknownNameError or RequestError for an unknown address."""
    known = knowledge()
    return _evidence(_state(known), node, known)


def tree(facet: Facet) -> tuple[NodeSummary, ...]:
    """Return one tree of the taxonomy with the evidence on each node counted, parents before children."""
    known = knowledge()
    return _tree(_state(known), facet, known)


def kept(name: str, compute: Callable[[Knowledge], T], *parts: str) -> T:
    """Return what was computed from this state of the corpus under a name, with ``parts`` that tell variants apart."""
    known = knowledge()
    return _kept(_state(known), name, parts, known, compute)


def figure(name: str, make: Callable[[], go.Figure], *parts: str) -> Drawn:
    """Return a figure of this state of the corpus, made once."""
    return kept(f"figure {name}", lambda known: Drawn.of(make()), *parts)


@dataclass
class _Look:
    stamp: Stamp
    digest: str
    again: float  # moment of the next look


_looks: dict[str, _Look] = {}


def _digest(place: Home) -> str:
    """Return the digest over all record files and the vocabulary, as cheaply as it can be known."""
    begun, key = time.monotonic(), f"{place.root}"
    last = _looks.get(key)
    if last is not None and begun < last.again:
        return last.digest
    seen = stamp(place, VOCABULARY_FILE)
    fresh = last is None or not seen.settled or seen.value != last.stamp.value
    digest = files_digest(RecordFiles.find(place)) if last is None or fresh else last.digest
    ended = time.monotonic()
    _looks[key] = _Look(seen, digest, ended + RESTS * (0.0 if fresh else ended - begun))
    return digest


def screening() -> Screening:
    """Return the user's library and screening; raise RecordError when their files have faults."""
    place = home()
    files = (*import_files(place), place.screening / SCREENING_FILE)
    state = "".join(f"{path} {stat.st_mtime_ns} {stat.st_size}\n" for path in files if (stat := _stat(path)))
    return _screening(str(place.root), state)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _state(known: Knowledge) -> str:
    """What is cached below belongs to this state of the corpus and is dropped with it."""
    return known.index.digest


@st.cache_resource(max_entries=2, show_spinner="Reading the records")
def _knowledge(root: str, database_url: str | None, digest: str) -> Knowledge:
    return open_knowledge(home(), digest=digest, at_once=False)


@st.cache_resource(max_entries=2, show_spinner="Reading the library")
def _screening(root: str, state: str) -> Screening:
    return read_screening(home())


@st.cache_resource(max_entries=256, show_spinner=False)
def _evidence(state: str, node: str, _known: Knowledge) -> Evidence:
    return _known.evidence(node)


@st.cache_resource(max_entries=6, show_spinner=False)
def _tree(state: str, facet: Facet, _known: Knowledge) -> tuple[NodeSummary, ...]:
    return _known.tree(facet)


@st.cache_resource(max_entries=256, show_spinner=False)
def _kept(state: str, name: str, parts: tuple[str, ...], _known: Knowledge, _compute: Callable[[Knowledge], T]) -> T:
    return _compute(_known)
