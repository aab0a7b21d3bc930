"""Runs that train the whole backbone beside a prompt: shown as what they are, and no evidence on the method."""

from __future__ import annotations

import pytest

from explorer import tables, texts
from taxonomy.answers.contrasts import contrasts
from taxonomy.answers.ground import ground
from taxonomy.answers.outcomes import Verdict
from taxonomy.answers.pairs import pairs
from taxonomy.answers.verdicts import verdicts
from taxonomy.measured import measured_results
from tests import examples
from tests.ledgers import invented

LEARNS = {"method_settings": {"train_backbone": True, "num_virtual_tokens": 20}}
SCORES = {"prompt-tuning": [0.80, 0.81, 0.82]}
FULL = {"full-finetuning": [0.70, 0.71, 0.69]}


def corpus(**spec):
    """Return the own paper's corpus with prompt tuning above full fine-tuning; ``spec`` changes the former's runs."""
    common = {name: value for name, value in spec.items() if name != "method_settings"}
    runs = (*invented.experiment(FULL, **common), *invented.experiment(SCORES, **spec))
    return examples.corpus_of([invented.claimed()], own_runs=runs)


def test_they_are_pairs_that_stay_out_of_pooling(words):
    """The reason is said; with a frozen backbone the same runs are pooled, and contrasts know those alone."""
    (frozen,), (learning,) = pairs(corpus(), words), pairs(corpus(**LEARNS), words)
    assert frozen.pooled
    assert learning.left_out.rule == "backbone-learns"
    assert "whole backbone was trained" in learning.left_out.reason
    assert len(contrasts(corpus(), words)) == 1
    assert contrasts(corpus(**LEARNS), words) == ()


def test_they_tell_nothing_of_a_methods_share_and_costs(words):
    """What the method costs is known from its own runs; a trained backbone costs what full fine-tuning does."""
    assert "prompt-tuning" in ground(corpus(), words).shares
    learning = ground(corpus(**LEARNS), words)
    assert "prompt-tuning" not in learning.shares
    assert {method for method, _ in learning.costs} == {"full-finetuning"}


@pytest.mark.parametrize(
    ("papers", "verdict"), [(["P900"], Verdict.CONSISTENT_SMALL), (["P36"], Verdict.NOT_ATTEMPTED)]
)
def test_they_speak_to_the_claims_of_their_own_papers_only(papers, verdict, words):
    """A paper that trains the backbone is answered by such runs; another one's prompt tuning is something else."""
    comparison = invented.comparison(methods=("prompt-tuning",), tasks=("clone-detection",))
    profiles = tuple(invented.fidelity(paper) for paper in papers)
    found = corpus(papers=papers, fidelity=profiles, **LEARNS)
    (said,) = verdicts(found, words, invented.ledger(comparison), owner="P900")
    assert said.by_measured.verdict is verdict


def test_they_are_named_for_what_they_are(known):
    """On nodes, in tables and in figures the name says that the backbone was trained."""
    for learns, name in ((False, "Prompt Tuning"), (True, "Prompt Tuning (backbone trained too)")):
        result = next(
            each for each in measured_results(corpus(**(LEARNS if learns else {}))) if each.method == "prompt-tuning"
        )
        assert result.backbone_learns is learns
        assert texts.measured(result, known).startswith(f"  {name}: ")
        assert tables.measured([result], known)["method"].tolist() == [name]
