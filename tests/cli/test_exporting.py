"""The exporting commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

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


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--format ro-crate", "ro-crate is an export of a run; name one with --run"),
        ("--format bibtex --run x", "bibtex is an export of papers; formats of runs: every-eval-ever"),
        ("--format croissant --year 2022 -o x", "only exports of papers are filtered"),
        ("--format croissant", "croissant is a folder of files; name it with --output"),
        ("--format ris --licence MIT", "ris has no option --licence"),
        ("--format every-eval-ever --run scd-88-clones--lora", "did you mean scd-88-clones--lora--s"),
        ("--method lorra", "did you mean lora"),
    ],
)
def test_what_does_not_fit_a_format_is_2(arguments, sentence, call, tmp_path, monkeypatch):
    """An option that the format has no use for, or lacks, is one sentence, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    outcome = call("export", *arguments.split())
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert sentence in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_exported_to_a_folder(call, tmp_path, shipped):
    """A run's crate is written whole; a second time it is refused, and replaced with --force."""
    arguments = ("export", "--format", "ro-crate", "--run", shipped.runs[0].id, "-o", str(tmp_path / "crate"))
    outcome = call(*arguments)
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == f"wrote 4 files to {tmp_path / 'crate'}\n"
    assert call(*arguments).code == 2
    assert call(*arguments, "--force").code == 0


def test_a_run_of_one_file_goes_to_standard_output(call, shipped):
    """The evaluation record is one JSON document with the names that were given."""
    arguments = ("--run", shipped.runs[0].id, "--organisation", "Lab", "--model-id", "lab/model")
    document = call("export", "--format", "every-eval-ever", *arguments).document
    assert document["source_metadata"]["source_organization_name"] == "Lab"
    assert document["model_info"]["id"] == "lab/model"


def test_similar_says_by_what_papers_were_compared(call):
    """The list has as many papers as asked for, the most like first, and the words that compared them."""
    document = call("similar", "P36", "--by-words", "--limit", "3", "--json").document
    assert (document["paper"], document["by"], document["papers"][0]["id"]) == ("P36", "words (TF-IDF)", "P28")
    likeness = [paper["similarity"] for paper in document["papers"]]
    assert len(likeness) == 3
    assert likeness == sorted(likeness, reverse=True)
    assert "compared by words" in call("similar", "P36", "--by-words").err
    assert call("similar", "P99").code == 2


def test_the_documentation_names_every_format():
    """Each format stands in the tables of docs/exports.md, and no other does."""
    page = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z][\w-]*)` \|", page, flags=re.MULTILINE)) == set(FORMATS)
