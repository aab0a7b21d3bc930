"""Full-text search over papers, methods, claims and cautions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

from corpus.library import Corpus
from corpus.records import Reference

MAX_WORDS = 32


@dataclass(frozen=True)
class SearchEntry:
    """A text that can be found, and what it leads to."""

    kind: str  # paper, method, claim, caution, reference
    ref: str
    paper_id: str | None
    title: str
    body: str


@dataclass(frozen=True)
class SearchHit:
    """A found text; ``excerpt`` is the part that matched, without any mark-up."""

    kind: str
    ref: str
    paper_id: str | None
    title: str
    excerpt: str


def entries_of(corpus: Corpus) -> Iterator[SearchEntry]:
    """Yield what can be found in the corpus."""
    for paper in corpus.papers.values():
        entry = paper.bibliography
        body = " ".join(
            [paper.summary, *entry.authors, str(entry.year), entry.venue.acronym or "", entry.venue.name or ""]
        )
        yield SearchEntry("paper", paper.id, paper.id, entry.title, body)
        for claim in paper.claims:
            yield SearchEntry("claim", claim.id, paper.id, f"Claim of {paper.id}: {entry.title}", claim.text)
        for caution in paper.cautions:
            yield SearchEntry("caution", caution.id, paper.id, f"Caution on {paper.id}: {entry.title}", caution.text)


def entries_of_references(references: Iterable[Reference]) -> Iterator[SearchEntry]:
    """Yield what can be found in the user's library."""
    for each in references:
        body = " ".join([*each.authors, str(each.year or ""), each.venue or "", each.abstract or ""])
        yield SearchEntry("reference", each.id, None, each.title, body)


def prepare_search(connection: Connection) -> None:
    """Make the dialect's own full-text index over ``search_entry``."""
    if connection.dialect.name == "sqlite":
        connection.execute(
            text(
                "CREATE VIRTUAL TABLE IF NOT EXISTS search_fts USING fts5(title, body, content='search_entry', "
                "content_rowid='position', tokenize='porter unicode61 remove_diacritics 2')"
            )
        )
        connection.execute(text("INSERT INTO search_fts(search_fts) VALUES ('rebuild')"))
    elif connection.dialect.name == "postgresql":
        connection.execute(
            text(
                "CREATE INDEX IF NOT EXISTS search_entry_words ON search_entry "
                "USING gin (to_tsvector('english', title || ' ' || body))"
            )
        )


def drop_search(connection: Connection) -> None:
    """Remove what ``prepare_search`` made and no table takes with it."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TABLE IF EXISTS search_fts"))


_QUERIES = {
    "sqlite": (
        "SELECT e.kind, e.ref, e.paper_id, e.title, snippet(search_fts, 1, '', '', ' … ', 24) AS excerpt "
        "FROM search_fts JOIN search_entry e ON e.position = search_fts.rowid "
        "WHERE search_fts MATCH :words ORDER BY bm25(search_fts, 4.0, 1.0), e.position LIMIT :limit"
    ),
    "postgresql": (
        "SELECT kind, ref, paper_id, title, ts_headline('english', body, query, "
        '\'StartSel="", StopSel="", MaxWords=24, MinWords=8\') AS excerpt '
        "FROM search_entry, plainto_tsquery('english', :words) query "
        "WHERE to_tsvector('english', title || ' ' || body) @@ query "
        "ORDER BY ts_rank(to_tsvector('english', title || ' ' || body), query) DESC, position LIMIT :limit"
    ),
}
_ANY_DIALECT = (
    "SELECT kind, ref, paper_id, title, body AS excerpt FROM search_entry "
    "WHERE lower(title || ' ' || body) LIKE :words ORDER BY position LIMIT :limit"
)


def _words(query: str) -> list[str]:
    return re.findall(r"\w+", query)[:MAX_WORDS]


def search(engine: Engine, query: str, *, kinds: Iterable[str] = (), limit: int = 50) -> tuple[SearchHit, ...]:
    """Return texts that hold all words of a query, best first; a query without words finds nothing.

    The user's words are quoted one by one, so that no character of them is read as query syntax.
    """
    words = _words(query)
    if not words:
        return ()
    statement = _QUERIES.get(engine.dialect.name, _ANY_DIALECT)
    if engine.dialect.name == "sqlite":
        asked = " ".join(f'"{word}"' for word in words[:-1]) + f' "{words[-1]}"*'
    elif engine.dialect.name == "postgresql":
        asked = " ".join(words)
    else:
        asked = f"%{' '.join(words).lower()}%"
    wanted = frozenset(kinds)
    with engine.connect() as connection:
        rows = connection.execute(text(statement), {"words": asked, "limit": limit if not wanted else 10_000})
        hits = (SearchHit(*row) for row in rows)
        return tuple(hit for hit in hits if not wanted or hit.kind in wanted)[:limit]
