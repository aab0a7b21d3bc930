"""The answers that a snapshot freezes: suggestions, ties, verdicts, gaps."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping

from pydantic import JsonValue

from corpus.library import Corpus
from corpus.records.claim import Ledger
from explorer.laboratory import laboratory
from taxonomy.answers.gaps import gaps
from taxonomy.answers.snapshots import Sections, Snapshot, freeze, record_digests
from taxonomy.answers.suggest import suggest
from taxonomy.answers.verdicts import verdicts
from taxonomy.answers.wishes import Wish
from taxonomy.vocabulary import Vocabulary

DECIMALS = 2  # of effects in points: a snapshot does not change with the last bit of a float


def sections(corpus: Corpus, vocabulary: Vocabulary, ledgers: Mapping[str, Ledger]) -> Sections:
    """Return the answers by section and key."""
    suggestions: dict[str, JsonValue] = {}
    ties: dict[str, JsonValue] = {}
    for task in vocabulary.tasks:
        answer = suggest(Wish(task.id), corpus, vocabulary)
        ties[task.id] = [list[JsonValue](sorted(entry.method for entry in group)) for group in answer.groups]
        for group in answer.groups:
            for entry in group:
                effect = entry.estimate
                suggestions[f"{task.id}/{entry.method}"] = {
                    "effect": round(effect.points, DECIMALS),
                    "interval": [round(effect.low, DECIMALS), round(effect.high, DECIMALS)],
                    "grade": entry.grade.word,
                }
    return {
        "suggestions": suggestions,
        "ties": ties,
        "verdicts": {
            found.stated.id: {
                "verdict": found.verdict.value,
                "reported": found.by_reported.verdict.value,
                "measured": found.by_measured.verdict.value,
            }
            for found in verdicts(corpus, vocabulary, ledgers)
        },
        "gaps": {
            f"{gap.method}/{gap.task}/{gap.architecture}": gap.kind.value
            for gap in gaps(corpus, vocabulary, laboratory(corpus.every_run, vocabulary))
        },
    }


def snapshot_of(corpus: Corpus, vocabulary: Vocabulary, ledgers: Mapping[str, Ledger]) -> Snapshot:
    """Return the answers for a corpus, frozen now."""
    version = importlib.metadata.version("codepeft")
    return freeze(sections(corpus, vocabulary, ledgers), record_digests(corpus, ledgers), version=version)
