"""Putting exports in their place."""

from __future__ import annotations

import pytest

from corpus.errors import CodepeftError, RequestError
from corpus.exchange.saving import save_file, save_folder


def tree(folder) -> dict[str, str]:
    """Return what lies in a folder, hidden files too."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def test_a_file_is_replaced_only_when_forced(tmp_path):
    """An export never goes over a file that is there, unless asked to."""
    path = tmp_path / "deep" / "papers.bib"
    save_file(path, "one")
    with pytest.raises(RequestError, match=r"exists already; .* give --force"):
        save_file(path, "two")
    assert path.read_text() == "one"
    save_file(path, "two", force=True)
    assert tree(tmp_path) == {"deep/papers.bib": "two"}


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path):
    """A folder in place of the file, or a file in place of the folder, is told and leaves nothing."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RequestError, match="is a folder"):
        save_file(tmp_path, "x", force=True)
    with pytest.raises(CodepeftError, match="cannot be written"):
        save_file(tmp_path / "file" / "papers.bib", "x")
    assert tree(tmp_path) == {"file": "mine"}


def test_a_folder_appears_whole(tmp_path):
    """Texts, bytes and copied files lie below the folder, and nothing beside it."""
    source = tmp_path / "source.txt"
    source.write_text("copied")
    save_folder(tmp_path / "out", {"a.json": "{}", "deep/b.bin": b"bytes", "deep/c.txt": source})
    assert tree(tmp_path / "out") == {"a.json": "{}", "deep/b.bin": "bytes", "deep/c.txt": "copied"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "source.txt"]


def test_a_folder_is_replaced_only_when_forced_and_when_nothing_else_lies_there(tmp_path):
    """A folder of an earlier export is replaced with force; one with a file of the user's never is."""
    out = tmp_path / "out"
    save_folder(out, {"a": "1", "b": "1"})
    with pytest.raises(RequestError, match="give --force"):
        save_folder(out, {"a": "2", "b": "2"})
    save_folder(out, {"a": "2", "b": "2", "c": "2"}, force=True)
    (out / "thesis.tex").write_text("mine")
    with pytest.raises(RequestError, match=r"holds other files \(thesis.tex\)"):
        save_folder(out, {"a": "3", "b": "3", "c": "3"}, force=True)
    assert tree(out) == {"a": "2", "b": "2", "c": "2", "thesis.tex": "mine"}


def test_a_folder_that_fails_half_way_leaves_nothing(tmp_path):
    """When a file to copy is missing, the folder does not appear and an earlier one stays."""
    with pytest.raises(CodepeftError, match="cannot be written"):
        save_folder(tmp_path / "out", {"a": "1", "b": tmp_path / "missing"})
    assert list(tmp_path.iterdir()) == []


def test_a_link_and_a_file_are_no_folder(tmp_path):
    """Neither a file nor a link to a folder is replaced by a folder."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").write_text("mine")
    for name in ("link", "file"):
        with pytest.raises(RequestError, match="is no folder"):
            save_folder(tmp_path / name, {"a": "1"}, force=True)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("name", ["../a", "/a", "deep/../../a"])
def test_no_name_leads_out_of_the_folder(tmp_path, name):
    """A file's name stays below the folder, or nothing is written."""
    with pytest.raises(ValueError, match="outside"):
        save_folder(tmp_path / "out", {name: "1"})
    assert list(tmp_path.iterdir()) == []
