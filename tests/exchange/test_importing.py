"""Importing: duplicates are shown and never merged, and nothing is ever half written."""

from __future__ import annotations

import os

import pytest

from corpus.errors import RecordError, RequestError, UnknownNameError
from corpus.exchange import importing
from corpus.exchange.duplicates import LARGEST_BLOCK, Work, duplicates
from corpus.exchange.importing import Treatment, import_content
from corpus.exchange.reading.identifiers import folded
from corpus.references import KEEP, SKIP, decide, read_library
from explorer.checking import all_problems
from taxonomy import open_knowledge
from tests.exchange.test_reading import read

BIB = b"""@article{a, title={Whisking Adapters into Large Code Models},
  author={Ada Example}, year=2024, doi={10.5555/1}}
@article{b, title={Whisking Adapter into Large Code Models}, author={A. Example and Bo Sample}, year=2025}
@article{c, title={Something else entirely}, author={Chi Third}, year=2023}
@article{d, author={No Title}, year=2023}
"""


def bring(home, content=BIB, name="refs.bib", known=(), **more):
    """Import a file's content."""
    return import_content(name, content, home, known, **more)


def test_what_can_be_read_is_kept_and_what_may_be_double_waits(home):
    """A near copy waits for a decision, a fault is refused with its line, the rest is there."""
    found = bring(home, source="Scopus")
    library = read_library(home)
    assert [each.key for each in library.references] == ["a", "c"] == [each.key for each in found.added]
    assert [(each.of, entry.key) for each, entry in library.undecided] == [("I1-1", "b")]
    assert "nearly the same title" in library.undecided[0][0].reason
    assert [(fault.line, fault.reason) for fault in found.parsed.faults] == [(5, "has no title")]
    assert library.imports[0].source == "Scopus"


@pytest.mark.parametrize(("treatment", "keys"), [(Treatment.KEEP, ["a", "b", "c"]), (Treatment.SKIP, ["a", "c"])])
def test_duplicates_can_be_kept_or_left_out_at_once(home, treatment, keys):
    """The treatment asked for is noted as a decision on each."""
    bring(home, treatment=treatment)
    assert [each.key for each in read_library(home).references] == keys
    assert read_library(home).undecided == ()


def test_the_last_decision_counts(home):
    """A decision may be changed; the file keeps both."""
    bring(home)
    decide(home, ["I1-2"], SKIP, "the same study")
    assert [each.reference for each in read_library(home).left_out] == ["I1-2"]
    decide(home, ["I1-2"], KEEP)
    assert [each.key for each in read_library(home).references] == ["a", "b", "c"]
    assert (home.imports / "I1" / "decisions.csv").read_text().count("I1-2") == 2
    with pytest.raises(UnknownNameError, match="unknown duplicate 'I1-3'"):
        decide(home, ["I1-3"], SKIP)


def test_the_corpus_and_the_library_are_compared_too(home, shipped):
    """A DOI in other letters is the same DOI; an earlier import is known."""
    paper = next(paper for paper in shipped.papers.values() if paper.bibliography.doi)
    works = [Work.of_paper(each) for each in shipped.papers.values()]
    bib = f"@misc{{x, title={{Other words}}, doi={{https://doi.org/{paper.bibliography.doi.upper()}}}}}".encode()
    found = bring(home, bib, known=works)
    assert [(each.of, each.reason[:12]) for each in found.record.duplicates] == [(paper.id, "the same DOI")]


def test_titles_are_told_apart_by_their_numbers_and_authors():
    """Part 1 is not part 2, and a title with other authors is another work."""
    title = "Adapters for code models revisited, part"
    bib = "".join(
        f"@misc{{k{number}, title={{{title} {part}}}, author={{{author}}}, year=2020}}\n"
        for number, (part, author) in enumerate([("1", "Ada Example"), ("2", "Ada Example"), ("1", "Bo Sample")])
    )
    assert duplicates(read("bibtex", bib)[0], []) == []


def test_equal_titles_are_found_however_many_there_are():
    """More copies than a block may hold are still found, since they are equal."""
    bib = "".join(f"@misc{{k{n}, title={{Adapters for code models}}, year=2020}}\n" for n in range(LARGEST_BLOCK + 50))
    assert len(duplicates(read("bibtex", bib)[0], [])) == LARGEST_BLOCK + 49
    assert folded("Adapters for code models") == "adapters for code models"


def test_a_file_is_imported_once(home):
    """The same bytes again are refused, naming the import that has them."""
    bring(home)
    with pytest.raises(RequestError, match=r"imported already, as I1"):
        bring(home, name="copy.bib")


def test_an_interrupted_import_leaves_the_library_as_it_was(home, monkeypatch):
    """Whatever happens while the folder is written, no part of it stays."""
    bring(home)
    before = sorted(os.walk(home.root))

    def stop(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(importing, "dump_json_record", stop)
    with pytest.raises(KeyboardInterrupt):
        bring(home, BIB + b"\n")
    assert sorted(os.walk(home.root)) == before


def test_a_file_of_faults_alone_writes_nothing(home):
    """When nothing can be read the user's folder is not even made."""
    found = bring(home, b"@article{x, title={never closed\n")
    assert (found.record, len(found.parsed.faults)) == (None, 1)
    assert not home.root.exists()


def test_a_changed_import_is_a_fault(home):
    """References that were changed by hand are told and not read."""
    bring(home)
    path = home.imports / "I1" / "references.jsonl"
    path.write_text(path.read_text().replace("Whisking", "Fishing"))
    with pytest.raises(RecordError, match=r"I1/references\.jsonl: was changed after the import"):
        read_library(home)
    assert [problem.file for problem in all_problems(home)] == ["I1/references.jsonl"]


def test_imported_references_are_found_by_search(home):
    """The index holds the user's references beside the papers, and follows the decisions."""
    bring(home)
    assert [hit.ref for hit in open_knowledge(home).search("entirely", kinds=("reference",))] == ["I1-3"]
    assert open_knowledge(home).search("adapter whisking sample", kinds=("reference",)) == ()
    decide(home, ["I1-2"], KEEP)
    assert [hit.ref for hit in open_knowledge(home).search("adapter whisking sample")] == ["I1-2"]
