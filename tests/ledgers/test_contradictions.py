"""Who contradicts whom: numbers with intervals apart, numbers that cannot tell, and claims."""

from __future__ import annotations

import pytest

from corpus.records.claim import Ledger
from taxonomy.answers.claim_oppositions import meeting_of
from taxonomy.answers.contradictions import Kind, contradictions
from taxonomy.answers.contrasts import IntervalFrom, contrasts
from tests import examples
from tests.ledgers import invented

SEEDS = {"std": 0.002, "per_seed": (0.1, 0.2, 0.3)}


def source(paper, value, baseline, *, test=None, **row):
    """Return a paper with one number of LoRA on CodeBERT, and its full fine-tuning's own number."""
    number = {"paper": paper, "model": "codebert", "task": "code-search", **row}
    study = {"id": f"{paper}-S1", "task": "code-search", "methods": ["lora"], "architectures": ["encoder"]}
    sets = [] if test is None else [{"dataset": "codesearchnet", "tasks": ["code-search"], "splits": [{"test": test}]}]
    record = examples.paper(id=paper, studies=[study], datasets=sets, configurations=[
        {"method": "lora", "settings": {"r": 8 if paper == "P901" else 16, "lora_alpha": 16}}
    ])  # fmt: skip
    rows = [
        examples.result(
            **{**number, "id": f"{paper}-R001", "value": value, "printed_value": 100 * value,
               "full_finetuning_value": baseline}
        ),
        examples.result(
            **{**number, "id": f"{paper}-R002", "method": "full-finetuning", "method_in_source": "full",
               "value": baseline, "printed_value": 100 * baseline, "full_finetuning_value": None}
        ),
    ]  # fmt: skip
    return record, rows


def found_in(words, *sources, ledgers=None):
    """Return the oppositions among papers."""
    papers = [record for record, _ in sources]
    rows = [row for _, own in sources for row in own]
    return contradictions(examples.corpus_of(papers, rows), words, ledgers or {})


def test_opposite_signs_with_intervals_apart_contradict(words):
    """Three seeds each, ten points above and ten below: a contradiction, with both intervals."""
    (found,) = found_in(words, source("P901", 0.8, 0.7, **SEEDS), source("P902", 0.6, 0.7, **SEEDS))
    assert found.kind is Kind.CONTRADICTION
    assert (found.sources, found.methods, found.against) == (("P901", "P902"), ("lora",), "full-finetuning")
    above, below = found.numbers
    assert below.high < 0 < above.low
    assert {side.interval_from for side in found.numbers} == {IntervalFrom.SEEDS}


def test_opposite_signs_inside_the_spread_are_chance(words):
    """The same signs with a spread of five points: the intervals overlap."""
    wide = {**SEEDS, "std": 0.05}
    (found,) = found_in(words, source("P901", 0.71, 0.7, **wide), source("P902", 0.69, 0.7, **wide))
    assert found.kind is Kind.OVERLAP


@pytest.mark.parametrize("spread", [{}, SEEDS], ids=["both single", "one single"])
def test_single_numbers_are_never_a_contradiction(spread, words):
    """However far apart: where a side has single numbers no interval can be made, and that is said."""
    (found,) = found_in(words, source("P901", 0.9, 0.5), source("P902", 0.1, 0.5, **spread))
    assert found.kind is Kind.NOT_RESOLVABLE
    assert "single numbers" in found.because


def test_shares_of_a_known_test_set_have_an_interval(words):
    """Accuracies of 10,000 items each, without seeds: intervals come from the items."""
    share = {"metric": "accuracy", "dataset": "codesearchnet"}
    papers = source("P901", 0.8, 0.7, test=10_000, **share), source("P902", 0.6, 0.7, test=10_000, **share)
    (found,) = found_in(words, *papers)
    assert found.kind is Kind.CONTRADICTION
    assert found.numbers[0].interval_from is IntervalFrom.ITEMS
    assert found.numbers[0].low == pytest.approx(10 - 1.96 * 100 * (0.8 * 0.2 / 1e4 + 0.7 * 0.3 / 1e4) ** 0.5, abs=1e-3)


@pytest.mark.parametrize(
    "other",
    [source("P902", 0.8, 0.7, **SEEDS), source("P902", 0.7, 0.7, **SEEDS),
     source("P902", 0.6, 0.7, **{**SEEDS, "model": "codet5-base"}),
     source("P902", 0.6, 0.7, **{**SEEDS, "task": "clone-detection"})],
    ids=["same sign", "no difference", "other architecture", "other task"],
)  # fmt: skip
def test_what_does_not_meet_does_not_contradict(other, words):
    """Sources that agree, or are about something else, are no opposition."""
    assert found_in(words, source("P901", 0.8, 0.7, **SEEDS), other) == ()


def test_configurations_stand_side_by_side(words):
    """Rank 8 against rank 16 is shown; the same alpha is not."""
    (found,) = found_in(words, source("P901", 0.8, 0.7, **SEEDS), source("P902", 0.6, 0.7, **SEEDS))
    differences = {
        entry.difference.field: (entry.difference.first, entry.difference.second) for entry in found.configurations
    }
    assert differences == {"r": (8, 16)}


def test_runs_contradict_papers_too(words):
    """A paper's LoRA above and our runs' below, both over seeds, on the same task and kind of model."""
    paper, rows = source("P901", 0.8, 0.7, task="clone-detection", metric="map_at_r", **SEEDS)
    runs = invented.experiment({"lora": [0.6, 0.61, 0.59], "full-finetuning": [0.7, 0.71, 0.69]})
    (found,) = contradictions(examples.corpus_of([paper], rows, own_runs=runs), words, {})
    assert (found.kind, found.sources) == (Kind.CONTRADICTION, ("P901", "invented"))
    assert [side.measured for side in found.numbers] == [False, True]


def test_pairs_of_methods_are_compared_without_full_finetuning(words):
    """Two methods in one cell make a contrast, in the vocabulary's order, from their own numbers."""
    rows = [
        examples.result(id="P900-R001", model="codebert", full_finetuning_value=None),
        examples.result(id="P900-R002", model="codebert", full_finetuning_value=None, method="ia3",
                        method_in_source="IA3", value=0.6, printed_value=60.0),
    ]  # fmt: skip
    (found,) = contrasts(examples.corpus_of([examples.paper()], rows), words)
    assert (found.method, found.against) == ("ia3", "lora")
    assert found.points == pytest.approx(-10.0)


def test_a_contrast_weighs_models_data_and_metrics_as_the_aggregates_do(words):
    """Two languages of one model and one of another: the mean of models, not of numbers."""
    rows = [
        *invented.rows((0.72, 0.70), (0.74, 0.70), model="codebert"),
        examples.result(id="P900-R009", model="unixcoder", model_in_source="UniXcoder", value=0.60,
                        printed_value=60.0, full_finetuning_value=0.70),
    ]  # fmt: skip
    (found,) = contrasts(examples.corpus_of([examples.paper()], rows), words)
    assert found.points == pytest.approx((3.0 - 10.0) / 2)


def test_no_shipped_numbers_are_called_a_contradiction_without_intervals(shipped, words, ledgers):
    """Whatever the shipped corpus holds: a contradiction has two intervals, and they are apart."""
    for entry in contradictions(shipped, words, ledgers):
        if entry.kind is Kind.CONTRADICTION:
            one, other = entry.numbers
            assert one.high < other.low or other.high < one.low


# claims


def opposed(shipped, words, ledgers):
    """Return the pairs of shipped claims that contradict each other."""
    return {
        frozenset(side.claim for side in entry.claims): entry
        for entry in contradictions(shipped, words, ledgers)
        if entry.claims
    }


@pytest.mark.parametrize("other", ["P14-C1", "P37-C2", "P30-C1"])
def test_p38_stands_against_those_who_find_peft_level_or_better(other, shipped, words, ledgers):
    """P38's finding that PEFT lies well behind is set against each, as the wider claim."""
    entry = opposed(shipped, words, ledgers)[frozenset({"P38-C1", other})]
    assert entry.general
    assert {side.direction for side in entry.claims} & {"lower"}


def test_claims_that_agree_are_not_opposed(shipped, words, ledgers):
    """P33-C2 and P38-C1 both say lower; P14-C2 is about another condition than P38-C1."""
    pairs = opposed(shipped, words, ledgers)
    assert frozenset({"P33-C2", "P38-C1"}) not in pairs
    assert frozenset({"P14-C2", "P38-C1"}) not in pairs


def test_cautions_on_a_claim_are_shown(shipped, words, ledgers):
    """P34's prompt tuning trains the backbone: its caution stands beside its claim."""
    entry = opposed(shipped, words, ledgers)[frozenset({"P31-C1", "P34-C1"})]
    assert {side.claim: side.cautions for side in entry.claims}["P34-C1"] == ("P34-X1",)


def test_knowledge_of_the_world_is_no_claim_about_code(shipped, words, ledgers):
    """P12-C2 is about data that are none of its task's, so it opposes no claim about the task."""
    assert not any("P12-C2" in pair for pair in opposed(shipped, words, ledgers))


@pytest.mark.parametrize(
    ("one", "other", "tasks"),
    [
        ({"tasks": ("code-search",)}, {"tasks": ("code-search", "clone-detection")}, ("code-search",)),
        ({"tasks": ("code-search",)}, {"tasks": ("clone-detection",)}, None),
        ({}, {"tasks": ("code-search",)}, ("code-search",)),
        ({"task_groups": ("non-generative",)}, {"tasks": ("code-search", "code-to-text")}, ("code-search",)),
        ({"methods": ("ia3",)}, {}, None),
        ({"models": ("codebert",)}, {"models": ("codet5-base",)}, None),
        ({"models": ("codebert",)}, {"models": ("unixcoder",)}, ()),
    ],
)
def test_claims_meet_where_all_fields_do(one, other, tasks, words):
    """An empty field is all there is; models meet when their architecture is the same."""
    meeting = meeting_of(invented.comparison(**one), invented.comparison(**other), words)
    assert (meeting.tasks if meeting else None) == tasks


def test_two_claims_of_one_paper_are_not_set_against_each_other(words):
    """A paper's own claims are its own affair."""
    parts = [invented.comparison(), invented.comparison(direction="lower")]
    statements = [
        {"claim": f"P900-C{place}", "testable": True, "comparisons": [part.model_dump(mode="json")]}
        for place, part in enumerate(parts, 1)
    ]
    claims = [
        {"id": f"P900-C{place}", "text": "Said.", "evidence": "paper", "source": {"kind": "paper", "at": "p. 1"}}
        for place in (1, 2)
    ]
    corpus = examples.corpus_of([examples.paper(claims=claims)])
    ledger = {"P900": Ledger.model_validate({"owner": "P900", "statements": statements})}
    assert contradictions(corpus, words, ledger) == ()
