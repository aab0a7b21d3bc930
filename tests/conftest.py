"""What all rooms' tests share: the real corpus, read once, and homes that are never the developer's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from corpus import Corpus, Home, open_corpus
from taxonomy import Knowledge, open_knowledge
from taxonomy.vocabulary import Vocabulary, vocabulary
from tests import postgres
from tests.databases import DATABASES, empty_home

# Two processes of tests share two cores, where two threads of torch in each would wait for one another. Read when torch
# is loaded, and inherited by the programs that tests start.
for threads in ("OMP_NUM_THREADS", "CODEPEFT_THREADS"):
    os.environ.setdefault(threads, "1")

settings.register_profile(
    "codepeft",
    deadline=None,  # nothing is timed on a shared machine
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("codepeft")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no process waits for another one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run of the tests that all its processes see."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def lab(shared_folder: Path) -> Home:
    """A home into which the embedded data set was fetched (cut out of the installed packages)."""
    from tests.laboratory import fetched

    return fetched(shared_folder)


@pytest.fixture(scope="session", autouse=True)
def _no_test_touches_the_users_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Point CODEPEFT_HOME at an empty folder, also for programs that tests start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CODEPEFT_HOME", str(tmp_path_factory.mktemp("home")))
        patch.delenv("CODEPEFT_DATABASE_URL", raising=False)
        yield


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty user's folder."""
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL database of the tests' own."""
    pytest.importorskip("psycopg", reason="psycopg, the driver of PostgreSQL, is not installed")
    binaries = postgres.programs()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.server(binaries) as url:
        yield url


@pytest.fixture(params=DATABASES)
def any_home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """An empty user's folder with an empty database of each kind."""
    return empty_home(request, tmp_path)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The corpus that ships, without anything of a user's."""
    return open_corpus(Home(tmp_path_factory.mktemp("nobody")))


@pytest.fixture(scope="session")
def words() -> Vocabulary:
    """The vocabulary that ships."""
    return vocabulary()


@pytest.fixture(scope="session")
def known_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A user's folder with a current index and nothing of the user's; only for reading."""
    home = Home(tmp_path_factory.mktemp("known"))
    open_knowledge(home)
    return home


@pytest.fixture(scope="session")
def known(known_home: Home) -> Knowledge:
    """The shipped corpus with its index on disk."""
    return open_knowledge(known_home)


@pytest.fixture
def indexed_home(home: Home, known_home: Home) -> Home:
    """A user's folder with a current index, for a test to spoil."""
    home.root.mkdir()
    shutil.copy(known_home.index_file, home.index_file)
    return home
