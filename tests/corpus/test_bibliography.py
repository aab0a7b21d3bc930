"""The bibliography that the records make."""

from __future__ import annotations

import bibtexparser
import pytest

from corpus.bibliography import BIBLIOGRAPHY_FILE, bibliography_is_current, bibtex, citation_key
from tests import examples


def test_the_shipped_file_is_what_the_records_make(shipped):
    """The bibliography that ships has not fallen behind the records."""
    assert list(bibliography_is_current(shipped)) == []


def test_a_file_that_fell_behind_is_found(shipped, tmp_path):
    """A missing bibliography and one that was changed are problems that say what to do."""
    path = tmp_path / "bibliography.bib"
    assert [problem.file for problem in bibliography_is_current(shipped, path)] == ["bibliography.bib"]
    path.write_text(BIBLIOGRAPHY_FILE.read_text(encoding="utf-8") + "\n")
    (problem,) = bibliography_is_current(shipped, path)
    assert "make bibliography" in problem.message


def test_an_own_paper_does_not_make_the_shipped_file_stale(shipped):
    """The shipped bibliography is about shipped papers: a user's own paper changes nothing."""
    with_own = examples.corpus_of([*shipped.papers.values(), examples.paper()])
    assert list(bibliography_is_current(with_own)) == []


def test_every_paper_has_an_entry_that_a_parser_reads(shipped):
    """Another program's parser finds 28 entries with own keys, and title, authors and year of each."""
    library = bibtexparser.parse_file(str(BIBLIOGRAPHY_FILE))
    assert library.failed_blocks == []
    papers = {citation_key(paper): paper for paper in shipped.papers.values()}
    assert [entry.key for entry in library.entries] == list(papers)
    assert len(papers) == 28
    for entry in library.entries:
        fields = {field.key: field.value for field in entry.fields}
        known = papers[entry.key].bibliography
        assert fields["year"] == str(known.year)
        assert len(fields["author"].split(" and ")) == len(known.authors)
        assert fields.get("doi") == known.doi
        assert fields["title"]


@pytest.mark.parametrize(
    ("author", "key"),
    [("Bo Šimûnek", "simunek2026p900"), ("王伟", "anonymous2026p900"), ("Ada O'Hara", "ohara2026p900")],
)
def test_a_key_is_plain_letters(author, key):
    """A citation key is made of plain letters, the year and the paper's number."""
    fields = examples.paper_fields()
    fields["bibliography"]["authors"] = [author]
    assert citation_key(examples.Paper.model_validate(fields)) == key


def test_signs_that_latex_reads_are_escaped():
    """A title and a name with LaTeX's own signs stand in the file as text."""
    fields = examples.paper_fields()
    fields["bibliography"] |= {"title": "50% of R&D in C#, x_1", "authors": ["A & B"]}
    text = bibtex([examples.Paper.model_validate(fields)])
    assert r"{{50\% of R\&D in C\#, x\_1}}" in text
    assert r"{A \& B}" in text


@pytest.mark.parametrize(
    ("venue", "kind", "field"),
    [
        ({"acronym": "TOSEM", "name": "Transactions"}, "article", "journal"),
        ({"acronym": "ICSE"}, "inproceedings", "booktitle"),
        ({"acronym": "arXiv"}, "misc", "howpublished"),
    ],
    ids=["journal", "conference", "preprint"],
)
def test_the_entry_type_follows_the_venue(venue, kind, field):
    """Journals, conferences and preprints are entries of their own type."""
    fields = examples.paper_fields()
    fields["bibliography"]["venue"] = venue
    (entry,) = bibtexparser.parse_string(bibtex([examples.Paper.model_validate(fields)])).entries
    assert entry.entry_type == kind
    assert entry.fields_dict[field].value == venue.get("name", venue["acronym"])
