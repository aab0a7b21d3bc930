"""Full-text search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.home import SHIPPED_PAPERS
from corpus.index import build_index, entries_of, search
from tests import examples
from tests.databases import DATABASES, empty_home

PAPER_IDS = sorted((path.stem for path in SHIPPED_PAPERS.glob("*")), key=lambda name: int(name[1:]))


@pytest.fixture(scope="module", params=DATABASES)
def index(request, tmp_path_factory):
    """An index of an invented paper with a claim and a caution, on every database."""
    home = empty_home(request, tmp_path_factory.mktemp("search"))
    source = {"kind": "paper", "at": "Section 1"}
    claim = {"id": "P900-C1", "text": "Basalt is harder than orchids.", "evidence": "paper", "source": source}
    caution = {"id": "P900-X1", "kind": "data", "text": "The basalt was wet.", "touches": {"paper": True}}
    basalt = {"id": "P901", "studies": [{"id": "P901-S1", "task": "code-search", "methods": ["lora"]}]}
    basalt["bibliography"] = {**examples.paper_fields()["bibliography"], "title": "Basalt Basalt"}
    corpus = examples.corpus_of([examples.paper(claims=[claim], cautions=[caution]), examples.paper(**basalt)])
    return build_index(home, corpus, entries_of(corpus), "digest")


def refs(index, query: str, **options) -> list[str]:
    """Return what a query leads to."""
    return [hit.ref for hit in search(index.engine, query, **options)]


def test_all_words_must_occur(index):
    """A text is found when it holds every word, in whatever order and case."""
    assert set(refs(index, "basalt")) == {"P901", "P900-C1", "P900-X1"}
    assert refs(index, "ORCHIDS basalt") == ["P900-C1"]
    assert refs(index, "basalt marble") == []


def test_the_best_comes_first_and_the_limit_cuts_the_rest(index):
    """A word in a title weighs more than one in a text, and a limit keeps the best."""
    assert refs(index, "basalt")[0] == "P901"
    assert refs(index, "basalt", limit=1) == ["P901"]


def test_the_last_word_may_be_unfinished(index):
    """The beginning of a word finds it where it stands last, on every database, alone or after others."""
    assert refs(index, "orchi") == ["P900-C1"]
    assert refs(index, "basalt orchi") == ["P900-C1"]
    assert refs(index, "orchi basalt") == []


def test_matches_are_marked_in_the_excerpt(index):
    """The places of a hit's matches are those of its words, and the excerpt itself carries no mark-up."""
    (hit,) = search(index.engine, "orchids basalt")
    assert hit.excerpt == "Basalt is harder than orchids."
    assert [hit.excerpt[begin:end] for begin, end in hit.marks] == ["Basalt", "orchids"]
    assert hit.highlighted("[", "]") == "[Basalt] is harder than [orchids]."


def test_scores_fall_from_hit_to_hit(index):
    """Each hit has the database's measure, the best first."""
    scores = [hit.score for hit in search(index.engine, "basalt")]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)


def test_a_match_in_the_title_alone_marks_nothing(index):
    """Where only the title matched, the excerpt is the text's beginning without marks."""
    (hit,) = search(index.engine, "basalt", kinds=["paper"])
    assert (hit.marks, hit.highlighted("[", "]")) == ((), hit.excerpt)
    assert "zebrafish" in hit.excerpt


def test_kinds_are_kept_apart(index):
    """Asked for one kind, a search finds that kind only, also under a limit."""
    assert refs(index, "basalt", kinds=["caution"], limit=1) == ["P900-X1"]
    assert refs(index, "basalt", kinds=["method"]) == []


@pytest.mark.parametrize(
    "query",
    ["", "   ", "!?", '"', "'", "*", "(", "AND", "NOT basalt", "basalt OR", "title:basalt", 'NEAR("basalt"', "basalt^2",
     "-basalt", "basalt' --", "_", "__", "%", "a" * 10_000, "basalt " * 1_000, "\x00", "\ud800", "²", "٣", "é\u0301"],
)  # fmt: skip
def test_no_character_of_a_query_is_syntax(index, query):
    """Operators, quotes, wildcards and lone signs of any kind are words or nothing, never an error."""
    for hit in search(index.engine, query):
        assert hit.ref in {"P900", "P901", "P900-C1", "P900-X1"}


@given(st.text(max_size=60))
def test_any_text_can_be_searched_for(known, query):
    """No text raises an error, and one without a letter or digit finds nothing."""
    hits = known.search(query)
    assert all(hit.kind in {"paper", "method", "claim", "caution"} for hit in hits)
    if not any(character.isalnum() for character in query):
        assert hits == ()


@pytest.mark.parametrize("paper_id", PAPER_IDS)
def test_a_paper_is_found_by_its_title(paper_id, known):
    """The words of a title find its paper, before any other paper."""
    hits = known.search(known.corpus.papers[paper_id].bibliography.title, kinds=("paper",))
    assert hits[0].ref == paper_id


def test_a_paper_is_found_by_author_year_and_the_beginning_of_a_word(known):
    """Authors, years and venues are found, and the last word may be unfinished."""
    assert "P34" in {hit.ref for hit in known.search("Cuiyun Gao 2022")}
    assert "P34" in {hit.ref for hit in known.search("Chaozheng Wan")}


def test_methods_are_found_by_alias(known):
    """A method is found by another spelling of it, and leads to its node."""
    assert "method/mam" in {hit.ref for hit in known.search("MHM", kinds=("method",))}


def test_excerpts_are_plain_text(known):
    """An excerpt carries no mark-up, so that a page may show it as it is."""
    hits = known.search("prompt tuning backbone")
    assert hits
    assert not any("<" in hit.excerpt or "\x02" in hit.excerpt or "\x03" in hit.excerpt for hit in hits)
    assert any(hit.marks for hit in hits)
