"""Knowledge: always that of the files, and the index is never trusted further than it can be."""

from __future__ import annotations

import sqlite3

import pytest

from corpus import CodepeftError, Home, RecordError
from corpus.files import dump_results, write_text
from taxonomy import open_knowledge
from taxonomy.knowledge import rebuild
from tests import examples


def test_the_first_opening_builds_and_the_next_reads(home, shipped):
    """What comes from the index is what the files say, and an index that is current is not written again."""
    assert open_knowledge(home).corpus == shipped
    written = home.index_file.stat()
    assert open_knowledge(home).corpus == shipped
    assert home.index_file.stat().st_ino == written.st_ino


def test_own_records_are_picked_up_and_dropped(any_home, shipped):
    """Papers, numbers and runs in the user's folder are there at the next opening, and gone when they are deleted."""
    paper_file = examples.add_paper(any_home)
    run_file = examples.add_run(any_home, examples.run())
    write_text(any_home.results / "P900.csv", dump_results([examples.result()]))
    known = open_knowledge(any_home)
    assert known.corpus.papers["P900"] == examples.paper()
    assert known.corpus.own_runs == (examples.run(),)
    assert len(known.corpus.results) == len(shipped.results) + 1
    assert [hit.ref for hit in known.search("zebrafish")] == ["P900"]
    assert "P900" in known.evidence("method/lora").papers

    for path in (paper_file, run_file, any_home.results / "P900.csv"):
        path.unlink()
    after = open_knowledge(any_home)
    assert after.corpus == shipped
    assert after.search("zebrafish") == ()


@pytest.mark.parametrize("any_home", ["sqlite-file", "postgresql"], indirect=True)
def test_a_fault_leaves_the_old_index_and_is_told(any_home):
    """While a file has faults the index before them is shown with the faults; mended, the new one."""
    examples.add_paper(any_home)
    before = open_knowledge(any_home)
    content = any_home.index_file.read_bytes() if any_home.database_url is None else b""
    examples.add_paper(any_home, summary="About okapis.", colour="red", id="P900")
    write_text(any_home.runs / "invented" / "broken.json", "{")
    known = open_knowledge(any_home)
    assert known.corpus == before.corpus
    assert [(problem.file, problem.where) for problem in known.stale] == [
        ("P900.yaml", "colour"),
        ("broken.json", "line 1"),
    ]
    assert [hit.ref for hit in known.search("zebrafish")] == ["P900"]
    if any_home.database_url is None:
        assert any_home.index_file.read_bytes() == content

    examples.add_paper(any_home, summary="About okapis.")
    (any_home.runs / "invented" / "broken.json").unlink()
    mended = open_knowledge(any_home)
    assert mended.stale == ()
    assert mended.corpus.papers["P900"].summary == "About okapis."
    assert mended.search("zebrafish") == ()


def test_a_fault_without_an_older_index_is_an_error(home):
    """With nothing to show instead, every fault is told and no index is left."""
    examples.add_paper(home, colour="red")
    write_text(home.results / "P900.csv", "id\n")
    with pytest.raises(RecordError) as caught:
        open_knowledge(home)
    assert [problem.file for problem in caught.value.problems] == ["P900.yaml", "P900.csv"]
    assert not home.index_file.exists()


def test_a_name_outside_the_vocabulary_is_a_fault(home):
    """A record that is well-formed but names what does not exist is not indexed, and the nearest name is told."""
    examples.add_paper(home, studies=[{"id": "P900-S1", "task": "code-serch", "methods": ["lora"]}])
    with pytest.raises(
        RecordError, match=r"P900.yaml: studies.task: unknown task 'code-serch'; did you mean code-search"
    ):
        open_knowledge(home)


def test_rebuilding_with_a_fault_changes_nothing(indexed_home, shipped):
    """A rebuild that is refused leaves the index that was there, to the last byte."""
    content = indexed_home.index_file.read_bytes()
    examples.add_paper(indexed_home, colour="red")
    with pytest.raises(RecordError, match="colour"):
        rebuild(indexed_home)
    assert indexed_home.index_file.read_bytes() == content
    assert open_knowledge(indexed_home).corpus == shipped


def delete(path):
    """Remove the index."""
    path.unlink()


def truncate(path):
    """Cut the file to half."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def execute(path, statement):
    """Change an index behind its back."""
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def older_schema(path):
    """Leave an index of an older version."""
    execute(path, "UPDATE meta SET value = '0' WHERE key = 'schema_version'")


def foreign(path):
    """Leave another program's database."""
    path.unlink()
    execute(path, "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")


def broken_record(path):
    """Leave an index that is current by its own account but holds a row that is no record."""
    execute(path, "UPDATE paper SET document = '{\"id\": \"P1\"}' WHERE id = 'P1'")


def no_table(path):
    """Leave an index that is current by its own account but lacks a table."""
    execute(path, "DROP TABLE reported_result")


@pytest.mark.parametrize("spoil", [delete, truncate, older_schema, foreign, broken_record, no_table])
def test_a_spoilt_index_is_rebuilt_at_the_next_opening(indexed_home, shipped, spoil):
    """Whatever happened to the index, opening gives what the files say, and searching works."""
    spoil(indexed_home.index_file)
    known = open_knowledge(indexed_home)
    assert (known.corpus, known.stale) == (shipped, ())
    assert known.search("prompt tuning")


def test_a_spoilt_index_beside_a_fault_is_an_error(indexed_home):
    """When neither the files nor the index can be read, the files' faults are told."""
    examples.add_paper(indexed_home, colour="red")
    broken_record(indexed_home.index_file)
    with pytest.raises(RecordError, match=r"P900.yaml: colour"):
        open_knowledge(indexed_home)


def test_an_unusable_database_is_one_sentence(home):
    """A database URL that cannot be used is told in one line, before anything is read."""
    with pytest.raises(CodepeftError) as caught:
        open_knowledge(Home(home.root, "nosuch://host/name"))
    assert str(caught.value).startswith("CODEPEFT_DATABASE_URL is not usable")
    assert "\n" not in str(caught.value)


def test_two_homes_do_not_share_anything(tmp_path, known):
    """Own records of one folder are not seen from another."""
    mine = Home(tmp_path / "mine")
    examples.add_paper(mine)
    assert "P900" in open_knowledge(mine).corpus.papers
    assert "P900" not in known.corpus.papers
