"""All checks of all rooms in one list."""

from __future__ import annotations

from corpus.bibliography import bibliography_is_current
from corpus.errors import Problem, RecordError
from corpus.home import Home
from corpus.library import RecordFiles, read_corpus
from corpus.references import read_library
from corpus.screening import read_decisions
from explorer.adding import open_points_of_all
from reproduce.checks import problems_in_recipes
from taxonomy.answers.ledger import problems_in_claims
from taxonomy.knowledge import check_all
from taxonomy.vocabulary import vocabulary


def all_problems(home: Home | None = None) -> list[Problem]:
    """Return every problem in records, vocabulary, bibliography, claims and recipes, and all that is open in drafts."""
    home = home or Home.from_environment()
    try:
        words = vocabulary()
        corpus = read_corpus(RecordFiles.find(home))
        claims = problems_in_claims(corpus, words, home)
    except RecordError as error:
        return list(error.problems)
    return [
        *check_all(corpus, words),
        *bibliography_is_current(corpus),
        *claims,
        *problems_in_recipes(corpus, words),
        *open_points_of_all(home),
        *problems_in_library(home),
    ]


def problems_in_library(home: Home) -> list[Problem]:
    """Return every fault in the user's imports and screening decisions."""
    problems: list[Problem] = []
    for read in (read_library, read_decisions):
        try:
            read(home)
        except RecordError as error:
            problems += error.problems
    return problems
