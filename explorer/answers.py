"""The answers that pages show, kept by ``explorer.data``; the command line calls the same functions."""

from __future__ import annotations

from collections.abc import Mapping

from corpus.ledgers import ledger_files, read_ledgers
from corpus.records.claim import Ledger
from explorer import data
from taxonomy import Knowledge
from taxonomy.answers.suggest import suggest
from taxonomy.answers.suggestions import Answer
from taxonomy.answers.validation import Validation, validate_suggestions
from taxonomy.answers.verdicts import ClaimVerdict
from taxonomy.answers.verdicts import verdicts as judge_all
from taxonomy.answers.wishes import Wish


def suggested(wish: Wish) -> Answer:
    """Return which methods suit a wish; raise RequestError for a wish that cannot be understood."""

    def answer(known: Knowledge) -> Answer:
        return suggest(wish, known.corpus, known.vocabulary)

    return data.kept("suggest", answer, repr(wish))


def validated() -> Validation | None:
    """Return how well each paper is predicted from the others; None with fewer than three papers."""
    return data.kept("validation", lambda known: validate_suggestions(known.corpus, known.vocabulary))


def verdicts() -> tuple[ClaimVerdict, ...]:
    """Return the verdict on every claim."""

    def judge(known: Knowledge) -> tuple[ClaimVerdict, ...]:
        return judge_all(known.corpus, known.vocabulary, ledgers())

    return data.kept("verdicts", judge, *_ledgers_now())


def verdicts_on(owner: str) -> tuple[ClaimVerdict, ...]:
    """Return the verdicts on the claims of one paper."""
    return tuple(entry for entry in verdicts() if entry.stated.owner == owner)


def ledgers() -> Mapping[str, Ledger]:
    """Return what the claims state; raise RecordError with every fault of every file."""
    return read_ledgers(data.home())


def _ledgers_now() -> tuple[str, ...]:
    """Tell states of the ledger files apart: they are no part of the corpus's digest."""
    return tuple(f"{path} {path.stat().st_mtime_ns}" for path in ledger_files(data.home()))
