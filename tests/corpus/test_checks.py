"""Checks on records that need no vocabulary: each finds the fault it is for."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from corpus import Corpus
from corpus.checks import CHECKS, problems_in
from corpus.errors import Problem
from tests import examples


def caution(**touches):
    """Return the fields of a caution that touches this."""
    return {"id": "P900-X1", "kind": "data", "text": "A leak.", "touches": touches}


def messages(corpus: Corpus) -> list[str]:
    """Return what the checks find, without the file's name."""
    return [f"{problem.where}: {problem.message}" for problem in problems_in(corpus)]


def test_good_records_have_no_problems():
    """The records that the faulty ones of the next tests differ from are good."""
    assert messages(examples.corpus_of([examples.paper()], [examples.result()])) == []


@pytest.mark.parametrize(
    ("touches", "message"),
    [
        ({"studies": ["P900-S9"]}, "touches P900-S9, which this paper does not have"),
        ({"claims": ["P900-C1"]}, "touches P900-C1, which this paper does not have"),
        ({"methods": ["ia3"]}, "touches ia3, which this paper does not use"),
        ({"results": [{"method": "lora"}, {"method": "ia3"}]}, "selector 2 of touched results matches no number"),
    ],
    ids=["study", "claim", "method", "numbers"],
)
def test_a_caution_that_touches_nothing_is_found(touches, message):
    """A caution must name studies, claims, methods and numbers that its paper has."""
    paper = examples.paper(cautions=[caution(**touches)])
    assert messages(examples.corpus_of([paper], [examples.result()])) == [f"P900-X1: {message}"]


@pytest.mark.parametrize("host", ["arxiv.org.example.com", "example.com", "notdoi.org"])
def test_a_link_outside_the_allow_list_is_found(host):
    """A link to another host is found in a bibliography, deep in a record, and in a number; its place is named."""
    url = f"https://{host}/paper"
    bibliography = {**examples.paper_fields()["bibliography"], "code_url": url}
    claim = {"id": "P900-C1", "text": "Better.", "evidence": "paper", "source": {"kind": "paper", "url": url}}
    paper = examples.paper(bibliography=bibliography, claims=[claim])
    found = messages(examples.corpus_of([paper], [examples.result(source={"kind": "paper", "url": url})]))
    assert [message.split(": ")[0] for message in found] == ["P900-R001", "bibliography.code_url", "claims.source.url"]


@pytest.mark.parametrize("field", ["doi", "arxiv"])
def test_two_papers_with_one_number_are_found(field):
    """Two papers cannot share a DOI or an arXiv number, in whatever case it is written."""
    number = {"doi": "10.1145/ABC", "arxiv": "2601.00001"}[field]

    def numbered(paper_id: str, value: str):
        bibliography = {**examples.paper_fields()["bibliography"], field: value}
        studies = [{"id": f"{paper_id}-S1", "task": "code-search", "methods": ["lora"]}]
        return examples.paper(id=paper_id, bibliography=bibliography, studies=studies)

    corpus = examples.corpus_of([numbered("P900", number), numbered("P901", number.lower())])
    assert messages(corpus) == [f"bibliography: {number.lower()} already belongs to P900"]


def test_a_source_that_says_nothing_is_found():
    """A source with neither link nor place is found, and a secondary one that does not say what it was."""
    link = "https://doi.org/10.1145/1"
    paper = examples.paper(sources=[{"kind": "paper"}, {"kind": "secondary", "url": link}])
    assert messages(examples.corpus_of([paper])) == [
        "source: a secondary source says in 'at' what it was",
        "source: has neither url nor at",
    ]


def test_every_check_is_in_the_list_and_documented():
    """Each check is listed once and says in its docstring what must hold."""
    names = [check.__name__ for check in CHECKS]
    assert len(set(names)) == len(names) >= 4
    assert all(check.__doc__ for check in CHECKS)


def test_a_problem_found_twice_is_told_once():
    """The same fault seen in two places of a record is one line."""
    paper = examples.paper(sources=[{"kind": "paper"}, {"kind": "paper"}])
    found: Iterable[Problem] = problems_in(examples.corpus_of([paper]))
    assert len(list(found)) == 1
