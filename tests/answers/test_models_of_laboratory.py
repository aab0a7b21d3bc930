"""Runs on the laboratory's own compact models: shown, and no evidence on what a method gains on useful models."""

from __future__ import annotations

from taxonomy.answers.contrasts import contrasts
from taxonomy.answers.ground import ground
from taxonomy.answers.outcomes import Verdict
from taxonomy.answers.pairs import pairs
from taxonomy.answers.verdicts import verdicts
from taxonomy.measured import measured_results
from tests import examples
from tests.ledgers import invented

OURS = "codepeft-t5-small"


def corpus(model: str):
    """Return a corpus with LoRA and full fine-tuning measured on a model."""
    scores = {"full-finetuning": [0.70, 0.71, 0.69], "lora": [0.60, 0.61, 0.62]}
    return examples.corpus_of([], own_runs=tuple(invented.experiment(scores, model=model)))


def test_they_are_measured_results_that_stay_out_of_pooling(words):
    """They hang on their nodes; the pair is left out with its reason, and MiniLM's is pooled."""
    assert {result.method for result in measured_results(corpus(OURS))} == {"full-finetuning", "lora"}
    (ours,), (other,) = pairs(corpus(OURS), words), pairs(corpus("all-minilm-l6-v2"), words)
    assert ours.left_out.rule == "model-of-laboratory"
    assert "pretrained on a few million tokens" in ours.left_out.reason
    assert other.pooled


def test_they_tell_nothing_of_shares_and_contradict_no_paper(words):
    """A small method is a large share of a narrow model, so neither shares nor contrasts are taken from it."""
    assert contrasts(corpus(OURS), words) == ()
    assert "lora" not in ground(corpus(OURS), words).shares


def test_they_speak_to_claims_about_scores_and_to_none_about_costs(words):
    """The memory of so small a model is that of the process; its score against full fine-tuning counts as any other."""
    scores = {"full-finetuning": [0.70, 0.71, 0.69], "lora": [0.60, 0.61, 0.62]}
    comparisons = [
        invented.comparison(tasks=("clone-detection",), direction="lower", quantity=quantity)
        for quantity in ("score", "peak-memory", "trainable-share")
    ]

    def said(model):
        named = {"papers": ["P900"], "fidelity": (invented.fidelity("P900"),), "model": model}
        found = examples.corpus_of([invented.claimed()], own_runs=invented.experiment(scores, **named))
        answers = [verdicts(found, words, invented.ledger(each), owner="P900")[0] for each in comparisons]
        return [answer.by_measured.verdict for answer in answers]

    assert said("all-minilm-l6-v2") == [Verdict.CONSISTENT_SMALL] * 3
    assert said(OURS) == [Verdict.CONSISTENT_SMALL, Verdict.NOT_ATTEMPTED, Verdict.NOT_ATTEMPTED]
