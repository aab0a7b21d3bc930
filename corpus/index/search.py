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
    """A found text; ``excerpt`` is the part that matched, without any mark-up, ``marks`` where in it words matched."""

    kind: str
    ref: str
    paper_id: str | None
    title: str
    excerpt: str
    score: float | None = None  # the database's own measure, higher is better; compares hits of one search only
    marks: tuple[tuple[int, int], ...] = ()  # beginning and end of each match in the excerpt

    def highlighted(self, begin: str, end: str) -> str:
        """Return the excerpt with signs around each match."""
        pieces, at = [], 0
        for first, last in self.marks:
            pieces += [self.excerpt[at:first], begin, self.excerpt[first:last], end]
            at = last
        return "".join([*pieces, self.excerpt[at:]])


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


# Matches come between two control characters, which no record holds (corpus.records.base).
_BEGIN, _END = "\x02", "\x03"
_MARK = re.compile(f"{_BEGIN}([^{_END}]*){_END}")
_QUERIES = {
    "sqlite": (
        "SELECT e.kind, e.ref, e.paper_id, e.title, snippet(search_fts, 1, char(2), char(3), ' … ', 24) AS excerpt, "
        "-bm25(search_fts, 4.0, 1.0) AS score "
        "FROM search_fts JOIN search_entry e ON e.position = search_fts.rowid "
        "WHERE search_fts MATCH :words ORDER BY score DESC, e.position LIMIT :limit"
    ),
    "postgresql": (
        "SELECT kind, ref, paper_id, title, ts_headline('english', body, query, 'StartSel=\"' || chr(2) || '\", "
        "StopSel=\"' || chr(3) || '\", MaxWords=24, MinWords=8') AS excerpt, "
        "ts_rank(to_tsvector('english', title || ' ' || body), query) AS score "
        "FROM search_entry, "
        "CAST(plainto_tsquery('english', :words) && to_tsquery('english', :unfinished) AS tsquery) query "
        "WHERE to_tsvector('english', title || ' ' || body) @@ query "
        "ORDER BY score DESC, position LIMIT :limit"
    ),
}
_ANY_DIALECT = (
    "SELECT kind, ref, paper_id, title, body AS excerpt, NULL AS score FROM search_entry "
    "WHERE lower(title || ' ' || body) LIKE :words ORDER BY position LIMIT :limit"
)


def _hit(kind: str, ref: str, paper_id: str | None, title: str, marked: str, score: float | None) -> SearchHit:
    """Return a row as a hit, its excerpt parted from the marks in it."""
    excerpt, marks = "", []
    for number, piece in enumerate(_MARK.split(marked)):
        if number % 2:
            marks.append((len(excerpt), len(excerpt) + len(piece)))
        excerpt += piece
    return SearchHit(kind, ref, paper_id, title, excerpt, score, tuple(marks))


def _words(query: str) -> list[str]:
    return re.findall(r"\w+", query)[:MAX_WORDS]


def search(engine: Engine, query: str, *, kinds: Iterable[str] = (), limit: int = 50) -> tuple[SearchHit, ...]:
    """Return texts that hold all words of a query, best first; a query without words finds nothing.

    The user's words are quoted one by one, so that no character of them is read as query syntax; the last one may be
    unfinished. Where a database has no full-text search of its own, the words must occur as they stand.
    """
    words = _words(query)
    if not words:
        return ()
    statement = _QUERIES.get(engine.dialect.name, _ANY_DIALECT)
    values: dict[str, str | int]
    if engine.dialect.name == "sqlite":
        values = {"words": " ".join(f'"{word}"' for word in words[:-1]) + f' "{words[-1]}"*'}
    elif engine.dialect.name == "postgresql":
        values = {"words": " ".join(words[:-1]), "unfinished": f"'{words[-1]}':*"}
    else:
        values = {"words": f"%{' '.join(words).lower()}%"}
    wanted = frozenset(kinds)
    with engine.connect() as connection:
        rows = connection.execute(text(statement), {**values, "limit": limit if not wanted else 10_000})
        hits = (_hit(*row) for row in rows)
        return tuple(hit for hit in hits if not wanted or hit.kind in wanted)[:limit]
