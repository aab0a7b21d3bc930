"""From the forms in which others publish to rows of ours."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from reproduce.data.files import read_rows
from reproduce.data.published import objects_of
from reproduce.data.shapes import read_tables
from reproduce.errors import DataError
from reproduce.registry import datasets
from reproduce.registry.datasets import InstalledPackages, Part, PublishedFiles, Rule, Table

SHA = "0" * 63 + "a"


def part(**more) -> Part:
    """Return a published part."""
    return Part.model_validate({"url": "https://example.org/x", "sha256": SHA, **more})


def made(form: str, parts: list[tuple[Part, Path]]) -> list[dict]:
    """Return the rows of a table of that form."""
    return [dict(row) for row in objects_of(Table(file="x.jsonl", form=form), parts)]


def test_parallel_lines_become_rows(tmp_path):
    """Line n of each file is row n; other line ends inside a line do not shift it."""
    (tmp_path / "a").write_text("one\u2028x\ntwo \n", encoding="utf-8")
    (tmp_path / "b").write_text("eins\nzwei\n")
    parts = [(part(field="en"), tmp_path / "a"), (part(field="de"), tmp_path / "b")]
    assert made("lines", parts) == [{"en": "one\u2028x", "de": "eins"}, {"en": "two", "de": "zwei"}]
    (tmp_path / "b").write_text("eins\n")
    with pytest.raises(DataError, match=r"x\.jsonl has another form"):
        made("lines", parts)


def test_arrays_pairs_and_mended_lines(tmp_path):
    """Arrays are joined, pairs split at white space, compressed files unpacked, declared faults mended."""
    (tmp_path / "a").write_text('[{"x": 1}]')
    (tmp_path / "b").write_bytes(gzip.compress(b'[{"x": 2}]'))
    assert made("json", [(part(), tmp_path / "a"), (part(), tmp_path / "b")]) == [{"x": 1}, {"x": 2}]
    (tmp_path / "c").write_text("7\t8\t1\n7 9 0\n")
    assert made("pairs", [(part(), tmp_path / "c")])[1] == {"id1": "7", "id2": "9", "label": 0}
    (tmp_path / "d").write_text('782{"x": "it\\\'s"}\n')
    mended = part(repair={r"^782\{": "{", r"\\'": "'"})
    assert made("jsonl", [(mended, tmp_path / "d")]) == [{"x": "it's"}]
    with pytest.raises(DataError):
        made("jsonl", [(part(), tmp_path / "d")])


def test_fields_are_made_by_rules(tmp_path):
    """A template, another field where the first is empty, a joined list, a constant, a first paragraph, a line's id."""
    row = {"a": 1, "b": None, "c": "see\n  this\n\nnot that", "words": ["x", "y"]}
    (tmp_path / "t.jsonl").write_text("\n" + json.dumps(row) + "\n")
    fields = {
        "source": Rule(template="{a}/{line}"),
        "target": Rule(field="b", otherwise="c", paragraph=True),
        "text": Rule(field="words", join=" "),
        "options": Rule(constant=("p", "q")),
    }
    made_row = {"id": "t-2", "source": "1/2", "target": "see this", "text": "x y", "options": ["p", "q"]}
    assert read_rows(tmp_path / "t.jsonl", fields) == [made_row]
    with pytest.raises(DataError, match=r"t\.jsonl, line 2: a row has the fields missing"):
        read_rows(tmp_path / "t.jsonl", {"source": Rule(field="missing")})
    with pytest.raises(DataError, match=r"line 2: a label is a whole number, not 'see"):
        read_rows(tmp_path / "t.jsonl", {"label": "c"})
    with pytest.raises(ValidationError, match="a field, a template or a constant"):
        Rule()


def shaped(tmp_path: Path, name: str, tables: dict[str, list[dict]]) -> dict:
    """Return the tables that a registry entry's shape makes of these files."""
    origin = datasets()[name].origin
    assert isinstance(origin, PublishedFiles)
    paths = {}
    for table, rows in tables.items():
        paths[table] = tmp_path / f"{table}.jsonl"
        paths[table].write_text("".join(json.dumps(row) + "\n" for row in rows))
    return read_tables(origin, paths)


def test_pairs_take_their_functions_in_once(tmp_path):
    """A pair that names a missing function or came before, either way round, is left out."""
    functions = [{"idx": "1", "func": "f"}, {"idx": "2", "func": "g"}]
    pairs = [{"id1": a, "id2": b, "label": 1} for a, b in (("1", "2"), ("2", "1"), ("1", "614"))]
    made_tables = shaped(tmp_path, "gcj-clone", {"functions": functions, "test": pairs})
    assert made_tables == {"test": [{"id": "1/2", "text": "f", "other": "g", "label": 1}]}


def test_cloze_blanks_another_word_than_the_published_one(tmp_path):
    """The side of the published blank without it is read, and its first max or min blanked."""
    tokens = ["a", "max", "b", "min", "<mask>", "max"]
    (row,) = shaped(tmp_path, "codesearchnet-cloze-maxmin", {"python": [{"idx": "m-1", "pl_tokens": tokens}]})["python"]
    assert row == {"id": "m-1", "text": "a <mask> b min", "options": ["max", "min"], "answer": "max"}


def test_quixbugs_cases_become_a_test_that_tells_right_from_wrong(tmp_path):
    """The test made of JSON cases passes for the right program only; a generator counts as a list."""
    raw = {
        "name": "up",
        "buggy": 'def up(n):\n    yield n\n"""\nSay\n"""\n',
        "fixed": "",
        "testcases": "[[2], [0, 1]]\n[[0], []]",
    }
    (row,) = shaped(tmp_path, "quixbugs", {"programs": [raw, {**raw, "testcases": None}]})["programs"]
    assert row["prompt"] == "def up(n):\n    yield n\n"
    exec("def up(n):\n    yield from range(n)\n" + row["tests"], {})  # noqa: S102  (a program of this test)
    with pytest.raises(AssertionError):
        exec(row["prompt"] + row["tests"], {})  # noqa: S102


def test_docs_describe_every_data_set():
    """Every data set of the registry stands in docs/data.md with its rows."""
    text = (Path(__file__).parents[3] / "docs" / "data.md").read_text()
    for name, entry in datasets().items():
        rows = " / ".join(f"{entry.splits[split].rows:,}" for split in ("train", "validation", "test"))
        assert any(f"`{name}`" in line and rows in line for line in text.splitlines()), name


def test_every_task_of_the_review_has_a_data_set(words):
    """All tasks can be run on some data set here."""
    assert {task.id for task in words.tasks} == {entry.task for entry in datasets().values()}
    assert any(isinstance(entry.origin, InstalledPackages) for entry in datasets().values())
