"""Building the index from the record files, whole or not at all, and opening it when it is current."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool
from sqlmodel import Session, SQLModel, col, select

from corpus.errors import CodepeftError, RequestError
from corpus.home import Home
from corpus.index import tables
from corpus.index.search import SearchEntry, drop_search, prepare_search
from corpus.library import Corpus, paper_order
from corpus.records import ForeignResult, Paper, Reference, ReportedResult, RunRecord

_TABLES = [
    SQLModel.metadata.tables[str(model.__tablename__)]
    for model in (
        tables.Meta, tables.PaperRow, tables.StudyRow, tables.StudyTerm, tables.ResultRow,
        tables.ClaimRow, tables.CautionRow, tables.RunRow, tables.ForeignRow, tables.ReferenceRow, tables.SearchRow,
        tables.KeptRow,
    )
]  # fmt: skip


class DamagedIndexError(CodepeftError):
    """The index says that it is whole, and is not. It can be deleted: the files are the truth."""


@dataclass(frozen=True)
class Index:
    """An index that is current for ``digest``."""

    engine: Engine
    digest: str

    def corpus(self) -> Corpus:
        """Return the corpus as it was indexed.

        Raises:
            DamagedIndexError: a row is missing, changed or unreadable.
        """
        try:
            return self._corpus()
        except (DBAPIError, ValidationError) as error:
            reason = str(error).splitlines()[0]
            raise DamagedIndexError(f"the index is damaged; rebuild it with `codepeft index` ({reason})") from None

    def kept(self, name: str) -> str | None:
        """Return an answer that was made with the index; None when there is none of this name."""
        try:
            with Session(self.engine) as session:
                return session.exec(select(tables.KeptRow.document).where(col(tables.KeptRow.name) == name)).first()
        except DBAPIError:
            return None

    def _corpus(self) -> Corpus:
        # One snapshot for all queries, on every database: a builder may commit between two of them.
        with Session(self.engine.execution_options(isolation_level="SERIALIZABLE")) as session:
            papers = [Paper.model_validate_json(row) for row in session.exec(select(tables.PaperRow.document))]
            results = session.exec(select(tables.ResultRow.document).order_by(col(tables.ResultRow.position)))
            rows = tuple(ReportedResult.model_validate_json(row) for row in results)
            runs = session.exec(select(tables.RunRow).order_by(col(tables.RunRow.position))).all()
            foreign = session.exec(select(tables.ForeignRow.document).order_by(col(tables.ForeignRow.position)))
            return Corpus(
                MappingProxyType(
                    {paper.id: paper for paper in sorted(papers, key=lambda paper: paper_order(paper.id))}
                ),
                rows,
                tuple(RunRecord.model_validate_json(run.document) for run in runs if not run.own),
                tuple(RunRecord.model_validate_json(run.document) for run in runs if run.own),
                tuple(ForeignResult.model_validate_json(row) for row in foreign),
            )


Kept = Mapping[str, str]
"""Answers by name, as JSON."""


def _rows(
    corpus: Corpus, entries: Iterable[SearchEntry], digest: str, references: Sequence[Reference], kept: Kept
) -> Iterator[list[SQLModel]]:
    """Yield the rows in an order in which every foreign key is already there."""
    papers = list(corpus.papers.values())
    studies = [(paper, study) for paper in papers for study in paper.studies]
    yield [
        tables.Meta(key="schema_version", value=str(tables.SCHEMA_VERSION)),
        tables.Meta(key="digest", value=digest),
        tables.Meta(key="built_at", value=datetime.now(UTC).isoformat(timespec="seconds")),
    ]
    yield [tables.PaperRow.of(paper) for paper in papers]
    yield [
        tables.StudyRow(id=study.id, paper_id=paper.id, task=study.task, classified_by=study.classified_by)
        for paper, study in studies
    ]
    yield [term for _, study in studies for term in tables.StudyTerm.of(study)]
    yield [tables.ResultRow.of(position, result) for position, result in enumerate(corpus.results)]
    yield [
        tables.ClaimRow(id=claim.id, paper_id=paper.id, text=claim.text, evidence=claim.evidence)
        for paper in papers
        for claim in paper.claims
    ]
    yield [
        tables.CautionRow(id=caution.id, paper_id=paper.id, kind=caution.kind, text=caution.text)
        for paper in papers
        for caution in paper.cautions
    ]
    yield [
        tables.RunRow.of(position, run, own=position >= len(corpus.runs))
        for position, run in enumerate(corpus.every_run)
    ]
    yield [tables.ForeignRow.of(position, result) for position, result in enumerate(corpus.foreign)]
    yield [tables.ReferenceRow.of(position, reference) for position, reference in enumerate(references)]
    yield [
        tables.SearchRow(
            position=position,
            kind=entry.kind,
            ref=entry.ref,
            paper_id=entry.paper_id,
            title=entry.title,
            body=entry.body,
        )
        for position, entry in enumerate(entries, 1)
    ]
    yield [tables.KeptRow(name=name, document=document) for name, document in kept.items()]


def _fill(
    connection: Connection,
    corpus: Corpus,
    entries: Iterable[SearchEntry],
    digest: str,
    references: Sequence[Reference],
    kept: Kept,
) -> None:
    SQLModel.metadata.create_all(connection, tables=_TABLES)
    for group in _rows(corpus, entries, digest, references, kept):
        if group:
            table = SQLModel.metadata.tables[str(group[0].__tablename__)]
            connection.execute(table.insert(), [row.model_dump() for row in group])
    prepare_search(connection)


def _sqlite(path: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    _make_transactions_whole(engine)
    return engine


def _engine(home: Home) -> Engine:
    if home.database_url is None:
        return _sqlite(home.index_file)
    try:
        url = make_url(home.database_url)
        in_memory = url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")
        engine = create_engine(url, poolclass=None if in_memory else NullPool)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        raise RequestError(
            f"CODEPEFT_DATABASE_URL is not usable: {error}; give an SQLAlchemy URL whose driver is installed, "
            "or leave it unset for SQLite"
        ) from None
    if engine.dialect.name == "sqlite":
        _make_transactions_whole(engine, journal="WAL")  # readers go on while it is written
    return engine


def _make_transactions_whole(engine: Engine, journal: str = "DELETE") -> None:
    """Let SQLite's CREATE and DROP be part of a transaction: Python's sqlite3 begins one for changes of rows only."""

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA journal_mode={journal}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        building = connection.get_execution_options().get("codepeft_builds")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if building else "BEGIN")


@contextmanager
def _told_plainly() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise CodepeftError(f"the index's database cannot be used: {str(error.orig).splitlines()[0]}") from None


def _stored(engine: Engine, *, examined: bool) -> dict[str, str]:
    """Return what an index says it was built from; empty when there is none or it cannot be read."""
    try:
        with engine.connect() as connection:
            if (
                examined
                and engine.dialect.name == "sqlite"
                and connection.scalar(text("PRAGMA quick_check(1)")) != "ok"
            ):
                return {}
            return _meta(connection)
    except DBAPIError:
        return {}


def _meta(connection: Connection) -> dict[str, str]:
    inspector = inspect(connection)
    if not inspector.has_table("meta") or {column["name"] for column in inspector.get_columns("meta")} != {
        "key",
        "value",
    }:
        return {}
    return {row.key: row.value for row in connection.execute(text("SELECT key, value FROM meta"))}


def _current_schema(stored: dict[str, str]) -> bool:
    return stored.get("schema_version") == str(tables.SCHEMA_VERSION)


def build_index(
    home: Home,
    corpus: Corpus,
    entries: Iterable[SearchEntry],
    digest: str,
    references: Sequence[Reference] = (),
    kept: Kept = MappingProxyType({}),
) -> Index:
    """Replace the index by one built from a corpus; readers see the old one or the new one, never half of it.

    ``kept``: answers to be kept with it.

    Raises:
        CodepeftError: the database cannot be reached.
        RequestError: the database URL is not usable.
    """
    if home.database_url is None:
        _replace_sqlite(
            home.index_file, lambda connection: _fill(connection, corpus, entries, digest, references, kept)
        )
        return Index(_engine(home), digest)
    engine = _engine(home)
    with _told_plainly(), engine.execution_options(codepeft_builds=True).begin() as connection:
        _make_room(connection)
        _fill(connection, corpus, entries, digest, references, kept)
    return Index(engine, digest)


def _make_room(connection: Connection) -> None:
    """Empty the tables; those of another schema are dropped, which must wait for their readers."""
    if connection.dialect.name == "postgresql":  # one builder at a time; the number is ours
        connection.execute(text("SELECT pg_advisory_xact_lock(250421569)"))
    stored = _meta(connection)
    if _current_schema(stored):
        for table in reversed(_TABLES):
            connection.execute(table.delete())
        return
    foreign = {table.name for table in _TABLES} & set(inspect(connection).get_table_names())
    if foreign and "schema_version" not in stored:
        raise RequestError(
            f"the database in CODEPEFT_DATABASE_URL holds another program's tables ({', '.join(sorted(foreign))}); "
            "give codepeft a database of its own"
        )
    drop_search(connection)
    SQLModel.metadata.drop_all(connection, tables=_TABLES)


def _replace_sqlite(path: Path, fill: Callable[[Connection], None]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".index-", suffix=".sqlite")
    except OSError as error:
        raise CodepeftError(f"the index cannot be written to {path.parent}: {error.strerror}") from None
    os.close(handle)
    try:
        engine = _sqlite(Path(name))
        with _told_plainly(), engine.begin() as connection:
            fill(connection)
        engine.dispose()
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise CodepeftError(f"the index cannot be written to {path}: {error.strerror}") from None
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def open_index(home: Home, digest: str | None = None, *, examined: bool = True) -> Index | None:
    """Return the stored index when its schema is this version's and, if a digest is given, when it is current.

    ``examined``: SQLite looks through the whole file for damage first, which takes long for a large one.
    """
    if home.database_url is None and not home.index_file.exists():
        return None
    engine = _engine(home)
    if home.database_url is not None:
        with _told_plainly(), engine.connect():
            pass
    stored = _stored(engine, examined=examined)
    if not _current_schema(stored) or "digest" not in stored or digest not in (None, stored["digest"]):
        return None
    return Index(engine, stored["digest"])
