"""Commands of a living review: import, duplicates, references, screen, prisma, new-paper, complete."""

from __future__ import annotations

import pytest

from tests.exchange.foreign_samples import as_bytes, peft_result
from tests.exchange.test_importing import BIB


@pytest.fixture
def refs(tmp_path):
    """A file of references with a fault and a near copy."""
    path = tmp_path / "refs.bib"
    path.write_bytes(BIB)
    return str(path)


def test_an_import_tells_what_was_added_doubtful_and_refused(call, home, refs):
    """The document has added, duplicates and refused, each with reason; faults do not fail an import."""
    done = call("import", refs, "--json", home=home)
    document = done.document
    assert done.code == 0
    assert [each["key"] for each in document["added"]] == ["a", "c"]
    assert [(each["of"], each["decision"]) for each in document["duplicates"]] == [("I1-1", "undecided")]
    assert document["refused"] == [{"line": 5, "key": "d", "reason": "has no title"}]
    assert [each["key"] for each in call("references", "--json", home=home).document] == ["a", "c"]


def test_an_import_in_words_names_lines(call, home, refs):
    """Without --json the faults and duplicates are told by line, and the sum on standard error."""
    done = call("import", refs, home=home)
    assert "line 5, d: has no title" in done.out
    assert "may be I1-1: nearly the same title" in done.out
    assert done.err.startswith(
        "I1: 2 references added, 1 possible duplicate (wait for `codepeft duplicates`), 1 refused"
    )


@pytest.mark.parametrize(
    ("name", "content", "code", "sentence"),
    [("none.bib", None, 2, "is not there"), ("x.docx", b"PK", 2, "is in no format that can be imported"),
     ("bad.bib", b"@article{x, title={", 1, "nothing could be read from bad.bib"),
     ("old.bib", "@misc{a}".encode("utf-16"), 1, "is UTF-16 text; save it as UTF-8")],
)  # fmt: skip
def test_what_cannot_be_imported_gets_a_sentence(call, home, tmp_path, name, content, code, sentence):
    """A wrong request ends with 2, a file of which nothing can be read with 1; nothing is written."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = call("import", str(tmp_path / name), home=home)
    assert done.code == code
    assert sentence in done.err
    assert not home.imports.exists()


def test_duplicates_are_listed_and_decided(call, home, refs):
    """A decision takes a duplicate from the list; one without a decision or a name is refused."""
    call("import", refs, home=home)
    assert [each["id"] for each in call("duplicates", "--json", home=home).document] == ["I1-2"]
    assert call("duplicates", "I1-2", home=home).code == 2
    assert call("duplicates", "--keep", home=home).code == 2
    assert call("duplicates", "I1-2", "--keep", "--json", home=home).document == []


def test_results_of_others_are_imported_apart(call, home, tmp_path):
    """A result file is known by its keys, and stands on its node under its own key."""
    path = tmp_path / "run.json"
    path.write_bytes(as_bytes(peft_result()))
    document = call("import", str(path), "--source", "a colleague", "--json", home=home).document
    assert (document["format"], document["added"][0]["measured_by"]) == ("peft-method-comparison", "a colleague")
    node = call("node", "method/lora", "--json", home=home).document
    assert [each["id"] for each in node["measured_by_others"]] == ["F1-1"]


def test_a_screening_from_decisions_to_the_flow(call, home, refs):
    """Decisions lead to conflicts, agreement and the flow; what was not recorded is null."""
    call("import", refs, "--source", "Scopus", home=home)
    assert [each["id"] for each in call("screen", "--json", home=home).document] == ["I1-1", "I1-3"]
    call("screen", "I1-1", "I1-3", "--by", "ada", "--include", home=home)
    call("screen", "I1-1", "--by", "bo", "--include", home=home)
    call("screen", "I1-3", "--by", "bo", "--exclude", "--reason", "no code", home=home)
    assert [each["reference"] for each in call("conflicts", "--json", home=home).document] == ["I1-3"]
    assert call("agreement", "--json", home=home).document[0]["observed"] == 0.5
    call("screen", "I1-3", "--by", "consensus", "--exclude", "--reason", "no code", home=home)
    flow = call("prisma", "--json", home=home).document
    assert (flow["identified"], flow["screened"], flow["excluded"], flow["included"]) == (3, 2, 1, None)
    assert flow["protocol"]["search_strings"]["value"] is None
    assert "records identified: 3" in call("prisma", home=home).out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(("I1-1", "--include"), "names references, the reviewer"), (("--by", "a", "--include"), "names references"),
     (("I1-1", "--by", "a", "--exclude"), "an exclusion says why"), (("--stage", "poster"), "unknown stage 'poster'"),
     (("I7-1", "--by", "a", "--include"), "unknown reference 'I7-1'")],
)  # fmt: skip
def test_a_wrong_decision_is_refused(call, home, refs, arguments, sentence):
    """A decision that is not whole ends with 2 and one sentence; nothing is noted."""
    call("import", refs, home=home)
    done = call("screen", *arguments, home=home)
    assert (done.code, sentence in done.err) == (2, True)
    assert not home.screening.exists()


def test_a_paper_from_a_file_to_the_corpus(call, home, refs):
    """A draft is begun, checked as open, and cannot be completed before it is whole."""
    assert call("new-paper", refs, home=home).code == 2  # which of the entries?
    begun = call("new-paper", refs, "--key", "c", "--json", home=home).document
    assert (begun["id"], begun["files"]) == ("X1", ["papers/X1.yaml", "results/X1.csv"])
    checked = call("check", "--json", home=home)
    assert checked.code == 1
    assert {each["file"] for each in checked.document} == {"X1.yaml", "X1.csv"}
    assert len(checked.document) == len(begun["open"])
    done = call("complete", "X1", home=home)
    assert (done.code, "X1.yaml: summary: open" in done.err) == (1, True)
    assert call("new-paper", "nothing like it", home=home).code == 2
