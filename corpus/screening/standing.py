"""Where each reference stands: what its reviewers said, whether they agree, what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from corpus.records.screening import CONSENSUS, Decision, Stage, Verdict


@dataclass(frozen=True)
class Standing:
    """One reference at one stage, with the last decision of each reviewer."""

    reference: str
    stage: Stage
    decisions: Mapping[str, Decision]

    @property
    def conflict(self) -> bool:
        """Whether reviewers differ and nobody has settled it."""
        return CONSENSUS not in self.decisions and len({each.verdict for each in self.decisions.values()}) > 1

    @property
    def outcome(self) -> Decision | None:
        """The decision that counts: the consensus, else the one all agree on; None while it is open or unsure."""
        settled = self.decisions.get(CONSENSUS)
        if settled is None and not self.conflict:
            settled = next(iter(self.decisions.values()), None)
        return None if settled is None or settled.verdict is Verdict.UNSURE else settled


def standings(decisions: Iterable[Decision], known: Iterable[str]) -> Mapping[tuple[str, Stage], Standing]:
    """Return the standing of each reference that has decisions, by reference and stage; others are absent.

    Decisions on references that are no longer in the library (a duplicate left out later) do not count.
    """
    there = frozenset(known)
    last: dict[tuple[str, Stage], dict[str, Decision]] = {}
    for decision in decisions:
        if decision.reference in there:
            last.setdefault((decision.reference, decision.stage), {})[decision.reviewer] = decision
    return MappingProxyType(
        {place: Standing(place[0], place[1], MappingProxyType(made)) for place, made in last.items()}
    )


def due(stage: Stage, known: Iterable[str], found: Mapping[tuple[str, Stage], Standing]) -> tuple[str, ...]:
    """Return the references that belong to a stage: all, or those that came through the stage before.

    A full text that was never noted as retrieved is due as well: retrieval is noted only where somebody does so.
    """

    def verdict(reference: str, at: Stage) -> Verdict | None:
        standing = found.get((reference, at))
        outcome = standing.outcome if standing else None
        return outcome.verdict if outcome else None

    if stage is Stage.TITLE_ABSTRACT:
        return tuple(known)
    passed = tuple(each for each in known if verdict(each, Stage.TITLE_ABSTRACT) is Verdict.INCLUDE)
    if stage is Stage.RETRIEVAL:
        return passed
    return tuple(each for each in passed if verdict(each, Stage.RETRIEVAL) is not Verdict.EXCLUDE)
