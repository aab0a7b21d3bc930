"""The claims of all papers and of the review, each with its statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from corpus.errors import Problem, lookup
from corpus.home import Home
from corpus.ledgers import problems_in_ledgers, read_ledgers
from corpus.library import Corpus
from corpus.records import Claim, Paper
from corpus.records.claim import REVIEW, Ledger, Statement
from taxonomy.vocabulary import Vocabulary

KIND_OF_FIELD: Mapping[str, str] = {
    "methods": "methods", "baseline": "methods", "tasks": "tasks", "task_groups": "task_groups",
    "architectures": "architectures", "models": "models", "datasets": "datasets", "metrics": "metrics",
}  # fmt: skip
"""Fields of a statement that hold names, and the kind of term they hold."""


@dataclass(frozen=True)
class Stated:
    """A claim and its statement. ``paper`` and ``claim`` None: a finding of the review.

    ``statement`` None: a user's own paper, for which none has been written.
    """

    id: str
    owner: str
    text: str
    paper: Paper | None
    claim: Claim | None
    statement: Statement | None


def stated_claims(corpus: Corpus, ledgers: Mapping[str, Ledger], *, owner: str | None = None) -> tuple[Stated, ...]:
    """Return every claim of every paper in the order of the records, then the review's findings.

    Raises:
        UnknownNameError: ``owner`` is neither a paper nor ``review``.
    """
    if owner is not None:
        lookup("paper", owner, {**corpus.papers, REVIEW: None})
    found = (*_of_papers(corpus, ledgers), *_of_review(ledgers))
    return tuple(entry for entry in found if owner in {None, entry.owner})


def _of_papers(corpus: Corpus, ledgers: Mapping[str, Ledger]) -> Iterator[Stated]:
    for paper in corpus.papers.values():
        ledger = ledgers.get(paper.id)
        statements = {statement.claim: statement for statement in ledger.statements} if ledger else {}
        for claim in paper.claims:
            yield Stated(claim.id, paper.id, claim.text, paper, claim, statements.get(claim.id))


def _of_review(ledgers: Mapping[str, Ledger]) -> Iterator[Stated]:
    for statement in ledgers[REVIEW].statements if REVIEW in ledgers else ():
        yield Stated(statement.claim, REVIEW, statement.text or "", None, None, statement)


def unknown_names(ledgers: Iterable[Ledger], vocabulary: Vocabulary) -> Iterator[Problem]:
    """Yield every name in a statement that is no id of the vocabulary."""
    for ledger in ledgers:
        for statement in ledger.statements:
            for field, kind, name in _names(statement):
                if not vocabulary.knows(kind, name):
                    where = f"{statement.claim} {field}"
                    yield Problem(f"claims/{ledger.owner}.yaml", where, f"{name!r} is not among the {kind}")


def _names(record: BaseModel, where: str = "") -> Iterator[tuple[str, str, str]]:
    for field, value in record:
        for entry in value if isinstance(value, tuple) else (value,):
            if isinstance(entry, BaseModel):
                yield from _names(entry, f"{where}{field}.")
            elif isinstance(entry, str) and field in KIND_OF_FIELD:
                yield f"{where}{field}", KIND_OF_FIELD[field], entry


def problems_in_claims(corpus: Corpus, vocabulary: Vocabulary, home: Home) -> list[Problem]:
    """Return every problem of the ledgers: claims not stated, statements of no claim, unknown names.

    Raises:
        RecordError: a ledger file cannot be read; every fault is listed.
    """
    ledgers = read_ledgers(home)
    return sorted({*problems_in_ledgers(corpus, ledgers), *unknown_names(ledgers.values(), vocabulary)})
