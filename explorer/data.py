"""What the pages show, kept between reruns and current with the files: the one module that caches.

Every rerun compares the files' digest (some milliseconds); a record that has landed is there on the next one.
"""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from corpus.home import Home
from corpus.library import RecordFiles
from corpus.references import import_files
from corpus.screening.decisions import FILE as SCREENING_FILE
from explorer.screening import Screening, read_screening
from taxonomy import Knowledge, open_knowledge
from taxonomy.evidence import Evidence
from taxonomy.graph import Facet
from taxonomy.knowledge import files_digest
from taxonomy.summaries import NodeSummary, summaries


def home() -> Home:
    """Return the user's folder."""
    return Home.from_environment()


def knowledge() -> Knowledge:
    """Return current knowledge; raise RecordError when files have faults and there is no older index."""
    place = home()
    return _knowledge(str(place.root), place.database_url, files_digest(RecordFiles.find(place)))


def evidence(node: str) -> Evidence:
    """Return what stands on a node; raise UnknownNameError or RequestError for an unknown address."""
    known = knowledge()
    return _evidence(_state(known), node, known)


def tree(facet: Facet) -> tuple[NodeSummary, ...]:
    """Return one tree of the taxonomy with the evidence on each node counted, parents before children."""
    known = knowledge()
    return _tree(_state(known), facet, known)


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
    return open_knowledge(home())


@st.cache_resource(max_entries=2, show_spinner="Reading the library")
def _screening(root: str, state: str) -> Screening:
    return read_screening(home())


@st.cache_resource(max_entries=256, show_spinner=False)
def _evidence(state: str, node: str, _known: Knowledge) -> Evidence:
    return _known.evidence(node)


@st.cache_resource(max_entries=6, show_spinner=False)
def _tree(state: str, facet: Facet, _known: Knowledge) -> tuple[NodeSummary, ...]:
    return summaries(_known.corpus, _known.vocabulary, _known.graph, facet)
