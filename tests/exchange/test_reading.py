"""The readers: raw fields kept, faults told by line, good neighbours kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import RequestError
from corpus.exchange.reading import format_of, read_references
from corpus.exchange.reading.display import decoded, name
from corpus.exchange.reading.formats import FORMATS
from corpus.exchange.reading.identifiers import arxiv_of, doi_in, folded, year_in
from corpus.exchange.reading.references import references


def read(format_: str, text: str):
    """Return the references and the faults of a text."""
    return references(read_references(text, FORMATS[format_]), format_, "I1")


BIB = r"""@string{iv = "Invented Venue"}
@article{one, title={The {LoRA} of \'Etudes}, author={G{\"o}del, Kurt and {The Team and Friends}}, journal=iv,
  year=2020, doi={https://doi.org/10.5555/ABC.1}}
@article{two, title={A}, title={B}}
@article{, title={No key}}
@article{three, title={Never closed, author={Nobody}
@misc{four, title={Fine}, author={Ada Example}, year={2021}, eprint={2401.00001v2}, archiveprefix={arXiv}}
@misc{one, title={Another one}, author={Bo Sample}, year={2022}}
@misc{five, author={No Title}, year={2020}}
@misc{six, title={Cut}}, author={Lost}, year={2020}}
"""


def test_bibtex_keeps_raw_fields_and_shows_them_decoded():
    """Fields stay as the file has them; names are split before they are decoded."""
    first = read("bibtex", BIB)[0][0]
    assert first.fields["title"] == r"The {LoRA} of \'Etudes"
    assert first.fields["journal"] == "Invented Venue"
    assert (first.title, first.authors) == ("The LoRA of Études", ("Kurt Gödel", "The Team and Friends"))
    assert (first.year, first.doi, first.venue, first.line) == (2020, "10.5555/abc.1", "Invented Venue", 2)


def test_each_bibtex_fault_is_told_with_its_line():
    """A broken entry is told by line and reason, and costs no neighbour."""
    kept, faults = read("bibtex", BIB)
    assert [(each.line, each.key) for each in kept] == [(2, "one"), (7, "four"), (8, "one"), (10, "six")]
    told = {(fault.line, fault.kept): fault.reason for fault in faults}
    assert "given twice" in told[4, False]
    assert "no key" in told[5, False]
    assert "not BibTeX" in told[6, False]
    assert told[9, False] == "has no title"
    assert [fault.reason for fault in faults if fault.line == 10 and "brace" in fault.reason]
    assert kept[1].arxiv == "2401.00001"


def test_strings_reach_over_the_pieces_of_a_long_file():
    """A name defined at the top of a file is resolved in its last entry."""
    many = "".join(f"@misc{{k{number}, title={{Title {number}}}}}\n" for number in range(4_100))
    kept, _ = read("bibtex", f'@string{{iv = "Invented Venue"}}\n{many}@misc{{last, title={{Last}}, journal=iv}}\n')
    assert len(kept) == 4_101
    assert (kept[-1].venue, kept[-1].line) == ("Invented Venue", 4_102)


def test_ris_records_stand_for_themselves():
    """A record without an end is told, and the next one is read."""
    kept, faults = read(
        "ris",
        "TY  - JOUR\nID  - a\nTI  - A title\nAU  - Example, Ada\nAU  - Sample, Bo\nPY  - 2020//\n"
        "DO  - 10.5555/X\nER  - \n"
        "TY  - CONF\nTI  - No end\nTY  - CONF\nTI  - Next\nPY  - 2021\nAU  - Example, Ada\nER  - \nstray\n",
    )
    assert [(each.title, each.authors, each.year) for each in kept] == [
        ("A title", ("Ada Example", "Bo Sample"), 2020),
        ("Next", ("Ada Example",), 2021),
    ]
    assert [(fault.line, "ER is missing" in fault.reason) for fault in faults] == [(9, True), (16, False)]


def test_csl_items_before_a_fault_are_kept():
    """What stands before a syntax error is kept, and the error has its line."""
    kept, faults = read(
        "csl-json",
        '[{"id": "a", "type": "book", "title": "T", "author": [{"family": "Example", "given": "Ada"}],\n'
        '  "issued": {"date-parts": [[2020, 1]]}, "DOI": "10.5555/x"},\n 7,\n {"id": "b", "title": NaN}]',
    )
    assert [(each.title, each.authors, each.year, each.doi) for each in kept] == [
        ("T", ("Ada Example",), 2020, "10.5555/x")
    ]
    assert [fault.line for fault in faults] == [3, 4]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_columns_are_found_by_name(separator):
    """Columns may stand in any order, under the names that databases give them."""
    cells = ["Publication Year", "Article Title", "Author Full Names", "Notes"]
    row = ["2020", "A title", "Ada Example and Bo Sample", "mine"]
    kept, faults = read("csv", "\n".join([separator.join(cells), separator.join(row), separator.join(row[:2])]))
    assert [(each.title, each.year, each.authors) for each in kept] == [("A title", 2020, ("Ada Example", "Bo Sample"))]
    assert kept[0].fields["Notes"] == "mine"
    assert [(fault.line, fault.kept) for fault in faults] == [(3, False)]


@pytest.mark.parametrize(
    ("file", "text", "format_"),
    [("a.bib", "", "bibtex"), ("a.txt", "\n@article{a,}", "bibtex"), ("a", "TY  - JOUR\n", "ris"),
     ("x.dat", ' [{"id": 1}]', "csl-json"), ("list.txt", "Year,Title\n", "csv")],
)  # fmt: skip
def test_a_format_is_known_by_its_ending_or_its_beginning(file, text, format_):
    """The ending decides; without a known one, the beginning."""
    assert format_of(Path(file), text).id == format_


def test_an_unknown_format_is_refused_with_those_that_are_known():
    """What is in no format gets one sentence that names the formats."""
    with pytest.raises(RequestError, match=r"a\.docx is in no format .* BibTeX \(\.bib\), RIS"):
        format_of(Path("a.docx"), "PK")


@pytest.mark.parametrize(
    ("latex", "shown"),
    [(r"S\o ren K{\o}benhavn", "Søren København"), (r"\emph{two words} at 100\%", "two words at 100%"),
     ("{{Whole} {thing}}", "Whole thing"), (r"100% & more", "100% & more"), ("{" * 40 + r"\'e" + "}" * 40, None),
     (r"\input{secret} x", "x"), ("a\\", "a")],
)  # fmt: skip
def test_latex_is_decoded_for_showing(latex, shown):
    """Accents, commands and braces are shown as people read them; what is nested too deeply is shown as it is."""
    assert decoded(latex) == (latex if shown is None else shown)


def test_names_identifiers_and_years_have_one_form():
    """DOI, arXiv number, year, name and title are compared in one form."""
    assert doi_in("see https://DOI.org/10.1145/3597503.3608132.") == "10.1145/3597503.3608132"
    assert arxiv_of({"url": "http://arxiv.org/pdf/2306.01394v2"}, None) == "2306.01394"
    assert arxiv_of({}, "10.48550/arxiv.2306.01394") == "2306.01394"
    assert (year_in("2020-05"), year_in("in press"), year_in("12345")) == (2020, None, None)
    assert folded("Étude: the (LoRA)-way") == "etude the lora way"
    assert name("van der Berg, Jr, J.") == "J. van der Berg Jr"
