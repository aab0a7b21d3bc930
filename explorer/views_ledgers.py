"""What is missing, contradicted, resolvable, configured and claimed, as plain JSON documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from corpus.records.claim import REVIEW
from taxonomy.answers.contradictions import Contradiction
from taxonomy.answers.contrasts import Contrast
from taxonomy.answers.gaps import Gap
from taxonomy.answers.lineage import Setup
from taxonomy.answers.outcomes import Judged
from taxonomy.answers.resolution import Resolution
from taxonomy.answers.snapshots import Diff, Snapshot
from taxonomy.answers.verdicts import ClaimVerdict, Finding

Document = dict[str, Any]


def gap(found: Gap) -> Document:
    """Return one cell of method, task and architecture."""
    offer = found.offer
    return {
        "method": found.method,
        "task": found.task,
        "architecture": found.architecture,
        "kind": found.kind.value,
        "papers": list(found.papers),
        "numbers": found.numbers,
        "numbers_with_baseline": found.with_baseline,
        "runs": list(found.runs),
        "because": found.because,
        "experiment": offer.experiment if offer else None,
        "planned_runs": offer.runs if offer else None,
        "minutes": offer.minutes if offer else None,  # of all planned runs, one after the other
        "memory_gb": offer.memory_gb if offer else None,
        "estimated_from": offer.basis if offer else None,
    }


def contradiction(found: Contradiction) -> Document:
    """Return two sources that disagree, with the configurations' differences side by side."""
    return {
        "kind": found.kind.value,
        "tasks": list(found.tasks),
        "architectures": list(found.architectures),
        "methods": list(found.methods),
        "against": found.against,
        "sources": list(found.sources),
        "one_is_wider": found.general,
        "because": found.because,
        "numbers": [contrast(side) for side in found.numbers] if found.numbers else None,
        "claims": [
            {
                "paper": side.owner,
                "claim": side.claim,
                "text": side.text,
                "direction": side.direction.value,
                "cautions": list(side.cautions),
            }
            for side in found.claims or ()
        ]
        or None,
        "configurations": [
            {
                "method": entry.method,
                "field": entry.difference.field,
                "values": [entry.difference.first, entry.difference.second],
                "both_reported": entry.difference.both_reported,
            }
            for entry in found.configurations
        ],
    }


def contrast(found: Contrast) -> Document:
    """Return one side of a contradiction of numbers, in points of 100."""
    return {
        "source": found.source,
        "measured": found.measured,
        "points": found.points,
        "low": found.low,
        "high": found.high,
        "interval_from": found.interval_from.value if found.interval_from else None,
        "models": list(found.models),
        "datasets": list(found.datasets),
        "metrics": list(found.metrics),
        "rows": list(found.rows),
    }


def resolution(found: Resolution, wanted: float | None = None) -> Document:
    """Return how fine a test set and metric can resolve, in points of 100."""
    needed = found.needed(wanted) if wanted is not None else {}
    return {
        "task": found.task,
        "dataset": found.dataset,
        "language": found.language,
        "metric": found.metric,
        "numbers": found.numbers,
        "level": found.level,
        "unit": "points of 100",
        "items": [
            {
                "items": bound.items,
                "stated_by": list(bound.stated_by),
                "paired_at_best": bound.paired_at_best,
                "unpaired": bound.unpaired,
            }
            for bound in found.items
        ],
        "seeds": [
            {
                "source": bound.source,
                "spread": bound.spread,
                "numbers": bound.numbers,
                "least_seeds": bound.least_seeds,
                "visible_by_seeds": {str(seeds): points for seeds, points in bound.by_seeds.items()},
                "seeds_needed": needed.get(bound.source),
            }
            for bound in found.seeds
        ],
        "wanted": wanted,
    }


def setup(found: Setup, fields: Sequence[str]) -> Document:
    """Return one configuration; a field that is not reported is null and stands under ``not_reported``."""
    return {
        "kind": found.kind.value,
        "source": found.source,
        "year": found.year,
        "name": found.name,
        "fields": {field: found.fields.get(field) for field in fields},
        "not_reported": [field for field in fields if field not in found.fields],
        "other": dict(found.other),
        "runs": list(found.runs),
    }


def fields_of(setups: Sequence[Setup]) -> list[str]:
    """Return the fields that at least one configuration reports, in display order."""
    from taxonomy.answers.configuration_fields import configuration_fields

    return [field.id for field in configuration_fields().fields if any(field.id in found.fields for found in setups)]


def verdict(found: ClaimVerdict) -> Document:
    """Return a claim with its verdict."""
    stated = found.stated
    statement = stated.statement
    profiles = found.by_measured.fidelity
    return {
        "paper": None if stated.owner == REVIEW else stated.owner,
        "of_review": stated.owner == REVIEW,
        "claim": stated.id,
        "text": stated.text,
        "testable": bool(statement and statement.testable),
        "conditions": statement.conditions if statement else None,
        "verdict": found.verdict.value,
        "because": found.because,
        "fidelity": [profile.model_dump(mode="json") for profile in profiles] or None,
        "reported": list(found.by_reported.evidence),
        "runs": list(found.by_measured.evidence),
        "by_reported": finding(found.by_reported),
        "by_measured": finding(found.by_measured),
        "statement": statement.model_dump(mode="json", exclude_defaults=True) if statement else None,
    }


def finding(found: Finding) -> Document:
    """Return what one kind of evidence says."""
    return {
        "verdict": found.verdict.value,
        "because": found.because,
        "as_printed": found.as_printed.value if found.as_printed else None,
        "cases": [case(entry) for entry in found.judged],
    }


def case(entry: Judged) -> Document:
    """Return one case: both values, the difference, its interval as the one-sided tests see it, and what it says."""
    found = entry.case
    return {
        "what": found.what,
        "value": found.value,
        "against": found.against,
        "difference": found.difference.points if found.difference else None,
        "low": entry.interval[0] if entry.interval else None,
        "high": entry.interval[1] if entry.interval else None,
        "ratio_percent": found.ratio,
        "items": found.items,
        "outcome": entry.outcome.value,
        "over_seeds": entry.tested,
        "size_holds": entry.size_holds,
        "evidence": list(found.rows),
    }


def snapshot(found: Snapshot, file: str) -> Document:
    """Return what a snapshot holds, counted."""
    return {
        "digest": found.digest,
        "created_at": found.created_at.isoformat(),
        "file": file,
        "records": len(found.records),
        "sections": {name: len(section) for name, section in found.sections.items()},
    }


def diff(found: Diff) -> Document:
    """Return what changed between two snapshots."""
    return {
        "answers": [{**asdict(change), "kind": change.kind.value} for change in found.answers],
        "records": [{"id": record.id, "kind": record.kind.value} for record in found.records],
        "explained": found.explained,
        "note": found.note or None,
    }
