"""Imports and screening as people read them in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.exchange.foreign import ImportedResults
from corpus.exchange.importing import Imported
from corpus.records.reference import Fault
from corpus.screening import Agreement, Flow
from explorer.cli.app import NOT_REPORTED
from explorer.formats import count

SHOWN = 20  # of each list; --json has all


def imported(found: Imported) -> Iterator[str]:
    """Yield what an import brought: faults with their lines, duplicates with their reasons."""
    refused = [each for each in found.parsed.faults if not each.kept]
    told = [each for each in found.parsed.faults if each.kept]
    yield from _faults("Refused", refused)
    yield from _faults("Kept, with a fault", told)
    if found.record is None:
        return
    by_id = {each.id: each for each in found.parsed.references}
    rows = [
        f"  {each.reference}  line {by_id[each.reference].line}: {by_id[each.reference].title}\n"
        f"    may be {each.of}: {each.reason}"
        for each in found.record.duplicates
    ]
    yield from _some("Possible duplicates", rows)


def results(found: ImportedResults) -> Iterator[str]:
    """Yield the results of others that were kept, and the faults."""
    yield from _faults("Refused", found.faults)
    for each in found.record.results if found.record else ():
        scores = ", ".join(f"{score.called} {score.value:.4g}" for score in each.scores) or "no score"
        yield f"  {each.id}  {each.experiment}: {each.method_in_source} on {each.model_in_source}: {scores}"
        for name in each.missing:
            yield f"    missing: {name}"


def summary_of_results(found: ImportedResults, file: str) -> str:
    """Return one line on what was done."""
    if found.record is None:
        return f"nothing could be read from {file}; nothing was written"
    number = count(len(found.record.results), "result")
    return f"{found.record.id}: {number} measured by others; shown apart from ours"


def _faults(title: str, faults: Sequence[Fault]) -> Iterator[str]:
    rows = [f"  line {each.line}{f', {each.key}' if each.key else ''}: {each.reason}" for each in faults]
    yield from _some(title, rows)


def _some(title: str, rows: Sequence[str]) -> Iterator[str]:
    if rows:
        yield f"{title} ({len(rows):,})"
        yield from rows[:SHOWN]
        if len(rows) > SHOWN:
            yield f"  and {len(rows) - SHOWN:,} more; --json has all of them"


def summary(found: Imported) -> str:
    """Return one line on what was done."""
    if found.record is None:
        return f"nothing could be read from {found.parsed.name}; nothing was written"
    refused = sum(not each.kept for each in found.parsed.faults)
    doubtful = len(found.record.duplicates)
    waits = {"ask": "wait for `codepeft duplicates`", "skip": "left out", "keep": "kept"}[found.treatment.value]
    return (
        f"{found.record.id}: {count(len(found.added), 'reference')} added, {count(doubtful, 'possible duplicate')}"
        f"{f' ({waits})' if doubtful else ''}, {refused:,} refused"
    )


AGREEMENT_HEADER = ("stage", "reviewers", "both decided", "agree", "kappa", "95 % interval", "PABAK")


def agreement(found: Agreement) -> list[str]:
    """Return the agreement of two reviewers as a row."""

    def shown(value: float | None) -> str:
        return "not defined" if value is None else f"{value:.2f}"

    interval = "not defined" if found.low is None or found.high is None else f"{found.low:.2f} to {found.high:.2f}"
    observed = NOT_REPORTED if found.observed is None else f"{100 * found.observed:.0f} %"
    both = str(found.both)
    return [
        found.stage.value,
        " and ".join(found.reviewers),
        both,
        observed,
        shown(found.kappa),
        interval,
        shown(found.pabak),
    ]


FLOW: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Identification",
        (
            ("previous_studies", "studies in the previous version of the review"),
            ("identified", "records identified"),
            ("duplicates_removed", "duplicates removed"),
            ("duplicates_undecided", "possible duplicates undecided"),
            ("automation_removed", "removed by automation tools"),
            ("other_removed", "removed for other reasons"),
        ),
    ),
    (
        "Screening",
        (
            ("screened", "records screened"),
            ("excluded", "records excluded"),
            ("sought", "reports sought for retrieval"),
            ("not_retrieved", "reports not retrieved"),
            ("assessed", "reports assessed in full text"),
            ("excluded_full_text", "reports excluded"),
        ),
    ),
    ("Included", (("included", "new studies included"), ("total_studies", "studies in the review"))),
)
"""The boxes of the PRISMA 2020 flow for an updated review, by phase: the count's name and what it counts."""


def box_count(found: Flow, name: str) -> str:
    """Return a count of the flow as people read it."""
    value: int | None = getattr(found, name)
    return NOT_REPORTED if value is None else f"{value:,}"


def flow(found: Flow) -> Iterator[str]:
    """Yield the flow, phase by phase."""
    for phase, boxes in FLOW:
        yield phase
        for name, what in boxes:
            yield f"  {what}: {box_count(found, name)}"
            details = {"identified": found.identified_by_source, "excluded_full_text": found.excluded_by_reason}
            yield from (f"    {label}: {number:,}" for label, number in details.get(name, {}).items())
    for stage, number in found.waiting.items():
        if number or found.conflicts[stage]:
            yield f"waiting at {stage}: {number:,}, of which {found.conflicts[stage]:,} in conflict"
