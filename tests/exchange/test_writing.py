"""Papers written in other formats, read back by each format's own library."""

from __future__ import annotations

import csv
import io
import json
import re

import bibtexparser
import pytest
import rispy
import yaml
from pylatexenc.latex2text import LatexNodes2Text

from corpus.bibliography import citation_key, split_name
from corpus.exchange.writing import WRITERS, Selection
from corpus.exchange.writing.latex import escape
from corpus.exchange.writing.tables import COLUMNS, JOINT, TERMS
from corpus.files import read_results
from corpus.records.paper import Bibliography
from tests import examples

ODD = examples.paper(
    bibliography={
        "title": 'Costs & 100 % of "A_B": 50 $ {braces} naïve, with; signs # ~ ^ \\ — λ',
        "authors": ["Ludwig van der Berg", "Zoë", "Jürgen Ångström-Łódź"],
        "year": 2026,
        "venue": {"name": "Journal of R&D, part 2"},
        "volume": "3",
        "pages": "159:1-159:36",
        "doi": "10.1234/a_b;c",
        "url": "https://arxiv.org/abs/2601.00001?a=1&b=2%20",
    }
)
"""A paper whose text holds what each format treats as syntax."""


@pytest.fixture
def odd(words):
    """The odd paper alone."""
    return Selection(examples.corpus_of([ODD]), (ODD,), words.label)


def as_printed(text: str) -> str:
    """Return what LaTeX prints, with the two signs that it prints as prettier ones."""
    printed: str = LatexNodes2Text(math_mode="text").latex_to_text(text)
    signs = {"\N{MODIFIER LETTER CIRCUMFLEX ACCENT}": "^", "\N{RIGHT DOUBLE QUOTATION MARK}": '"'}
    return printed.translate(str.maketrans(signs))


def stated(paper, *fields: str) -> dict[str, object]:
    """Return the fields of a paper's bibliography that have a value."""
    values = {field: getattr(paper.bibliography, field) for field in fields}
    return {field: value for field, value in values.items() if value is not None}


@pytest.fixture(params=["everything", "odd"])
def selection(request) -> Selection:
    """The shipped papers, and the odd one."""
    chosen: Selection = request.getfixturevalue(request.param)
    return chosen


def test_every_format_writes_every_paper(everything):
    """Each format names each paper, by title or by citation key."""
    for name, writer in WRITERS.items():
        text = writer.write(everything)
        for paper in everything.papers:
            found = (paper.id, citation_key(paper), paper.bibliography.title)
            assert any(mark in text for mark in found) or (name.endswith("numbers")), (name, paper.id)


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_no_papers_is_an_export_of_none(name, everything):
    """A choice that holds nothing is a valid empty file, not an error."""
    assert isinstance(WRITERS[name].write(Selection(everything.corpus, (), everything.label)), str)


def test_csl_json_carries_the_bibliography(selection):
    """A CSL item gives back every bibliographic field of its paper, the review's own word for the venue aside."""
    items = json.loads(WRITERS["csl-json"].write(selection))
    assert len({item["id"] for item in items}) == len(selection.papers)
    for paper, item in zip(selection.papers, items, strict=True):
        pages = item.get("page") or (f"{item['number-of-pages']} pages" if "number-of-pages" in item else None)
        back = Bibliography.model_validate(
            {
                "title": item["title"],
                "authors": [
                    " ".join(part for part in (name.get("given"), name.get("family"), name.get("literal")) if part)
                    for name in item["author"]
                ],
                "year": item["issued"]["date-parts"][0][0],
                "venue": {
                    "name": item.get("container-title"),
                    "acronym": item.get("container-title-short"),
                    "in_review": paper.bibliography.venue.in_review,
                },
                "volume": item.get("volume"),
                "issue": item.get("issue"),
                "pages": pages,
                "article": item.get("number"),
                "publisher": item.get("publisher"),
                "doi": item.get("DOI"),
                "arxiv": item["archive_location"].removeprefix("arXiv:") if "archive_location" in item else None,
                "url": item["URL"],
                "code_url": item["custom"].get("code_url"),
            }
        )
        assert back == paper.bibliography


def test_csl_types_say_where_a_paper_appeared(everything):
    """Journals, conferences and preprints are told apart."""
    items = json.loads(WRITERS["csl-json"].write(everything))
    types = {paper.id: item["type"] for paper, item in zip(everything.papers, items, strict=True)}
    assert (types["P4"], types["P1"], types["P33"]) == ("article-journal", "paper-conference", "article")


def test_ris_carries_the_bibliography(selection):
    """Read by rispy, RIS gives title, authors, year, venue, pages, DOI, arXiv id and links of every paper."""
    references = rispy.loads(WRITERS["ris"].write(selection))
    assert len(references) == len(selection.papers)
    for paper, found in zip(selection.papers, references, strict=True):
        entry = paper.bibliography
        authors = [" ".join(reversed(name.split(", ", 1))) for name in found["authors"]]
        assert (found["title"], authors, found["year"]) == (entry.title, list(entry.authors), str(entry.year))
        assert found["secondary_title"] == entry.venue.name
        assert found.get("alternate_title2") == entry.venue.acronym
        assert (found.get("volume"), found.get("number")) == (entry.volume, entry.issue)
        assert (found.get("publisher"), found.get("doi")) == (entry.publisher, entry.doi)
        assert (found["urls"], found.get("file_attachments1")) == ([entry.url], entry.code_url)
        pages = "-".join(found[end] for end in ("start_page", "end_page") if end in found)
        notes = found.get("notes", [])
        assert (pages or None) == entry.pages or f"pages: {entry.pages}" in notes
        assert (f"arXiv:{entry.arxiv}" in notes) == (entry.arxiv is not None)
        assert (f"article {entry.article}" in notes) == (entry.article is not None)


def test_ris_begins_each_reference_with_its_type(selection):
    """No line stands before a reference's TY, which some programs would refuse."""
    lines = [line for line in WRITERS["ris"].write(selection).splitlines() if line.strip()]
    assert lines[0].startswith("TY  - ")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines)


def test_csv_carries_bibliography_and_studies(selection):
    """A row gives back the whole bibliography, the terms of the studies and the summary."""
    rows = list(csv.DictReader(io.StringIO(WRITERS["csv"].write(selection))))
    for paper, row in zip(selection.papers, rows, strict=True):
        assert tuple(row) == COLUMNS
        flat = {name: row[name] or None for name in Bibliography.model_fields if name not in ("venue", "authors")}
        venue = {"name": row["venue"], "acronym": row["venue_acronym"], "in_review": row["venue_in_review"]}
        venue = {name: value or None for name, value in venue.items()}
        back = Bibliography.model_validate({**flat, "venue": venue, "authors": row["authors"].split(JOINT)})
        assert (back, row["id"], row["summary"]) == (paper.bibliography, paper.id, paper.summary)
        for field in TERMS:
            named = {study.task for study in paper.studies} if field == "tasks" else None
            named = named or {name for study in paper.studies for name in getattr(study, field)}
            assert set(filter(None, row[field].split(JOINT))) == named


def test_csv_of_numbers_is_a_file_of_numbers(everything, tmp_path):
    """The numbers of one paper are read again by the reader of record files, each as it was."""
    paper = everything.corpus.papers["P34"]
    path = tmp_path / "P34.csv"
    path.write_text(WRITERS["csv-numbers"].write(Selection(everything.corpus, (paper,), everything.label)))
    assert read_results(path) == everything.corpus.results_of["P34"]


def test_bibtex_carries_the_bibliography(selection):
    """Read by bibtexparser, BibTeX gives title, authors, year, venue, numbers and links of every paper."""
    library = bibtexparser.parse_string(WRITERS["bibtex"].write(selection))
    assert library.failed_blocks == []
    for paper in selection.papers:
        entry, found = paper.bibliography, library.entries_dict[citation_key(paper)].fields_dict
        assert as_printed(found["title"].value) == entry.title
        assert as_printed(found["author"].value).split(" and ") == list(entry.authors)
        for field, name in (("volume", "volume"), ("issue", "number"), ("doi", "doi"), ("arxiv", "eprint")):
            assert (found[name].value if name in found else None) == getattr(entry, field)
        assert found["url"].value == entry.url
        venue = next(found[name].value for name in ("journal", "booktitle", "howpublished") if name in found)
        assert as_printed(venue) == entry.venue.name


def test_latex_shows_what_was_written(selection):
    """A cell that LaTeX prints is the text that went in, whatever signs it holds."""
    for paper in selection.papers:
        title = paper.bibliography.title
        assert as_printed(escape(title)) == title
        assert not re.search(r"(?<!\\)[&%#_]", escape(title))


def test_latex_tables_have_the_columns_of_their_header(everything):
    """Every row of both tables has as many cells as the header, with a citation that the BibTeX export has."""
    library = bibtexparser.parse_string(WRITERS["bibtex"].write(everything))
    for name, count in (("latex", len(everything.papers)), ("latex-numbers", len(everything.corpus.results))):
        lines = WRITERS[name].write(everything).splitlines()
        rows = [re.split(r"(?<!\\)&", line) for line in lines if line.endswith(r"\\")]
        assert {len(row) for row in rows} == {len(rows[0])}
        assert len(rows) == count + 1
        cited = {key for line in lines for key in re.findall(r"\\cite\{(\w+)\}", line)}
        assert cited <= set(library.entries_dict)


def test_a_number_without_a_baseline_is_not_reported_in_latex(odd):
    """A value that a source does not give is a dash, never a zero."""
    corpus = examples.corpus_of([ODD], [examples.result(full_finetuning_value=None)])
    row = WRITERS["latex-numbers"].write(Selection(corpus, (ODD,), odd.label)).splitlines()[-2]
    assert row.endswith(r"& MRR & 0.7 & -- \\")


def test_orkg_has_a_row_for_each_paper_and_a_column_for_each_value(selection):
    """The comparison names the title as required, and each method is a resource under the one label of its column."""
    header, *rows = csv.reader(io.StringIO(WRITERS["orkg"].write(selection)))
    assert header[0] == "paper:title"
    assert len(rows) == len(selection.papers)
    for paper, row in zip(selection.papers, rows, strict=True):
        found = {label: [c for name, c in zip(header, row, strict=True) if name == label and c] for label in header}
        assert found["paper:title"] == [paper.bibliography.title]
        assert "; ".join(paper.bibliography.authors) == found["paper:authors"][0]
        methods = [cell.removeprefix("resource:") for cell in found["PEFT method"]]
        assert methods == list(selection.labels(paper, "methods"))
        assert found["contribution:research_problem"] == list(selection.labels(paper, "tasks"))


def test_citation_file_names_every_author(selection):
    """Each paper is a reference with all its authors and the identifiers that the format can hold."""
    content = yaml.safe_load(WRITERS["cff"].write(selection))
    assert content["cff-version"] == "1.2.0"
    for paper, found in zip(selection.papers, content["references"], strict=True):
        names = [
            f"{name['given-names']} {name['family-names']}" if "family-names" in name else name["name"]
            for name in found["authors"]
        ]
        assert names == list(paper.bibliography.authors)
        assert found["title"] == paper.bibliography.title
        assert {key: found[key] for key in ("volume", "issue") if key in found} == stated(paper, "volume", "issue")
        arxiv = [{"type": "other", "value": f"arXiv:{paper.bibliography.arxiv}"}] if paper.bibliography.arxiv else None
        assert found.get("identifiers") == arxiv


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ada Example", ("Ada", "Example")), ("Zoë", ("", "Zoë")), ("Ludwig van der Berg", ("Ludwig", "van der Berg")),
        ("Michael R. Lyu", ("Michael R.", "Lyu")), ("K. Huang", ("K.", "Huang")),
    ],
)  # fmt: skip
def test_a_name_is_given_and_family(name, parts):
    """Particles stand with the family name; a single word is one."""
    assert split_name(name) == parts
