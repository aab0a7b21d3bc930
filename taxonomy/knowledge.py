"""The way in: vocabulary, corpus, graph and index together, kept current with the files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import networkx as nx

import corpus.checks
import taxonomy.checks
from corpus.errors import Problem, RecordError
from corpus.home import Home
from corpus.index import (
    DamagedIndexError,
    Index,
    SearchEntry,
    SearchHit,
    build_index,
    entries_of,
    entries_of_references,
    open_index,
    search,
)
from corpus.library import Corpus, RecordFiles, read_corpus
from corpus.references import read_library
from taxonomy.evidence import Evidence, evidence_on
from taxonomy.graph import ROOTS, Facet, address, build_graph, nodes_of
from taxonomy.summaries import Tree, dump, read, summaries
from taxonomy.vocabulary import VOCABULARY_FILE, Vocabulary, vocabulary


@dataclass(frozen=True)
class Knowledge:
    """Everything that can be asked. ``stale``: faults in the files for which an older index is still shown."""

    vocabulary: Vocabulary
    index: Index
    home: Home
    stale: tuple[Problem, ...] = ()

    @cached_property
    def corpus(self) -> Corpus:
        """The corpus as it was indexed, read on first need; a damaged index is built anew from the files."""
        try:
            return self.index.corpus()
        except DamagedIndexError:
            return rebuild(self.home).corpus

    @cached_property
    def graph(self) -> nx.DiGraph[str]:
        """The taxonomy."""
        return build_graph(nodes_of(self.vocabulary))

    def tree(self, facet: Facet) -> Tree:
        """Return one tree with the evidence on each node counted; it was made with the index."""
        kept = self.index.kept(_tree_name(facet))
        if kept is None:
            return summaries(self.corpus, self.vocabulary, self.graph, facet)
        return read(kept)

    def evidence(self, node: str) -> Evidence:
        """Return what stands on a node, named by its address or as a user would; raise UnknownNameError."""
        return evidence_on(address(self.vocabulary, node), self.corpus, self.vocabulary, self.graph)

    def search(self, query: str, *, kinds: tuple[str, ...] = (), limit: int = 50) -> tuple[SearchHit, ...]:
        """Return papers, methods, claims and cautions that hold all words of a query, best first."""
        return search(self.index.engine, query, kinds=kinds, limit=limit)


def files_digest(files: RecordFiles) -> str:
    """Return the SHA-256 over all record files and the vocabulary."""
    return hashlib.sha256(f"{files.digest()}{VOCABULARY_FILE.read_text(encoding='utf-8')}".encode()).hexdigest()


def check_all(corpus_: Corpus, words: Vocabulary) -> list[Problem]:
    """Run every check on the corpus; return the problems in order."""
    return sorted({*corpus.checks.problems_in(corpus_), *taxonomy.checks.problems_in(corpus_, words)})


def _method_entries(words: Vocabulary) -> Iterator[SearchEntry]:
    for method in words.methods:
        body = " ".join([words.label("families", method.family), *method.aliases, method.note or ""])
        yield SearchEntry("method", f"method/{method.id}", None, method.label, body)


def rebuild(home: Home) -> Knowledge:
    """Read and check all files and replace the index.

    Raises:
        RecordError: every fault of every file; the old index stays as it was.
    """
    words, files = vocabulary(), RecordFiles.find(home)
    digest = files_digest(files)
    corpus_ = read_corpus(files)
    problems = check_all(corpus_, words)
    if problems:
        raise RecordError(problems)
    references = read_library(home).references
    entries = [*entries_of(corpus_), *_method_entries(words), *entries_of_references(references)]
    graph = build_graph(nodes_of(words))
    kept = {_tree_name(facet): dump(summaries(corpus_, words, graph, facet)) for facet in Facet}
    known = Knowledge(words, build_index(home, corpus_, entries, digest, references, kept), home)
    vars(known)["corpus"] = corpus_  # it is there already: not to be read back
    return known


def _tree_name(facet: Facet) -> str:
    return f"tree of {ROOTS[facet]}"


def open_knowledge(home: Home | None = None, *, digest: str | None = None, at_once: bool = True) -> Knowledge:
    """Return current knowledge, rebuilding the index when a file has changed.

    When the changed files have faults and an older index is there, that one is used and ``stale`` lists the faults.
    ``digest``: that of the files, where the caller knows it. ``at_once``: the corpus is read and the index examined
    now, not on first need.

    Raises:
        RecordError: the files have faults and there is no older index.
    """
    home = home or Home.from_environment()
    current = _as_indexed(home, digest or files_digest(RecordFiles.find(home)), at_once=at_once)
    if current is not None:
        return current
    try:
        return rebuild(home)
    except RecordError as error:
        older = _as_indexed(home)
        if older is None:
            raise
        return replace(older, stale=error.problems)


def _as_indexed(home: Home, digest: str | None = None, *, at_once: bool = True) -> Knowledge | None:
    """Return what the index holds; None when there is none, it is not current for the digest, or it is damaged."""
    index = open_index(home, digest, examined=at_once)
    if index is None:
        return None
    known = Knowledge(vocabulary(), index, home)
    try:
        if at_once:
            vars(known)["corpus"] = index.corpus()
    except DamagedIndexError:
        return None
    return known
