"""Between the form and a draft's files: what was typed, and nothing else."""

from __future__ import annotations

import pytest

from corpus.drafts import complete, draft
from corpus.errors import RequestError
from corpus.files import read_results
from corpus.skeletons import begin, fields_of_identifier
from explorer import drafting
from explorer.adding import new_paper, open_points
from explorer.checking import all_problems

ROW = {
    "task": "code-search", "method": "lora", "model in the paper": "CodeBERT", "data set": "CSN", "metric": "mrr",
    "printed": 70.5, "unit": "%", "full fine-tuning, printed": 73.0, "grade": "paper", "place in the source": "Table 2",
}  # fmt: skip
TYPED = {
    "title": "Whisking Adapters", "year": "2026", "venue": "Invented Venue", "acronym": "IV", "doi": "10.5555/abc",
    "url": "https://doi.org/10.5555/abc", "authors": "Ada Example\n\n Bo Sample ", "summary": "It whisks.",
}  # fmt: skip
STUDY = {"task": "code-search", "methods": ["lora"], "architectures": ["encoder"]}


@pytest.fixture
def begun(home):
    """A user's folder with the draft of a paper of which only the DOI is known."""
    begin(home, fields_of_identifier("10.5555/abc", "X1"))
    return home


def test_a_filled_form_becomes_a_paper(begun, words):
    """What was typed is the record; the value follows from the printed one and its unit."""
    content = drafting.with_bibliography(draft(begun, "X1").content, TYPED)
    content = drafting.with_study(content, 0, STUDY)
    results, faults = drafting.results_of([ROW, {}], "X1", words, TYPED["url"])
    assert faults == []
    assert drafting.checked(content, results, words) == ()
    drafting.save(begun, content, results)
    complete(begun, draft(begun, "X1"))
    assert all_problems(begun) == []
    row = read_results(begun.results / "X1.csv")[0]
    assert (row.value, row.full_finetuning_value, row.printed_value) == (0.705, 0.73, 70.5)
    assert (row.source.at, row.source.url) == ("Table 2", TYPED["url"])
    assert drafting.rows_of([row])[0]["full fine-tuning, printed"] == pytest.approx(73.0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"place in the source": None}, "needs the place"), ({"unit": "x"}, "cannot be put on the scale"),
     ({"printed": None}, "needs its metric"), ({"model in the paper": ""}, "Field required"),
     ({"metric": "shininess"}, "unknown metric"), ({"grade": "rumour"}, "Input should be")],
)  # fmt: skip
def test_a_row_with_a_gap_is_told_by_its_number(words, change, reason):
    """A row that is not whole is no number, and what it lacks is told."""
    results, faults = drafting.results_of([ROW, {**ROW, **change}], "X1", words, None)
    assert len(results) == 1
    assert [(fault.file, fault.where[:5]) for fault in faults] == [("X1.csv", "row 2")]
    assert reason in faults[0].message


def test_what_was_emptied_is_absent(begun):
    """An emptied field is not reported any more; what the form does not know stays as it was."""
    before = {**draft(begun, "X1").content, "reproducibility": {"code_available": True}}
    content = drafting.with_bibliography(before, {**TYPED, "doi": " ", "summary": ""})
    assert "doi" not in content["bibliography"]
    assert "summary" not in content
    assert content["reproducibility"] == {"code_available": True}


def test_a_further_study_gets_the_next_id(begun):
    """A study behind the last one is added as the user's own classification."""
    content = drafting.with_study(draft(begun, "X1").content, 1, STUDY)
    assert [each["id"] for each in content["studies"]] == ["X1-S1", "X1-S2"]
    assert content["studies"][1]["classified_by"] == "user"


def test_check_names_all_that_is_open_in_drafts(begun, words):
    """Gaps, names that the vocabulary does not know and missing numbers are named with file and place."""
    content = {**draft(begun, "X1").content, "studies": [{"id": "X1-S1", "task": "Code Search", "methods": ["lorra"]}]}
    drafting.save(begun, content, ())
    told = {(each.file, each.where): each.message for each in all_problems(begun)}
    assert told["X1.yaml", "studies.0.task"] == "write 'code-search' instead of 'Code Search'"
    assert "did you mean" in told["X1.yaml", "studies.0.methods"]
    assert told["X1.yaml", "summary"] == "open: not filled in yet"
    assert told["X1.csv", ""].startswith("open: no reported number")
    assert len(open_points(draft(begun, "X1"), words)) == len(told)


def test_a_paper_that_is_there_is_not_begun_again(home, shipped):
    """A DOI or arXiv number of the corpus is refused, naming the paper."""
    paper = next(paper for paper in shipped.papers.values() if paper.bibliography.doi)
    with pytest.raises(RequestError, match=f"{paper.id} is this paper already"):
        new_paper(paper.bibliography.doi.upper(), home)
    assert not home.papers.exists()
