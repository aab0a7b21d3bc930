"""Where the queue lies: a file in the user's folder, or a PostgreSQL server that workers on many machines share."""

from __future__ import annotations

from corpus.home import Home


def is_shared(home: Home) -> bool:
    """Return whether the queue lies on a PostgreSQL server, so that it takes any number of workers.

    Any other database that CODEPEFT_DATABASE_URL may name holds the index alone.
    """
    return home.database_url is not None and home.database_url.startswith(("postgresql:", "postgresql+", "postgres:"))


def queue_url(home: Home) -> str:
    """Return the queue's database as a SQLAlchemy URL."""
    if home.database_url is not None and is_shared(home):
        return home.database_url
    from sqlalchemy import URL

    return URL.create("sqlite", database=str(home.queue_file)).render_as_string(hide_password=False)
