"""The index: built whole or not at all, opened when current, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from sqlalchemy import create_engine, inspect, text

from corpus import CodepeftError, Corpus, Home, RequestError
from corpus.index import DamagedIndexError, SearchEntry, build_index, entries_of, open_index, search
from corpus.index.tables import SCHEMA_VERSION
from tests import examples


def corpus_with(*names: str) -> Corpus:
    """Return a corpus with a paper, a number and a run for every name."""
    papers = [
        examples.paper(
            id=f"P{number}",
            summary=f"About {name}.",
            studies=[{"id": f"P{number}-S1", "task": "code-search", "methods": ["lora", "ia3"]}],
        )
        for number, name in enumerate(names, 900)
    ]
    results = [examples.result(id=f"{paper.id}-R001", paper=paper.id, variant=paper.summary) for paper in papers]
    runs = tuple(examples.run(asked=examples.spec(seed=int(paper.id[1:]))) for paper in papers)
    return examples.corpus_of(papers, results, runs=runs[:1], own_runs=runs)


def build(home: Home, corpus: Corpus, digest: str = "first"):
    """Build an index with the corpus's own search entries."""
    return build_index(home, corpus, entries_of(corpus), digest)


def test_what_was_indexed_comes_back(any_home):
    """Papers, numbers, shipped and own runs come back as they went in, in their order."""
    corpus = corpus_with("zebrafish", "orchids", "basalt")
    build(any_home, corpus)
    opened = open_index(any_home, "first")
    assert opened is not None
    assert (opened.digest, opened.corpus()) == ("first", corpus)


def test_the_tables_hold_the_records(any_home):
    """Studies, terms, numbers and runs can be asked for in SQL, without reading a document."""
    index = build(any_home, corpus_with("zebrafish", "orchids"))
    with index.engine.connect() as connection:
        terms = connection.execute(text("SELECT study_id, kind, term FROM study_term ORDER BY study_id, term")).all()
        values = connection.execute(text("SELECT id, value, full_finetuning_value FROM reported_result")).all()
        runs = connection.execute(text("SELECT seed, value, own FROM run ORDER BY position")).all()
    assert terms == [(f"P90{n}-S1", "method", method) for n in (0, 1) for method in ("ia3", "lora")]
    assert values == [("P900-R001", 0.70, 0.73), ("P901-R001", 0.70, 0.73)]
    assert [(seed, value, bool(own)) for seed, value, own in runs] == [
        (900, 0.7, False), (900, 0.7, True), (901, 0.7, True),
    ]  # fmt: skip


def test_building_again_leaves_nothing_of_the_old(any_home):
    """A second build replaces records, search entries and digest."""
    build(any_home, corpus_with("zebrafish", "orchids"))
    index = build(any_home, corpus_with("basalt"), "second")
    assert index.corpus() == corpus_with("basalt")
    assert search(index.engine, "zebrafish") == ()
    assert [hit.ref for hit in search(index.engine, "basalt")] == ["P900"]
    assert open_index(any_home, "first") is None
    assert open_index(any_home, "second") is not None


def test_no_index_is_none(any_home):
    """Where nothing was built there is nothing to open, and opening makes no tables."""
    assert open_index(any_home) is None
    assert not any_home.index_file.exists()
    build(any_home, corpus_with("basalt"))
    assert open_index(any_home) is not None


def test_an_open_reader_keeps_seeing_the_whole_old_index(any_home):
    """Two builds while a connection reads: it goes on seeing the index that it began with, and then the newest."""
    index = build(any_home, corpus_with("zebrafish", "orchids"))
    with index.engine.execution_options(isolation_level="SERIALIZABLE").connect() as reader:
        assert reader.scalar(text("SELECT count(*) FROM paper")) == 2
        build(any_home, corpus_with("basalt"), "second")
        build(any_home, corpus_with("basalt", "granite", "gneiss"), "third")
        assert reader.scalar(text("SELECT count(*) FROM reported_result")) == 2
        assert reader.scalar(text("SELECT value FROM meta WHERE key = 'digest'")) == "first"
    newest = open_index(any_home, "third")
    assert newest is not None
    assert newest.corpus() == corpus_with("basalt", "granite", "gneiss")


def test_readers_at_any_moment_see_one_whole_corpus(any_home):
    """Whatever moment of eight builds a reader catches, it sees the one corpus or the other, never a mixture."""
    corpora = [corpus_with("zebrafish", "orchids"), corpus_with("basalt")]
    build(any_home, corpora[0])
    done, seen, failed = threading.Event(), [], []

    def read() -> None:
        while not done.is_set():
            try:
                index = open_index(any_home)
                seen.append(index.corpus() if index else None)
            except CodepeftError as error:
                failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for number in range(8):
            build(any_home, corpora[number % 2], str(number))
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert failed == []
    assert seen
    assert all(corpus in corpora for corpus in seen)


def test_two_builders_do_not_disturb_each_other(any_home):
    """Builders at the same time both finish, and one whole index remains."""
    corpora = [corpus_with("zebrafish", "orchids"), corpus_with("basalt")]
    failed = []

    def build_some(corpus: Corpus) -> None:
        try:
            for _ in range(3):
                build(any_home, corpus)
        except CodepeftError as error:
            failed.append(error)

    build(any_home, corpora[0])
    builders = [threading.Thread(target=build_some, args=(corpus,)) for corpus in corpora]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()
    assert failed == []
    assert open_index(any_home).corpus() in corpora


def test_a_build_that_fails_leaves_the_old_index(any_home):
    """An error in the middle of a build changes nothing and leaves no file behind."""
    corpus = corpus_with("zebrafish")
    build(any_home, corpus)

    def entries():
        yield SearchEntry("paper", "P900", "P900", "One", "good")
        raise RuntimeError("in the middle")

    files = sorted(path.name for path in any_home.root.parent.rglob("*") if path.suffix != ".sqlite-wal")
    with pytest.raises(RuntimeError, match="in the middle"):
        build_index(any_home, corpus_with("basalt"), entries(), "second")
    assert open_index(any_home, "first").corpus() == corpus
    left = sorted(path.name for path in any_home.root.parent.rglob("*") if path.suffix != ".sqlite-wal")
    assert left == files


def test_an_older_schema_is_rebuilt(any_home):
    """An index of another version is not opened, and building replaces its tables whatever their columns were."""
    index = build(any_home, corpus_with("zebrafish"))
    with index.engine.begin() as connection:
        older = {"older": str(SCHEMA_VERSION - 1)}
        connection.execute(text("UPDATE meta SET value = :older WHERE key = 'schema_version'"), older)
        connection.execute(text("ALTER TABLE claim ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'"))
        connection.execute(text("ALTER TABLE run DROP COLUMN own"))
    index.engine.dispose()
    assert open_index(any_home) is None
    rebuilt = build(any_home, corpus_with("basalt"), "second")
    assert rebuilt.corpus() == corpus_with("basalt")
    assert "colour" not in {column["name"] for column in inspect(rebuilt.engine).get_columns("claim")}


def garbage(path):
    """Write what is no database."""
    path.write_bytes(b"SQLite format 3\0" + b"not really" * 1000)


def truncate(path):
    """Cut a database in its middle."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def empty(path):
    """Leave a file of no bytes."""
    path.write_bytes(b"")


def foreign(path):
    """Put another program's database there, with tables of the same names."""
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE meta (key TEXT, value TEXT, note TEXT)")
        connection.execute("CREATE TABLE paper (size TEXT)")
        connection.execute("INSERT INTO paper VALUES ('A4')")
    connection.close()


def overwrite_pages(path):
    """Overwrite pages in the middle of a database whose beginning stays good."""
    content = bytearray(path.read_bytes())
    content[8 * 4096 : 12 * 4096] = b"\xff" * (4 * 4096)
    path.write_bytes(bytes(content))


@pytest.mark.parametrize("spoil", [garbage, truncate, empty, foreign, overwrite_pages])
def test_a_spoilt_index_file_is_not_opened_and_is_rebuilt(home, spoil):
    """Whatever lies where the index should be is not read as one, and a build replaces it."""
    build(home, corpus_with("zebrafish"))
    spoil(home.index_file)
    assert open_index(home) is None
    build(home, corpus_with("basalt"))
    assert open_index(home, "first").corpus() == corpus_with("basalt")


def test_a_changed_row_is_never_misread(home):
    """An index that calls itself whole but holds a row that is no record is told as damaged."""
    index = build(home, corpus_with("zebrafish"))
    with sqlite3.connect(home.index_file) as connection:
        connection.execute("UPDATE paper SET document = '{}'")
    connection.close()
    with pytest.raises(DamagedIndexError, match="the index is damaged; rebuild it with `codepeft index`"):
        index.corpus()


def test_another_programs_database_is_left_alone(any_home):
    """By URL, tables of another program are neither read nor replaced: one sentence says so."""
    if any_home.database_url is None:
        pytest.skip("the index file is the program's own; a foreign one is replaced")
    engine = create_engine(any_home.database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE paper (size TEXT)"))
        connection.execute(text("INSERT INTO paper VALUES ('A4')"))
    with pytest.raises(RequestError, match=r"another program's tables \(paper\); give codepeft a database of its own"):
        build(any_home, corpus_with("zebrafish"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT size FROM paper")).all() == [("A4",)]
    engine.dispose()


@pytest.mark.parametrize(
    "url",
    ["nonsense", "nosuch://host/name", "sqlite+nosuch:///x.sqlite", "oracle://host/x", "postgresql://host:port/x"],
)
def test_an_unusable_url_is_one_sentence(home, url):
    """A URL that is none, or whose driver is missing, is a wrong request, told in one line with what to do."""
    with pytest.raises(RequestError) as caught:
        open_index(Home(home.root, url))
    assert str(caught.value).startswith("CODEPEFT_DATABASE_URL is not usable: ")
    assert "leave it unset for SQLite" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_database_that_cannot_be_reached_is_one_sentence(tmp_path):
    """A database that does not answer is told in one line, for opening and for building."""
    away = Home(tmp_path, f"sqlite:///{tmp_path}/no/such/folder/index.sqlite")
    for attempt in (lambda: open_index(away), lambda: build(away, corpus_with("basalt"))):
        with pytest.raises(CodepeftError) as caught:
            attempt()
        assert str(caught.value) == "the index's database cannot be used: unable to open database file"


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    """A user's folder that cannot be made is told with its path and the reason."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CodepeftError, match=r"^the index cannot be written to .*/file/home: Not a directory$"):
        build(Home(tmp_path / "file" / "home"), corpus_with("basalt"))


def test_a_folder_in_the_indexs_place_is_one_sentence(home):
    """A folder where the index file should be is told, and nothing is left beside it."""
    home.index_file.mkdir(parents=True)
    with pytest.raises(CodepeftError, match="the index cannot be written to"):
        build(home, corpus_with("basalt"))
    assert [path.name for path in home.root.iterdir()] == ["index.sqlite"]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["a b", "50%", "why?x=1", "#1", "Zoë", "C:\\x", "'quoted\""])
def test_the_index_lies_in_a_folder_of_any_name(tmp_path, name):
    """Signs that mean something in a URL are a plain part of the folder's name."""
    home = Home(tmp_path / name)
    build(home, corpus_with("basalt"))
    assert home.index_file.is_file()
    assert open_index(home, "first").corpus() == corpus_with("basalt")
