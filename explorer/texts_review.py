"""Imports and screening as people read them in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.exchange.foreign import ImportedResults
from corpus.exchange.importing import Imported
from corpus.records.reference import Fault
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
        scores = ", ".join(f"{score.name} {score.value:.4g}" for score in each.scores) or "no score"
        yield f"  {each.id}  {each.experiment}: {each.method_in_source} on {each.model_in_source}: {scores}"
        for name in each.missing:
            yield f"    missing: {name}"


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
