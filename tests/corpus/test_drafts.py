"""Drafts: papers with gaps stay out of the index, and what is open in them is what the record asks for."""

from __future__ import annotations

import pytest

from corpus import open_corpus
from corpus.drafts import complete, draft, is_draft, read_drafts, write_draft
from corpus.errors import RecordError, UnknownNameError
from corpus.files import dump_results, read_paper, write_text
from corpus.skeletons import begin, fields_of_identifier, next_paper_id
from tests import examples


def whole(paper_id: str = "X1") -> dict:
    """Return the fields of a complete paper of a user's."""
    study = {"id": f"{paper_id}-S1", "task": "code-search", "methods": ["lora"], "classified_by": "user"}
    return examples.paper_fields(id=paper_id, studies=[study])


def test_a_draft_stays_out_of_the_corpus_with_its_numbers(home):
    """Neither the record nor the numbers of a draft are read into the corpus."""
    begin(home, fields_of_identifier("10.5555/abc", "X1"))
    write_text(home.results / "X1.csv", dump_results([examples.result(id="X1-R001", paper="X1")]))
    corpus = open_corpus(home)
    assert "X1" not in corpus.papers
    assert all(row.paper != "X1" for row in corpus.results)
    assert [(each.id, len(each.results)) for each in read_drafts(home)] == [("X1", 1)]


def test_what_is_open_is_what_the_record_asks_for(home):
    """Every field that a paper needs and the draft lacks is named; nothing is filled in."""
    begin(home, fields_of_identifier("https://doi.org/10.5555/ABC", "X1"))
    found = draft(home, "X1")
    assert found.content["bibliography"] == {"venue": {}, "doi": "10.5555/abc", "url": "https://doi.org/10.5555/abc"}
    assert {each.where for each in found.open} == {
        "bibliography.title", "bibliography.authors", "bibliography.year", "summary", "studies.0.task",
        "studies.0.methods",
    }  # fmt: skip
    assert {each.message for each in found.open} == {"open: not filled in yet"}


def test_a_complete_draft_becomes_a_paper_in_canonical_form(home):
    """Completing takes the mark away and writes the record as any other; X papers stand behind the review's."""
    path = write_draft(home, whole())
    assert is_draft(path)
    complete(home, draft(home, "X1"))
    assert not is_draft(path)
    assert read_paper(path).id == "X1"
    assert list(open_corpus(home).papers)[-1] == "X1"


def test_an_open_draft_cannot_be_completed(home):
    """While anything is open the file stays a draft."""
    path = write_draft(home, {**whole(), "summary": None})
    with pytest.raises(RecordError, match=r"X1\.yaml: summary"):
        complete(home, draft(home, "X1"))
    assert is_draft(path)
    with pytest.raises(UnknownNameError, match="unknown draft 'X2'"):
        draft(home, "X2")


def test_ids_of_users_papers_are_their_own(home):
    """A user's ids begin with X, count up, and are never given twice."""
    assert next_paper_id(home) == "X1"
    write_draft(home, whole("X4"))
    assert next_paper_id(home) == "X5"
