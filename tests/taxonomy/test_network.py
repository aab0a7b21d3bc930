"""The network of papers, methods, models and tasks."""

from corpus import Corpus
from taxonomy.network import Kind, network
from taxonomy.vocabulary import Vocabulary


def test_the_same_records_give_the_same_picture(shipped: Corpus, words: Vocabulary):
    """The layout has a fixed seed."""
    assert network(shipped, words) == network(shipped, words)


def test_a_paper_is_linked_to_what_its_studies_name(shipped: Corpus, words: Vocabulary):
    """Links of a paper are the methods, models and tasks of its studies, and nothing else."""
    found = network(shipped, words)
    studies = shipped.papers["P33"].studies
    named = {
        *(f"method/{name}" for study in studies for name in study.methods),
        *(f"model/{name}" for study in studies for name in study.models),
        *(f"task/{study.task}" for study in studies),
    }
    assert found.beside("paper/P33") == named


def test_without_papers_terms_are_linked_directly(shipped: Corpus, words: Vocabulary):
    """What one study names is linked where no paper is drawn between, with the number of studies shared."""
    found = network(shipped, words, kinds=(Kind.METHOD, Kind.TASK))
    shared = {frozenset(pair): count for *pair, count in found.links}
    expected = sum(
        "lora" in study.methods and study.task == "code-to-text"
        for paper in shipped.papers.values()
        for study in paper.studies
    )
    assert shared[frozenset({"method/lora", "task/code-to-text"})] == expected
    assert {mark.kind for mark in found.marks} == {Kind.METHOD, Kind.TASK}


def test_only_studies_about_something_are_drawn(shipped: Corpus, words: Vocabulary):
    """Asked about a method, the network has the papers that study it and no others."""
    found = network(shipped, words, about="method/ia3")
    papers = {mark.name for mark in found.marks if mark.kind is Kind.PAPER}
    assert papers == {
        paper.id for paper in shipped.papers.values() if any("ia3" in study.methods for study in paper.studies)
    }
