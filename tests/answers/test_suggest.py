"""Suggestions: what is answered, what is excluded and why, and what bad requests are told."""

from __future__ import annotations

import pytest

from corpus.errors import RequestError, UnknownNameError
from corpus.library import Corpus
from taxonomy.answers.ground import ground
from taxonomy.answers.suggest import suggest
from taxonomy.answers.wishes import Wish
from tests import examples


@pytest.fixture(scope="module")
def papers(shipped):
    """The papers that ship, without runs, which come and go."""
    return Corpus(shipped.papers, shipped.results, ())


@pytest.fixture
def ask(papers, words):
    """Return a function that asks the shipped papers."""
    return lambda task, **limits: suggest(Wish(task, **limits), papers, words)


def methods_of(answer):
    """Return the methods suggested, group by group."""
    return [[entry.method for entry in group] for group in answer.groups]


def because(answer, method):
    """Return why a method was excluded."""
    return next(entry.because for entry in answer.excluded if entry.method == method)


def flat(answer):
    """Return the suggestions by method."""
    return {entry.method: entry for group in answer.groups for entry in group}


def test_every_method_is_suggested_or_excluded_once(ask, words):
    """No method is lost, and none stands twice."""
    answer = ask("Code Summarization")
    named = [*flat(answer), *(entry.method for entry in answer.excluded)]
    assert sorted(named) == sorted(method.id for method in words.methods if method.family != "comparison")


def test_a_method_without_a_comparable_number_is_excluded_with_its_story(ask):
    """The reason says whether nothing was read, or what was left out."""
    answer = ask("Code Summarization")
    assert because(answer, "bitfit") == (
        "no evidence: P26 studied it, but no number of theirs could be read, and no run measured it"
    )
    assert "98 left out by the rule 'caution'" in because(answer, "prompt-tuning")


def test_evidence_on_the_task_is_named(ask):
    """LoRA's numbers on summarization are those of P33, with rows, papers, grade and cautions."""
    lora = flat(ask("Code Summarization"))["lora"]
    assert [effect.source for effect in lora.direct.reported] == ["P33"]
    assert all(row.startswith("P33-R") for row in lora.why.rows)
    assert lora.grade.word == "limited"
    assert {caution.id for caution in lora.cautions} >= {"P33-X1"}
    assert lora.elsewhere == ("P1", "P12", "P14", "P33")


def test_a_task_without_any_study_says_what_it_borrows_and_is_less_sure(ask):
    """IA3 for unit tests borrows from its other task, and its interval is wider than where tasks were studied."""
    answer = ask("unit test generation")
    ia3 = flat(answer)["ia3"].estimate
    known = flat(ask("Code Summarization"))["ia3"].estimate
    assert ia3.high - ia3.low > known.high - known.low
    assert any("from IA3 on other tasks: P1" in sentence for sentence in flat(answer)["ia3"].why.borrowed)
    assert any("everything is borrowed" in note for note in answer.notes)


def test_inside_a_group_the_best_known_stands_first(ask):
    """Effects tie there, so evidence on the task comes before none."""
    for group in ask("Code Summarization").groups:
        known = [bool(entry.direct.sources) for entry in group]
        assert known == sorted(known, reverse=True)


def test_must_merge_keeps_what_merges(ask):
    """Adapters and prompts stay beside the model and are excluded."""
    answer = ask("Automated Program Repair", must_merge=True)
    assert {"lora", "ia3"} <= set(flat(answer))
    assert because(answer, "prefix-tuning") == "it cannot be merged into the model"


def test_must_quantise_keeps_what_leaves_the_weights_frozen(ask):
    """Freezing layers trains the others in full; what is not known with 4 bits is not assumed."""
    answer = ask("Code Summarization", must_quantise=True)
    assert all(entry.four_bit for entry in flat(answer).values())
    assert "cannot be held in 4 bits" in because(answer, "telly-k")
    assert because(answer, "corda") == "not known with 4 bits"


def test_a_model_gives_memory_and_time_within_the_budget(ask):
    """Estimates are marked and lie within what was asked; what exceeds it is excluded with the figure."""
    answer = ask("Code Summarization", model="CodeLlama-7B", memory_gb=24, hours=40)
    assert {"qlora", "lora"} <= set(flat(answer))
    for entry in flat(answer).values():
        assert entry.memory.estimated
        assert entry.memory.middle <= 24
        assert entry.time.middle <= 40
    assert "GB (estimated), more than 24" in because(answer, "telly-k")
    assert any("may need more than 24 GB" in note for note in flat(answer)["lora"].notes)


def test_a_model_without_terms_to_train_excludes_the_method(ask):
    """BitFit has nothing to act on in Llama models."""
    assert because(ask("Code Summarization", model="codellama-7b"), "bitfit").startswith("the linear layers")


def test_without_a_model_a_memory_budget_says_how_large_one_may_be(ask, words):
    """Known models that fit are named; no memory is made up."""
    lora = flat(ask("Code Summarization", memory_gb=24))["lora"]
    assert lora.memory is None
    assert "codellama-7b" in lora.fitting.models
    assert "codellama-13b" not in lora.fitting.models
    assert 6e9 < lora.fitting.largest_weights < 9e9


def test_a_larger_start_than_memory_is_reckoned_with_is_said(ask):
    """P12 trains nearly five percent, the leanest papers far less."""
    lora = flat(ask("Code Generation", model="codellama-7b"))["lora"]
    assert lora.start.paper == "P12"
    assert any("trains 4.8 % of the weights; memory is reckoned with 0.4 %" in note for note in lora.notes)


def test_an_impossible_budget_is_answered_with_the_nearest_possible(ask):
    """No group, the cheapest method, and what it needs on the model asked for."""
    answer = ask("Code Summarization", model="codellama-7b", memory_gb=2)
    assert answer.groups == ()
    assert (answer.nearest.method, answer.nearest.model) == ("qlora", None)
    assert 8 < answer.nearest.memory_gb < 20


def test_an_impossible_budget_without_a_model_names_the_smallest(ask):
    """The nearest possible is then on the smallest known model."""
    answer = ask("Code Summarization", memory_gb=0.01)
    assert answer.groups == ()
    assert answer.nearest.model == "codepeft-llama-small"


def test_a_model_of_unknown_size_has_no_estimates(ask):
    """Missing is None and said, never a guess."""
    answer = ask("Code Summarization", model="CodeT5", memory_gb=24)
    assert all(entry.memory is None and entry.time is None for entry in flat(answer).values())
    assert any("not known" in note for note in answer.notes)


def test_hours_without_a_model_are_not_applied_and_said(ask):
    """A limit that cannot be checked is told."""
    answer = ask("Code Summarization", hours=0.001)
    assert answer.groups
    assert any("hours is not applied" in note for note in answer.notes)


def test_more_training_tokens_take_longer(ask):
    """The estimate of time follows the request."""
    one, ten = (
        flat(ask("Code Summarization", model="codellama-7b", training_tokens=tokens))["lora"].time.middle
        for tokens in (10**6, 10**7)
    )
    assert ten == pytest.approx(10 * one)


@pytest.mark.parametrize(
    ("wish", "error", "words_said"),
    [
        ({"task": "Code Sumarization"}, UnknownNameError, "did you mean"),
        ({"task": "Code Search", "model": "codelama-7b"}, UnknownNameError, "did you mean codellama-7b"),
        ({"task": "Code Search", "architecture": "transformer"}, UnknownNameError, "unknown architecture"),
        ({"task": "Code Search", "architecture": "encoder", "model": "codellama-7b"}, RequestError, "leave out one"),
        ({"task": "Code Search", "memory_gb": 0}, RequestError, "above zero"),
        ({"task": "Code Search", "hours": float("nan")}, RequestError, "above zero"),
    ],
)
def test_bad_requests_are_one_sentence(papers, words, wish, error, words_said):
    """Unknown names, contradictions and senseless budgets are refused with what to do."""
    with pytest.raises(error, match=words_said) as raised:
        suggest(Wish(**wish), papers, words)
    assert "\n" not in str(raised.value)


def measured(papers, scores):
    """Return the papers with three runs of each method on clone detection; scores are in points."""
    runs = [
        examples.run(
            score / 100 + seed / 1000,
            asked=examples.spec(method=method, seed=seed),
            num_trainable_params=10_000,
            num_total_params=1_000_000,
            peak_memory_gb=1.25,
            train_time=90.0,
            hardware={"device": "cpu"},
        )
        for method, score in scores.items()
        for seed in range(3)
    ]
    return Corpus(papers.papers, papers.results, tuple(runs))


def test_runs_count_as_a_source_and_stand_apart(papers, words):
    """Measured evidence joins the pool, is shown apart, and gives costs for the model that it ran on."""
    corpus = measured(papers, {"full-finetuning": 80, "lora": 82, "bitfit": 78})
    answer = suggest(Wish("Code Clone Detection", model="all-minilm-l6-v2", memory_gb=2), corpus, words)
    lora = flat(answer)["lora"]
    assert [effect.source for effect in lora.direct.measured] == ["invented"]
    assert lora.direct.measured[0].points == pytest.approx(2.0)
    assert len(lora.why.runs) == 3
    assert (lora.memory.middle, lora.memory.estimated) == (1.25, False)
    assert (lora.time.middle, lora.time.estimated) == (pytest.approx(0.025), False)
    assert flat(answer)["bitfit"].direct.reported == ()
    assert answer.experiments == 1


def test_runs_without_full_finetuning_are_said(papers, words):
    """A method that was only run without its baseline has no effect."""
    corpus = measured(papers, {"bitfit": 78})
    assert "no full fine-tuning run beside them" in because(suggest(Wish("Code Search"), corpus, words), "bitfit")


def test_strong_measured_differences_make_groups(papers, words):
    """Where evidence tells methods apart, they are in different groups, the better first."""
    corpus = measured(papers, {"full-finetuning": 80, "lora": 81, "bitfit": 20})
    groups = methods_of(suggest(Wish("Code Clone Detection"), corpus, words))
    assert len(groups) > 1
    assert next(i for i, g in enumerate(groups) if "lora" in g) < next(i for i, g in enumerate(groups) if "bitfit" in g)


def test_a_corpus_without_pairs_suggests_nothing_and_says_so(words):
    """Nothing is made up from nothing."""
    answer = suggest(Wish("Code Search"), examples.corpus_of([examples.paper()]), words)
    assert answer.groups == ()
    assert answer.nearest is None
    assert any("nothing can be suggested" in note for note in answer.notes)


def test_the_same_corpus_is_gathered_once(papers, words):
    """Questions after the first reuse what was gathered."""
    assert ground(papers, words) is ground(papers, words)
