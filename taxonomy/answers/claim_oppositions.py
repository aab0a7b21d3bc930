"""Claims of different papers, about the same methods against full fine-tuning, that cannot both hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from corpus.records.claim import Comparison, Direction, Quantity
from taxonomy.answers.ledger import Stated
from taxonomy.answers.measured_cases import ORDINARY
from taxonomy.answers.sides import FULL, architecture_of
from taxonomy.vocabulary import Vocabulary

OPPOSED: frozenset[frozenset[Direction]] = frozenset(
    frozenset(pair)
    for pair in (
        (Direction.HIGHER, Direction.LOWER),
        (Direction.HIGHER, Direction.EQUAL),
        (Direction.LOWER, Direction.EQUAL),
        (Direction.LOWER, Direction.AT_LEAST_AS_HIGH),
    )
)
"""Directions that cannot both hold of the same thing."""


@dataclass(frozen=True)
class Meeting:
    """Where two comparisons meet. Empty: all there is. ``general``: one of them is wider than the other."""

    methods: tuple[str, ...]
    tasks: tuple[str, ...]
    architectures: tuple[str, ...]
    general: bool


@dataclass(frozen=True)
class OpposedClaims:
    """Two claims that cannot both hold where they meet."""

    first: Stated
    second: Stated
    directions: tuple[Direction, Direction]
    meeting: Meeting


def opposed_claims(stated: Iterable[Stated], vocabulary: Vocabulary) -> Iterator[OpposedClaims]:
    """Yield pairs of claims, each pair once.

    Compared are claims about scores in the ordinary setting against full fine-tuning, under the same condition.
    """
    parts = [
        (entry, comparison)
        for entry in stated
        if entry.statement is not None
        for comparison in entry.statement.comparisons
        if _is_ordinary(comparison, vocabulary)
    ]
    seen: set[frozenset[str]] = set()
    for (first, one), (second, other) in combinations(parts, 2):
        pair = frozenset({first.id, second.id})
        opposed = frozenset({one.direction, other.direction}) in OPPOSED
        if first.owner == second.owner or pair in seen or one.condition != other.condition or not opposed:
            continue
        meeting = meeting_of(one, other, vocabulary)
        if meeting is not None:
            seen.add(pair)
            yield OpposedClaims(first, second, (one.direction, other.direction), meeting)


def _is_ordinary(comparison: Comparison, vocabulary: Vocabulary) -> bool:
    """Return whether a comparison is about scores for its own tasks, with no picked setting, against full tuning."""
    tasks_of = {dataset.id: dataset.tasks for dataset in vocabulary.datasets}
    own_task = all(set(tasks_of[name]) & set(comparison.tasks or tasks_of[name]) for name in comparison.datasets)
    ordinary = all(rows in {None, ORDINARY} for rows in (comparison.rows, comparison.baseline_rows))
    return comparison.quantity is Quantity.SCORE and comparison.baseline == (FULL,) and ordinary and own_task


def meeting_of(one: Comparison, other: Comparison, vocabulary: Vocabulary) -> Meeting | None:
    """Return where two comparisons meet; None where they do not. An empty field is all there is."""
    fields = [
        (one.methods, other.methods),
        (_tasks(one, vocabulary), _tasks(other, vocabulary)),
        (_architectures(one, vocabulary), _architectures(other, vocabulary)),
        (one.datasets, other.datasets),
        (one.languages, other.languages),
    ]
    shared = [_shared(own, others) for own, others in fields]
    if None in shared:
        return None
    methods, tasks, architectures = (found or () for found in shared[:3])
    general = any(bool(own) != bool(others) for own, others in fields)
    return Meeting(methods, tasks, architectures, general)


def _shared(own: Sequence[str], others: Sequence[str]) -> tuple[str, ...] | None:
    if not own or not others:
        return tuple(own or others)
    return tuple(name for name in own if name in others) or None


def _tasks(comparison: Comparison, vocabulary: Vocabulary) -> tuple[str, ...]:
    if comparison.tasks or not comparison.task_groups:
        return comparison.tasks
    return tuple(task.id for task in vocabulary.tasks if task.group in comparison.task_groups)


def _architectures(comparison: Comparison, vocabulary: Vocabulary) -> tuple[str, ...]:
    named = [architecture_of(model, vocabulary) for model in comparison.models]
    return tuple(dict.fromkeys([*comparison.architectures, *(name for name in named if name)]))
