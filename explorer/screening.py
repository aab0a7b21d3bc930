"""The user's screening in one reading: library, decisions, standings, agreement, flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corpus.home import SHIPPED_PAPERS, Home
from corpus.records import Reference
from corpus.records.screening import Decision, Stage
from corpus.references import Library, read_library
from corpus.screening import Agreement, Flow, Standing, agreement, flow, read_decisions, standings
from corpus.screening.standing import due


@dataclass(frozen=True)
class Screening:
    """Everything that the command line and the page show of a screening."""

    library: Library
    decisions: tuple[Decision, ...]
    standings: Mapping[tuple[str, Stage], Standing]

    @property
    def references(self) -> Mapping[str, Reference]:
        """The references that are screened, by id."""
        return {each.id: each for each in self.library.references}

    @property
    def flow(self) -> Flow:
        """The flow; the previous studies are the review's, which ship."""
        return flow(self.library, self.decisions, len(list(SHIPPED_PAPERS.glob("P*.yaml"))))

    @property
    def agreement(self) -> tuple[Agreement, ...]:
        """The agreement of each pair of reviewers."""
        return agreement(self.standings)

    @property
    def conflicts(self) -> tuple[Standing, ...]:
        """References on which reviewers differ and that nobody has settled."""
        return tuple(each for each in self.standings.values() if each.conflict)

    def waiting(self, stage: Stage, reviewer: str | None = None) -> tuple[Reference, ...]:
        """Return the references of a stage without an outcome; with a reviewer, those he or she has not decided on."""
        here = due(stage, self.references, self.standings)
        return tuple(self.references[each] for each in here if self._waits(each, stage, reviewer))

    def _waits(self, reference: str, stage: Stage, reviewer: str | None) -> bool:
        standing = self.standings.get((reference, stage))
        if standing is None:
            return True
        return reviewer not in standing.decisions if reviewer else standing.outcome is None


def read_screening(home: Home) -> Screening:
    """Return the user's screening; raise RecordError with every fault of its files."""
    library, decisions = read_library(home), read_decisions(home)
    return Screening(library, decisions, standings(decisions, [each.id for each in library.references]))
