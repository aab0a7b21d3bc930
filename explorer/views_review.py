"""Imports, screening and drafts as plain JSON documents: the shapes that the command line promises."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from corpus.exchange.foreign import ImportedResults
from corpus.exchange.importing import Imported
from corpus.records import ForeignResult, Reference
from corpus.records.reference import Fault
from corpus.references import Library
from corpus.screening import Flow
from corpus.screening.protocol import protocol
from explorer.screening import Screening

Document = dict[str, Any]


def reference(entry: Reference) -> Document:
    """Return a reference without its raw fields."""
    return entry.model_dump(mode="json", exclude={"fields", "abstract"})


def fault(entry: Fault) -> Document:
    """Return a fault with its line and reason."""
    return entry.model_dump(mode="json", exclude={"kept"})


def imported(found: Imported) -> Document:
    """Return what an import added, what waits for a decision, and what was refused, each with its reason."""
    record = found.record
    by_id = {each.id: each for each in found.parsed.references}
    return {
        "import": record.id if record else None,
        "format": found.parsed.format,
        "added": [reference(each) for each in found.added],
        "duplicates": [
            {**reference(by_id[each.reference]), "of": each.of, "reason": each.reason, "decision": _decision(found)}
            for each in (record.duplicates if record else ())
        ],
        "refused": [fault(each) for each in found.parsed.faults if not each.kept],
        "warnings": [fault(each) for each in found.parsed.faults if each.kept],
    }


def _decision(found: Imported) -> str:
    return "undecided" if found.treatment.value == "ask" else found.treatment.value


def imported_results(found: ImportedResults) -> Document:
    """Return which results of others were added, and what was refused."""
    record = found.record
    return {
        "import": record.id if record else None,
        "format": record.format if record else None,
        "added": [foreign(each) for each in (record.results if record else ())],
        "duplicates": [],
        "refused": [fault(each) for each in found.faults],
        "warnings": [],
    }


def foreign(result: ForeignResult) -> Document:
    """Return a result measured by others; absent values stay, as null."""
    return result.model_dump(mode="json", exclude={"settings"})


def undecided(library: Library) -> list[Document]:
    """Return the duplicates that wait for a decision."""
    return [
        {**reference(entry), "of": duplicate.of, "reason": duplicate.reason} for duplicate, entry in library.undecided
    ]


def conflicts(found: Screening) -> list[Document]:
    """Return the references on which reviewers differ, with what each said."""
    return [
        {
            "reference": each.reference,
            "title": found.references[each.reference].title,
            "stage": each.stage.value,
            "decisions": [made.model_dump(mode="json") for made in each.decisions.values()],
        }
        for each in found.conflicts
    ]


def flow(found: Flow) -> Document:
    """Return the flow with the review's own protocol; counts that nothing says are null."""
    return {**asdict(found), "protocol": protocol().model_dump(mode="json")}
