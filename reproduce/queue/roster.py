"""Who serves a shared queue: each worker writes a sign of life into the database, with what it is doing.

A worker whose last sign is older than its lease counts as dead; its runs are given to others. All times are the
database's, so that the machines' clocks need not agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from corpus.home import Home
from reproduce.queue.errors import QueueAwayError
from reproduce.queue.places import queue_url

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, TextClause

_CREATE = (
    "SELECT pg_advisory_xact_lock(725016)",  # two workers that start at once would both create
    "CREATE SCHEMA IF NOT EXISTS codepeft_queue",
    """CREATE TABLE IF NOT EXISTS codepeft_queue.workers (
        name text PRIMARY KEY, beat timestamptz NOT NULL, lease double precision NOT NULL, about text NOT NULL)""",
)
_BEAT = """INSERT INTO codepeft_queue.workers (name, beat, lease, about)
    VALUES (:name, clock_timestamp(), :lease, :about)
    ON CONFLICT (name) DO UPDATE SET beat = excluded.beat, lease = excluded.lease, about = excluded.about"""
_PRESENT = """SELECT name, about FROM codepeft_queue.workers
    WHERE beat > clock_timestamp() - make_interval(secs => lease) ORDER BY name"""
_FORGET = "DELETE FROM codepeft_queue.workers WHERE beat < clock_timestamp() - interval '7 days'"


class WorkerSign(BaseModel):
    """What a worker says of itself. ``attempts``: those at work, each with its last event, None before the first."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    host: str
    pid: int
    attempts: dict[str, dict[str, JsonValue] | None] = {}


class Roster:
    """The workers' signs of life."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def beat(self, name: str, sign: WorkerSign, *, lease: float) -> None:
        """Say that a worker lives and will say so again within ``lease`` seconds."""
        with self._begin() as connection:
            connection.execute(_text(_BEAT), {"name": name, "lease": lease, "about": sign.model_dump_json()})
            connection.execute(_text(_FORGET))

    def leave(self, name: str) -> None:
        """Say that a worker takes no further runs and has none."""
        with self._begin() as connection:
            connection.execute(_text("DELETE FROM codepeft_queue.workers WHERE name = :name"), {"name": name})

    def present(self) -> Mapping[str, WorkerSign]:
        """Return the workers that live, by name."""
        with self._begin() as connection:
            rows = connection.execute(_text(_PRESENT)).all()
        found = {}
        for name, about in rows:
            try:
                found[str(name)] = WorkerSign.model_validate_json(about)
            except ValidationError:
                found[str(name)] = WorkerSign(host="unknown", pid=0)  # of another version; alive all the same
        return found

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        from sqlalchemy.exc import DBAPIError

        try:
            with self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise QueueAwayError(error) from None


@lru_cache(maxsize=8)
def _created(url: str) -> Engine:
    """Return an engine for the database, in which the table is; it keeps no connection open."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.pool import NullPool

    try:
        engine = create_engine(url, poolclass=NullPool)
        with engine.begin() as connection:
            for statement in _CREATE:
                connection.execute(_text(statement))
    except DBAPIError as error:
        raise QueueAwayError(error) from None
    return engine


def roster(home: Home) -> Roster:
    """Return the roster of a shared queue; raise QueueAwayError when its database cannot be reached."""
    return Roster(_created(queue_url(home)))


def _text(statement: str) -> TextClause:
    from sqlalchemy import text

    return text(statement)
