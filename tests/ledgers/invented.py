"""Invented experiments, numbers and statements."""

from __future__ import annotations

from corpus.records.claim import Comparison, Ledger
from corpus.records.run import Fidelity
from tests import examples

SAME = {"likeness": "same", "note": "Invented."}
DIFFERENT = {"likeness": "different", "note": "Invented."}
WEIGHTS = 22_700_000
TRAINED = {"full-finetuning": WEIGHTS}


def fidelity(paper="P900", **changes):
    """Return a profile that is the same in every aspect but those changed."""
    aspects = dict.fromkeys(("model", "data", "steps", "metric", "settings"), SAME)
    return Fidelity.model_validate({"paper": paper, **aspects, **changes})


def experiment(scores, **changes):
    """Return one run for each method and score: {"lora": [0.70, 0.71], ...}, with all that a record may hold."""
    records = []
    for method, values in scores.items():
        for seed, value in enumerate(values):
            asked = examples.spec(method=method, seed=seed, **changes)
            records.append(
                examples.run(
                    value,
                    asked=asked,
                    num_trainable_params=TRAINED.get(method, 80_000),
                    num_total_params=WEIGHTS,
                    peak_memory_gb=2.0 if method == "full-finetuning" else 1.5,
                    train_time=100.0,
                )
            )
    return tuple(records)


def claimed(**changes):
    """Return the own paper with one claim, from its text."""
    claim = {
        "id": "P900-C1",
        "text": "LoRA is better.",
        "evidence": "paper",
        "source": {"kind": "paper", "at": "Table 1"},
    }
    return examples.paper(claims=[{**claim, **changes.pop("claim", {})}], **changes)


def comparison(**changes):
    """Return the comparison of LoRA with full fine-tuning, as higher."""
    fields = {"methods": ("lora",), "baseline": ("full-finetuning",), "direction": "higher"}
    return Comparison.model_validate({**fields, **changes})


def ledger(*comparisons):
    """Return the own paper's ledger with one statement."""
    parts = [part.model_dump(mode="json") for part in comparisons or (comparison(),)]
    statement = {"claim": "P900-C1", "testable": True, "comparisons": parts}
    return {"P900": Ledger.model_validate({"owner": "P900", "statements": [statement]})}


def rows(*values, **changes):
    """Return numbers of the own paper, each (value, full fine-tuning), in different languages."""
    return [
        examples.result(
            **{
                "id": f"P900-R{place:03}",
                "language": f"L{place}",
                "value": value,
                "printed_value": 100 * value,
                "full_finetuning_value": baseline,
                **changes,
            }
        )
        for place, (value, baseline) in enumerate(values, 1)
    ]
