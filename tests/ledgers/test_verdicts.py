"""Verdicts from reported numbers: the shipped claims, and each rule on an invented paper."""

from __future__ import annotations

import pytest

from taxonomy.answers.outcomes import Verdict
from taxonomy.answers.verdicts import verdicts
from tests import examples
from tests.ledgers import invented


@pytest.fixture(scope="module")
def shipped_verdicts(shipped, words, ledgers):
    """The verdicts on the shipped corpus, by claim."""
    return {found.stated.id: found for found in verdicts(shipped, words, ledgers)}


def test_no_claim_is_missing(shipped, shipped_verdicts, ledgers):
    """Every claim of every paper has a verdict with a reason, and so have the review's findings."""
    claims = {claim.id for paper in shipped.papers.values() for claim in paper.claims}
    review = {statement.claim for statement in ledgers["review"].statements}
    assert set(shipped_verdicts) == claims | review
    assert all(found.because for found in shipped_verdicts.values())


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("P1-C2", "inconsistent"),  # IA3 first: not on Llama-2-7B
        ("P1-C3", "consistent"),  # all methods above full tuning, which repairs 105 bugs of three benchmarks
        ("P8-C2", "inconsistent"),  # 40.0 % claimed, 27.5 % in the table
        ("P10-C4", "consistent"),  # 0.6 points lost by quantizing afterwards
        ("P11-C1", "not comparable"),  # the pipeline's gain, not LoRA's
        ("P14-C1", "consistent"),  # alike within 0.64 points
        ("P14-C4", "inconclusive"),  # two tasks claimed, numbers for one
        ("P22-C1", "not attempted"),  # the abstract's own numbers
        ("P33-C3", "consistent"),  # LoRA 7.12 below full tuning, over seeds
        ("P33-C4", "inconclusive"),  # 0.2 above, within the seeds' spread
        ("P34-C3", "not comparable"),  # the backbone was trained too
        ("P36-C2", "consistent"),  # above RoBERTa, below CodeBERT
        ("P37-C1", "consistent"),  # 31 % of the memory
        ("P9-C1", "not attempted"),  # says no direction
        ("review-C1", "consistent"),  # LoRA is in most studies
        ("review-C2", "inconclusive"),  # half of the generative tasks have no comparable number
    ],
)
def test_shipped_claim_has_its_verdict(claim, verdict, shipped_verdicts):
    """Claims whose numbers were checked by hand."""
    assert shipped_verdicts[claim].verdict == verdict


def test_numbers_that_a_caution_keeps_out_stand_beside(shipped_verdicts):
    """Prompt tuning's low-resource gains come out as printed, and are not comparable all the same."""
    found = shipped_verdicts["P34-C3"].by_reported
    assert found.verdict is Verdict.NOT_COMPARABLE
    assert found.as_printed is Verdict.CONSISTENT
    assert "P34-X1" in found.because


def test_totals_are_counts_of_bugs(shipped_verdicts):
    """P1's shares, put together over three benchmarks by their sizes, are the counts that its claim names."""
    levels = {entry.case.method: entry.case.items for entry in shipped_verdicts["P1-C3"].by_reported.judged}
    assert {method: round(items) for method, items in levels.items() if items is not None} == {
        "lora": 199, "p-tuning": 196, "prefix-tuning": 178, "ia3": 218, "full-finetuning": 105,
    }  # fmt: skip


def verdict_of(words, *numbers, comparison=None, paper=None, ledger=None, **row):
    """Return the verdict on the own paper's one claim, from its reported numbers."""
    corpus = examples.corpus_of([paper or invented.claimed()], invented.rows(*numbers, **row))
    parts = ledger if ledger is not None else invented.ledger(*([comparison] if comparison else []))
    (found,) = verdicts(corpus, words, parts, owner="P900")
    return found


def test_the_papers_own_numbers_decide(words):
    """LoRA three points above in both languages bears the claim out; its numbers are the evidence."""
    found = verdict_of(words, (0.73, 0.70), (0.63, 0.60))
    assert found.verdict is Verdict.CONSISTENT
    assert found.by_reported.evidence == ("P900-R001", "P900-R002")
    assert found.by_measured.verdict is Verdict.NOT_ATTEMPTED


def test_one_number_against_is_enough_where_each_is_claimed(words):
    """Three points below in one of two languages."""
    assert verdict_of(words, (0.73, 0.70), (0.57, 0.60)).verdict is Verdict.INCONSISTENT


def test_an_abstract_is_no_evidence_for_itself(words):
    """Numbers of the abstract stand back for the abstract's own claim, and only for that."""
    abstract = {"evidence": "abstract", "source": {"kind": "abstract", "at": "abstract"}}
    own = invented.claimed(claim=abstract)
    found = verdict_of(words, (0.73, 0.70), paper=own, **abstract)
    assert (found.verdict, "abstract" in found.because) == (Verdict.NOT_ATTEMPTED, True)
    assert verdict_of(words, (0.73, 0.70), **abstract).verdict is Verdict.CONSISTENT


CAUTION = {"id": "P900-X1", "kind": "comparison", "text": "Not like for like.", "not_comparable": True}


@pytest.mark.parametrize("touches", [{"claims": ["P900-C1"]}, {"results": [{"method": "lora"}]}])
def test_a_caution_makes_a_claim_not_comparable(touches, words):
    """A caution on the claim, or on all its numbers, takes the verdict away and leaves what is printed."""
    own = invented.claimed(cautions=[{**CAUTION, "touches": touches}])
    found = verdict_of(words, (0.73, 0.70), paper=own)
    assert found.verdict is Verdict.NOT_COMPARABLE
    assert found.by_reported.as_printed is Verdict.CONSISTENT


def test_a_caution_on_one_number_leaves_the_others(words):
    """A number that a caution touches stands back; the rest decides."""
    own = invented.claimed(cautions=[{**CAUTION, "touches": {"results": [{"language": "L2"}]}}])
    found = verdict_of(words, (0.73, 0.70), (0.57, 0.60), paper=own)
    assert (found.verdict, found.by_reported.evidence) == (Verdict.CONSISTENT, ("P900-R001",))


def test_a_condition_is_met_only_by_picked_numbers(words):
    """Ordinary numbers say nothing about scarce data; those of that setting do."""
    scarce = invented.comparison(condition="low-resource")
    assert verdict_of(words, (0.73, 0.70), comparison=scarce).verdict is Verdict.NOT_ATTEMPTED
    picked = invented.comparison(condition="low-resource", rows={"setting_contains": ("100 samples",)})
    found = verdict_of(words, (0.73, 0.70), comparison=picked, setting="low resource: 100 samples")
    assert found.verdict is Verdict.CONSISTENT


def test_methods_are_compared_within_a_cell(words):
    """LoRA against IA3: same language only; full fine-tuning plays no part."""
    numbers = [
        *invented.rows((0.73, None), (0.60, None)),
        examples.result(id="P900-R011", method="ia3", method_in_source="IA3", language="L1", value=0.70,
                        printed_value=70.0, full_finetuning_value=None),
    ]  # fmt: skip
    corpus = examples.corpus_of([invented.claimed()], numbers)
    (found,) = verdicts(corpus, words, invented.ledger(invented.comparison(baseline=("ia3",))), owner="P900")
    assert (found.verdict, found.by_reported.evidence) == (Verdict.CONSISTENT, ("P900-R001", "P900-R011"))


def test_means_over_seeds_come_before_single_runs(words):
    """In one cell a single run of a size sweep stands back where a mean over seeds is there."""
    spread = {"std": 0.001, "per_seed": (0.729, 0.73, 0.731)}
    numbers = [
        *invented.rows((0.73, 0.70), **spread),
        examples.result(id="P900-R011", language="L1", value=0.10, printed_value=10.0, full_finetuning_value=0.70),
    ]
    (found,) = verdicts(examples.corpus_of([invented.claimed()], numbers), words, invented.ledger(), owner="P900")
    assert found.by_reported.evidence == ("P900-R001",)


def test_a_claim_without_a_statement_is_not_attempted(words):
    """A user's paper without a ledger is listed, and told what to do."""
    found = verdict_of(words, (0.73, 0.70), ledger={})
    assert found.verdict is Verdict.NOT_ATTEMPTED
    assert "docs/claims.md" in found.because


def test_a_finding_on_the_literature_needs_two_papers(words, shipped, ledgers, rules):
    """Memory is reported beside full fine-tuning by one paper only: inconclusive, and the paper is named."""
    (found,) = [entry for entry in verdicts(shipped, words, ledgers, owner="review") if entry.stated.id == "review-C4"]
    assert rules.least_papers_of_review == 2
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "only P37" in found.because
