"""Who contradicts whom: sources whose numbers go opposite ways, and claims that cannot both hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import combinations

from corpus.library import Corpus
from corpus.records.claim import Direction, Ledger
from taxonomy.answers.claim_oppositions import OpposedClaims, opposed_claims
from taxonomy.answers.contrasts import Contrast, by_key, contrasts
from taxonomy.answers.ledger import Stated, stated_claims
from taxonomy.answers.lineage import FieldDifference, differences, lineage, setups_of
from taxonomy.answers.sides import FULL
from taxonomy.vocabulary import Vocabulary


class Kind(StrEnum):
    """How two sources oppose each other, the strongest first."""

    CONTRADICTION = "contradiction"  # opposite signs, intervals apart
    CLAIMS = "claims contradict"
    OVERLAP = "opposite direction, intervals overlap"
    NOT_RESOLVABLE = "opposite direction, not resolvable"  # single numbers: no interval can be made


@dataclass(frozen=True)
class ClaimSide:
    """One of two claims that contradict each other."""

    owner: str
    claim: str
    text: str
    direction: Direction
    cautions: tuple[str, ...]  # of its paper: they touch the claim or a method in question as not comparable


@dataclass(frozen=True)
class SetupDifference:
    """A field in which two sources' configurations of a method differ."""

    method: str
    difference: FieldDifference


@dataclass(frozen=True)
class Contradiction:
    """Two sources that disagree, on what, and how their configurations differ.

    Empty ``tasks``, ``architectures`` or ``methods``: claims that are not limited to any. ``general``: one of two
    claims is wider than the other, so that both could hold where they do not meet.
    """

    kind: Kind
    tasks: tuple[str, ...]
    architectures: tuple[str, ...]
    methods: tuple[str, ...]
    against: str
    sources: tuple[str, str]
    numbers: tuple[Contrast, Contrast] | None
    claims: tuple[ClaimSide, ClaimSide] | None
    general: bool
    configurations: tuple[SetupDifference, ...]
    because: str


Compared = Callable[[Collection[str], tuple[str, str]], tuple[SetupDifference, ...]]


def contradictions(corpus: Corpus, vocabulary: Vocabulary, ledgers: Mapping[str, Ledger]) -> tuple[Contradiction, ...]:
    """Return all oppositions, the strongest kind first, inside a kind the widest apart first."""
    setups = cache(lambda method: lineage(method, corpus, vocabulary))

    def compared(methods: Collection[str], sources: tuple[str, str]) -> tuple[SetupDifference, ...]:
        found: list[SetupDifference] = []
        for method in methods:
            own = [setups_of(source, setups(method))[:1] for source in sources]
            if all(own):
                found += [SetupDifference(method, entry) for entry in differences(own[0][0], own[1][0])]
        return tuple(found)

    found = [
        *_of_numbers(contrasts(corpus, vocabulary), compared),
        *(_of_claims(pair, compared) for pair in opposed_claims(stated_claims(corpus, ledgers), vocabulary)),
    ]
    rank = {kind: place for place, kind in enumerate(Kind)}
    return tuple(sorted(found, key=lambda entry: (rank[entry.kind], -_gap(entry))))


def opposition(first: Contrast, second: Contrast) -> Kind | None:
    """Return how two contrasts oppose each other; None where they agree in sign, or one of them is zero."""
    if first.source == second.source or first.points * second.points >= 0:
        return None
    lower, upper = (first, second) if first.points < second.points else (second, first)
    if lower.high is None or upper.low is None:
        return Kind.NOT_RESOLVABLE
    return Kind.CONTRADICTION if lower.high < upper.low else Kind.OVERLAP


def _gap(entry: Contradiction) -> float:
    return abs(entry.numbers[0].points - entry.numbers[1].points) if entry.numbers else 0.0


def _of_numbers(found: tuple[Contrast, ...], compared: Compared) -> Iterator[Contradiction]:
    for (task, architecture, method, against), group in by_key(found).items():
        for first, second in combinations(group, 2):
            kind = opposition(first, second)
            if kind is None:
                continue
            sources = (first.source, second.source)
            yield Contradiction(
                kind=kind,
                tasks=(task,),
                architectures=(architecture,),
                methods=(method,),
                against=against,
                sources=sources,
                numbers=(first, second),
                claims=None,
                general=False,
                configurations=compared([name for name in (method, against) if name != FULL], sources),
                because=_sentence(kind, first, second),
            )


def _of_claims(pair: OpposedClaims, compared: Compared) -> Contradiction:
    first, second = pair.first, pair.second
    methods = pair.meeting.methods
    sides = tuple(
        ClaimSide(entry.owner, entry.id, entry.text, direction, _cautions(entry, methods))
        for entry, direction in zip((first, second), pair.directions, strict=True)
    )
    sources = (first.owner, second.owner)
    tasks = ", ".join(pair.meeting.tasks) or "all tasks"
    said = ", ".join(f"{side.claim} says {side.direction.value}" for side in sides)
    wider = "; one of them is wider than the other" if pair.meeting.general else ""
    return Contradiction(
        kind=Kind.CLAIMS,
        tasks=pair.meeting.tasks,
        architectures=pair.meeting.architectures,
        methods=methods,
        against=FULL,
        sources=sources,
        numbers=None,
        claims=(sides[0], sides[1]),
        general=pair.meeting.general,
        configurations=compared(methods, sources),
        because=f"{said}, on {tasks}{wider}",
    )


def _cautions(entry: Stated, methods: Collection[str]) -> tuple[str, ...]:
    cautions = entry.paper.cautions if entry.paper else ()
    return tuple(
        caution.id
        for caution in cautions
        if caution.not_comparable
        and (entry.id in caution.touches.claims or set(methods) & set(caution.touches.methods))
    )


_ENDS = {
    Kind.CONTRADICTION: "the intervals are apart",
    Kind.OVERLAP: "the intervals overlap",
    Kind.NOT_RESOLVABLE: "no interval can be made from single numbers",
}


def _sentence(kind: Kind, first: Contrast, second: Contrast) -> str:
    said = [f"{side.source} {side.points:+.2f}{_interval(side)}" for side in (first, second)]
    return f"{said[0]}, {said[1]} points: {_ENDS[kind]}"


def _interval(side: Contrast) -> str:
    if side.low is None or side.high is None:
        return " (single numbers)"
    return f" ({side.low:+.2f} to {side.high:+.2f}, from {side.interval_from})"
