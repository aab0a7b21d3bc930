"""The claim ledgers: every claim is stated, every file is in its canonical form, every fault is told."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from corpus.errors import RecordError
from corpus.files import dump_yaml, write_text
from corpus.ledgers import (
    SHIPPED_CLAIMS,
    dump_ledger,
    own_claims,
    problems_in_ledgers,
    read_ledger,
    read_ledgers,
    statements_of,
)
from corpus.records.claim import REVIEW, Comparison, Ledger, Statement
from explorer.checking import all_problems
from taxonomy.answers.ledger import problems_in_claims, stated_claims, unknown_names
from tests import examples
from tests.ledgers import invented

FILES = sorted(SHIPPED_CLAIMS.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_ledger_file_survives_a_round_trip(path):
    """Reading a ledger and writing it back changes nothing in its file."""
    assert dump_ledger(read_ledger(path)) == path.read_text(encoding="utf-8")


def test_every_claim_is_stated_once(shipped, ledgers):
    """The statements are those of all claims of all papers, and of the review, none twice and none missing."""
    claims = [claim.id for paper in shipped.papers.values() for claim in paper.claims]
    stated = [entry.id for entry in stated_claims(shipped, ledgers)]
    assert stated[: len(claims)] == claims
    assert all(name.startswith(f"{REVIEW}-") for name in stated[len(claims) :])
    assert set(stated) == set(statements_of(ledgers))


def test_shipped_ledgers_have_no_problem(shipped, words, home):
    """Claims, statements and vocabulary fit each other."""
    assert problems_in_claims(shipped, words, home) == []


def test_shipped_papers_have_a_statement_for_most_claims_that_name_numbers(ledgers):
    """The ledger is no list of excuses: more than half of the claims are testable."""
    testable = [statement.testable for statement in statements_of(ledgers).values()]
    assert sum(testable) > len(testable) / 2


def test_a_claim_without_a_statement_is_a_problem(shipped, ledgers):
    """Dropping one statement is found, with the claim's name."""
    kept = ledgers["P33"].statements[1:]
    short = {**ledgers, "P33": Ledger(owner="P33", statements=kept)}
    (problem,) = problems_in_ledgers(shipped, short)
    assert (problem.file, problem.where) == ("claims/P33.yaml", "P33-C1")


def test_a_missing_ledger_of_a_shipped_paper_is_a_problem(shipped, ledgers):
    """A shipped paper with claims needs a ledger."""
    (problem,) = problems_in_ledgers(shipped, {owner: entry for owner, entry in ledgers.items() if owner != "P1"})
    assert "P1" in problem.message


def test_a_users_own_paper_may_go_without_a_ledger(ledgers):
    """An own paper with a claim and no ledger is no problem; its claim is listed without a statement."""
    corpus = examples.corpus_of([invented.claimed()])
    assert list(problems_in_ledgers(corpus, {})) == []
    (entry,) = stated_claims(corpus, {})
    assert (entry.id, entry.statement) == ("P900-C1", None)


def test_a_statement_of_no_claim_is_a_problem():
    """A statement needs its claim in the paper's record."""
    corpus = examples.corpus_of([examples.paper()])
    (problem,) = problems_in_ledgers(corpus, invented.ledger())
    assert "no such claim" in problem.message


@pytest.mark.parametrize("field", ["methods", "baseline", "tasks", "models", "datasets", "metrics", "task_groups"])
def test_a_name_that_the_vocabulary_does_not_know_is_a_problem(field, words):
    """Every field that holds names is checked, the baseline too."""
    (problem,) = unknown_names(invented.ledger(invented.comparison(**{field: ("nonsense",)})).values(), words)
    assert field in problem.where
    assert "'nonsense'" in problem.message


def test_models_of_picked_rows_are_checked(words):
    """A name deep in a statement is checked as well."""
    comparison = invented.comparison(baseline_rows={"models": ("nonsense",)})
    (problem,) = unknown_names(invented.ledger(comparison).values(), words)
    assert problem.where.endswith("baseline_rows.models")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"testable": True}, "a testable claim has comparisons"),
        ({"testable": False}, "says why"),
        ({"testable": False, "untestable_because": "It is a count.", "text": "Own text."}, "in the paper's record"),
    ],
)
def test_a_statement_is_testable_or_says_why_not(fields, reason):
    """Comparisons and reasons exclude each other, and only the review's findings bring their text."""
    with pytest.raises(ValidationError, match=reason):
        Statement.model_validate({"claim": "P900-C1", **fields})


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "name either a baseline"),
        ({"baseline": ["full-finetuning"], "size": {"value": 1, "unit": "points", "of": "level"}}, "name either"),
        ({"baseline": ["lora"], "size": {"value": 1, "unit": "points", "of": "ratio"}}, "in percent"),
        ({"baseline": ["lora"], "size": {"value": 1, "unit": "items", "of": "difference"}}, "in points"),
        ({"baseline": ["lora"], "metrics": ["mrr"], "quantity": "peak-memory"}, "only a score has metrics"),
        ({"baseline": ["lora"], "colour": "red"}, "Extra inputs"),
    ],
)
def test_a_comparison_compares_something(fields, reason):
    """A comparison has a baseline or a level, a size a unit that fits, and no field that nobody knows."""
    with pytest.raises(ValidationError, match=reason):
        Comparison.model_validate({"direction": "higher", **fields})


def test_a_ledger_has_its_own_claims_once():
    """All faults of a ledger are told at once."""
    statement = {"claim": "P1-C1", "testable": False, "untestable_because": "It is a count."}
    with pytest.raises(ValidationError, match=r"P1-C1 does not begin with P900-.*P1-C1 is stated twice"):
        Ledger.model_validate({"owner": "P900", "statements": [statement, statement]})


def test_all_faults_of_all_files_are_told_together(home):
    """Two faulty ledgers of a user give one error with both files' faults."""
    statement = {"claim": "P900-C1", "testable": False, "untestable_because": "It is a count."}
    write_text(own_claims(home) / "P900.yaml", dump_yaml({"owner": "P901", "statements": [statement]}))
    write_text(own_claims(home) / "P902.yaml", dump_yaml({"owner": "P902", "statements": []}))
    with pytest.raises(RecordError) as raised:
        read_ledgers(home)
    assert {problem.file for problem in raised.value.problems} == {"P900.yaml", "P902.yaml"}
    assert {problem.file for problem in all_problems(home)} == {"P900.yaml", "P902.yaml"}


def test_a_users_ledger_stands_in_for_the_shipped_one(home, ledgers):
    """A file of the same name in the user's folder puts a paper's claims otherwise."""
    statements = [
        {"claim": entry.claim, "testable": False, "untestable_because": "Not by us."}
        for entry in ledgers["P33"].statements
    ]
    write_text(own_claims(home) / "P33.yaml", dump_yaml({"owner": "P33", "statements": statements}))
    found = read_ledgers(home)
    assert not any(entry.testable for entry in found["P33"].statements)
    assert found["P1"] == ledgers["P1"]
