"""The map of evidence: every pair of method and task, and what stands there."""

import pytest

from corpus import Corpus
from taxonomy.answers.evidence_map import EvidenceMap, evidence_map
from taxonomy.answers.gaps import GapKind, Offer, Refusal, gaps, nothing_runs
from taxonomy.effects import summarize
from taxonomy.vocabulary import Vocabulary

OFFER = Offer(experiment="invented", runs=3, minutes=12.0, memory_gb=2.5, basis="measured")


@pytest.fixture(scope="module")
def found(shipped: Corpus, words: Vocabulary) -> EvidenceMap:
    """The map of a laboratory that can run nothing."""
    return evidence_map(shipped, words, nothing_runs)


def test_every_pair_stands_once(found: EvidenceMap, words: Vocabulary):
    """Each method that is not the comparison meets each task in one square."""
    methods = [method.id for method in words.methods if method.family != "comparison"]
    pairs = [(one.method, one.task) for one in found.squares]
    assert sorted(pairs) == sorted((method, task.id) for method in methods for task in words.tasks)


def test_a_square_has_the_numbers_of_its_method_and_task(found: EvidenceMap, shipped: Corpus, words: Vocabulary):
    """Numbers and effect are those reported for the pair, whatever the model."""
    square = found.square("lora", "code-to-text")
    rows = [row for row in shipped.results if (row.method, row.task) == ("lora", "code-to-text")]
    assert square is not None
    assert square.numbers == len(rows)
    assert square.effect == summarize(rows, shipped, words)


def test_an_architecture_narrows_what_stands_there(shipped: Corpus, words: Vocabulary):
    """With a filter only that architecture's gaps and numbers count."""
    found = evidence_map(shipped, words, nothing_runs, architectures=("decoder",))
    expected = {
        (gap.method, gap.task): gap.kind for gap in gaps(shipped, words, nothing_runs, architectures=["decoder"])
    }
    assert {(one.method, one.task): one.kind for one in found.squares} == expected
    assert all(words.model[row.model].architecture == "decoder" for row in shipped.results
               if row.model and row.method == "lora" and row.task == "program-repair"
               and found.square("lora", "program-repair").numbers)  # fmt: skip


def test_an_offer_is_a_gap_with_its_price(shipped: Corpus, words: Vocabulary):
    """What nobody tried and the laboratory can run is a gap that tells minutes and memory."""

    def only_encoders(method: str, task: str, architecture: str) -> Offer | Refusal:
        return OFFER if architecture == "encoder" else Refusal("no model")

    found = evidence_map(shipped, words, only_encoders)
    square = found.square("dora", "cloze-test")
    assert square is not None
    assert square.kind is GapKind.RUNNABLE
    assert square.offers == (("encoder", OFFER),)


def test_studied_here_and_measured_there_is_both(found: EvidenceMap):
    """A method studied on one architecture and measured on another is studied and measured."""
    square = found.square("lora", "clone-detection")
    assert square is not None
    assert square.runs
    assert square.kind is GapKind.STUDIED_AND_MEASURED
