"""The exporting commands."""

from __future__ import annotations

import re
import shlex

import bibtexparser
import pytest

from corpus.bibliography import BIBLIOGRAPHY_FILE
from explorer.cli import exporting
from explorer.exporting import FORMATS, Of
from tests import examples


@pytest.mark.parametrize("command", ["export", "formats"])
def test_the_example_in_the_help_works(command, call):
    """The call that a command's help shows ends with 0 and says something."""
    example = re.search(r"Example: codepeft (.*)\.$", getattr(exporting, command).__doc__).group(1)
    outcome = call(*shlex.split(example.partition(" > ")[0]))
    assert outcome.code == 0, outcome.err
    assert outcome.out


def test_export_is_bibtex_of_everything(call, indexed_home):
    """The bibliography is the shipped one, and holds own papers too."""
    assert call("export", "--format", "bibtex").out == BIBLIOGRAPHY_FILE.read_text(encoding="utf-8")
    examples.add_paper(indexed_home)
    library = bibtexparser.parse_string(call("export", home=indexed_home).out)
    assert [entry.key for entry in library.entries][-1] == "example2026p900"
    assert len(library.entries) == 29


def test_export_is_json_of_everything(call):
    """The JSON export has for every paper what `show` has."""
    papers = call("export", "--format", "json").document
    assert len(papers) == 28
    assert next(paper for paper in papers if paper["id"] == "P36") == call("show", "P36", "--json").document


@pytest.mark.parametrize("name", [name for name, each in FORMATS.items() if each.of is Of.PAPERS and each.text])
def test_every_format_of_papers_is_filtered_and_saved(name, call, tmp_path):
    """Each format takes the filters of `papers`, and a file holds what standard output would."""
    said = call("export", "--format", name, "--year", "2022", "--task", "code-search")
    assert said.code == 0
    path = tmp_path / "out"
    assert call("export", "--format", name, "--year", "2022", "--task", "code-search", "-o", str(path)).out == ""
    assert path.read_text(encoding="utf-8") == said.out
    assert len(said.out) < len(call("export", "--format", name).out)


def test_a_file_that_exists_is_2_and_stays(call, tmp_path):
    """Exporting over a file without --force is a wrong request."""
    path = tmp_path / "mine.bib"
    path.write_text("mine")
    outcome = call("export", "-o", str(path))
    assert (outcome.code, outcome.out, outcome.err.count("\n"), path.read_text()) == (2, "", 1, "mine")
    assert call("export", "-o", str(path), "--force").code == 0
    assert path.read_text() == BIBLIOGRAPHY_FILE.read_text(encoding="utf-8")


def test_formats_are_listed_with_what_they_export(call):
    """Each format says what it is of, and whether it is a file or a folder."""
    rows = call("formats", "--json").document
    assert {row["format"] for row in rows} == set(FORMATS)
    assert all(set(row) == {"format", "of", "makes", "carries"} for row in rows)
