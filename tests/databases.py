"""The databases that an index may lie in."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from corpus import Home

DATABASES = ("sqlite-file", "sqlite-url", "postgresql")


def empty_home(request: pytest.FixtureRequest, folder: Path) -> Home:
    """Return an empty user's folder with an empty database of the kind that a fixture's parameter names."""
    if request.param == "sqlite-file":
        return Home(folder / "home")
    if request.param == "sqlite-url":
        return Home(folder / "home", f"sqlite:///{folder}/elsewhere.sqlite")
    url: str = request.getfixturevalue("postgresql")
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return Home(folder / "home", url)
