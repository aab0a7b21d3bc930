"""Reading, writing and checking the claim ledgers: ``corpus/claims/P31.yaml``, ``corpus/claims/review.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from corpus.errors import Problem, RecordError
from corpus.files import dump_yaml, load_yaml, problems_of, raise_all
from corpus.home import PACKAGE, Home
from corpus.library import Corpus
from corpus.records.claim import REVIEW, Ledger, Statement

SHIPPED_CLAIMS = PACKAGE / "claims"


def own_claims(home: Home) -> Path:
    """Return the folder of ledgers for the user's own papers."""
    return home.root / "claims"


def ledger_files(home: Home) -> tuple[Path, ...]:
    """Return the ledger files that exist now: shipped ones, then the user's, the review's last in each group."""
    folders = (SHIPPED_CLAIMS, own_claims(home))
    return tuple(path for folder in folders for path in sorted(folder.glob("*.yaml"), key=_order))


def _order(path: Path) -> tuple[bool, int, str]:
    return path.stem == REVIEW, len(path.stem), path.stem


def read_ledger(path: Path) -> Ledger:
    """Return the statements in a file; raise RecordError naming every fault."""
    try:
        ledger = Ledger.model_validate(load_yaml(path))
    except ValidationError as error:
        raise RecordError(problems_of(error, path.name)) from None
    if ledger.owner != path.stem:
        raise RecordError([Problem(path.name, "owner", f"{ledger.owner} stands in a file named {path.name}")])
    return ledger


def dump_ledger(ledger: Ledger) -> str:
    """Return a ledger in the canonical form of its file: what is absent or a default is left out."""
    return dump_yaml(_pruned(ledger.model_dump(mode="json", exclude_defaults=True)))


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _pruned(entry) for key, entry in value.items() if entry is not None and entry not in ({}, [])}
    return [_pruned(entry) for entry in value] if isinstance(value, list) else value


def read_ledgers(home: Home) -> Mapping[str, Ledger]:
    """Return all ledgers by owner, the user's before a shipped one; raise RecordError with every fault of every file.

    A user's ledger stands in for a shipped one of the same name, so that a statement can be put otherwise.
    """
    problems: list[Problem] = []
    ledgers: dict[str, Ledger] = {}
    for path in ledger_files(home):
        try:
            ledger = read_ledger(path)
        except RecordError as error:
            problems.extend(error.problems)
            continue
        ledgers[ledger.owner] = ledger
    raise_all(problems)
    return ledgers


def problems_in_ledgers(corpus: Corpus, ledgers: Mapping[str, Ledger]) -> Iterator[Problem]:
    """Yield every claim without a statement, and every statement without a claim."""
    for owner, ledger in ledgers.items():
        stated = {statement.claim for statement in ledger.statements}
        if owner == REVIEW:
            continue
        if owner not in corpus.papers:
            yield Problem(f"{owner}.yaml", "owner", f"there is no paper {owner}")
            continue
        claimed = {claim.id for claim in corpus.papers[owner].claims}
        for name in sorted(claimed - stated):
            yield Problem(
                f"claims/{owner}.yaml", name, "is a claim of the paper without a statement; see docs/claims.md"
            )
        for name in sorted(stated - claimed):
            yield Problem(f"claims/{owner}.yaml", name, "is stated, but the paper's record has no such claim")
    for owner in _without_ledger(corpus, ledgers):
        yield Problem(f"claims/{owner}.yaml", "", f"is missing: {owner} has claims; see docs/claims.md")


def _without_ledger(corpus: Corpus, ledgers: Mapping[str, Ledger]) -> Iterable[str]:
    """Return shipped papers that have claims and no ledger; a user's own paper may go without."""
    shipped = {path.stem for path in (PACKAGE / "papers").glob("P*.yaml")}
    return (p.id for p in corpus.papers.values() if p.claims and p.id not in ledgers and p.id in shipped)


def statements_of(ledgers: Mapping[str, Ledger]) -> Mapping[str, Statement]:
    """Return the statements of all ledgers by claim."""
    return {statement.claim: statement for ledger in ledgers.values() for statement in ledger.statements}
