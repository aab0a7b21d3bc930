"""Effect pairs: what is a pair, its two scales, its variance, and what stays out of pooling and why."""

from __future__ import annotations

import math

import pytest

from corpus.records import Caution
from taxonomy.answers.memory import kept_for
from taxonomy.answers.pairs import Kind, VarianceFrom, pairs
from tests import examples


def caution(**changes):
    """Return a caution on the LoRA numbers of the own paper that makes them incomparable."""
    fields = {
        "id": "P900-X1",
        "kind": "comparison",
        "text": "Not like for like.",
        "touches": {"results": [{"method": "lora"}]},
        "not_comparable": True,
    }
    return Caution.model_validate({**fields, **changes})


def pair_of(words, *, cautions=(), **row):
    """Return the only pair of a corpus with one reported number."""
    paper = examples.paper(cautions=[entry.model_dump() for entry in cautions])
    (found,) = pairs(examples.corpus_of([paper], [examples.result(**row)]), words)
    return found


@pytest.fixture
def words():
    """A vocabulary with one metric of each scale and direction."""
    return examples.small_vocabulary()


def test_every_reported_number_with_a_baseline_is_a_pair(shipped, words_shipped):
    """No number with a full fine-tuning baseline is lost, and none without one becomes a pair."""
    found = pairs(shipped, words_shipped)
    wanted = [row.id for row in shipped.results if row.full_finetuning_value is not None]
    assert [pair.id for pair in found if pair.kind is Kind.REPORTED] == wanted


@pytest.fixture(scope="module")
def words_shipped():
    """The vocabulary that ships."""
    from taxonomy.vocabulary import vocabulary

    return vocabulary()


@pytest.mark.parametrize(
    ("metric", "value", "baseline", "points", "ratio"),
    [
        ("mrr", 0.70, 0.73, -3.0, math.log(0.70 / 0.73)),
        ("bleu", 21.0, 20.0, 1.0, math.log(21 / 20)),
        ("error_rate", 0.20, 0.25, 5.0, -math.log(0.20 / 0.25)),
        ("rating", 6.5, 6.0, 5.0, math.log(6.5 / 6)),
    ],
)
def test_differences_are_in_points_of_100_and_positive_where_better(words, metric, value, baseline, points, ratio):
    """Both differences are on one scale for all metrics, with the sign turned where lower is better."""
    found = pair_of(words, metric=metric, value=value, full_finetuning_value=baseline)
    assert found.points == pytest.approx(points)
    assert found.log_ratio == pytest.approx(ratio)
    assert found.pooled


def test_zero_has_no_log_ratio_but_points(words):
    """A score of zero keeps its difference in points and says why it has no log ratio."""
    found = pair_of(words, value=0.0, full_finetuning_value=0.1)
    assert found.points == pytest.approx(-10)
    assert found.log_ratio is None
    assert found.no_log_ratio.rule == "zero"


def test_near_zero_has_no_log_ratio(words):
    """Within three standard errors of zero the log ratio is not given; the imputed error is half a point here."""
    assert pair_of(words, value=0.014, full_finetuning_value=0.1).no_log_ratio.rule == "near-zero"
    assert pair_of(words, value=0.016, full_finetuning_value=0.1).no_log_ratio is None


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"method": None}, "method-unnamed"),
        ({"method": "full-finetuning"}, "not-a-peft-method"),
        ({"metric": "gain"}, "gain-over-something-else"),
        ({"metric": "speedup", "value": 2.0, "full_finetuning_value": 1.0}, "not-a-share"),
    ],
)
def test_what_cannot_be_compared_is_kept_and_left_out_with_a_reason(words, changes, rule):
    """A number that no pooling may use stays in the list, with the rule and its reason."""
    found = pair_of(words, **changes)
    assert not found.pooled
    assert found.left_out.rule == rule
    assert found.left_out.reason


def test_a_caution_that_marks_a_number_as_not_comparable_leaves_it_out(words):
    """The caution is named; one that does not mark the number only stands beside it."""
    out = pair_of(words, cautions=[caution()])
    assert (out.left_out.rule, out.left_out.cautions) == ("caution", ("P900-X1",))
    beside = pair_of(words, cautions=[caution(not_comparable=False)])
    assert beside.pooled
    assert beside.cautions == ("P900-X1",)


def test_the_variance_is_of_means_over_seeds_where_both_sides_have_a_spread(words):
    """The squared spreads, each over its seeds, add up in points squared."""
    spread = {"std": 0.02, "per_seed": (0.69, 0.71), "seeds": (1, 2)}
    method = examples.result(**spread)
    full = examples.result(
        id="P900-R002", method="full-finetuning", value=0.73, full_finetuning_value=None, std=0.01,
        per_seed=(0.72, 0.73, 0.73, 0.74), seeds=(1, 2, 3, 4),
    )  # fmt: skip
    (found,) = pairs(examples.corpus_of([examples.paper()], [method, full]), words)
    assert found.variance == pytest.approx(2.0**2 / 2 + 1.0**2 / 4)
    assert found.variance_from is VarianceFrom.SEEDS
    assert found.baseline_rows == ("P900-R002",)


def test_a_single_run_borrows_the_spread_of_its_task(shipped, words_shipped):
    """Numbers without seeds take the root mean square spread of those of the same task."""
    translation = [row for row in shipped.results if row.task == "code-to-code-trans" and row.std is not None]
    points = [words_shipped.metric[row.metric].points(row.std) for row in translation]
    expected = math.fsum(value**2 for value in points) / len(points)
    single = next(
        pair
        for pair in pairs(shipped, words_shipped)
        if pair.task == "code-to-code-trans" and pair.variance_from is VarianceFrom.IMPUTED and not pair.baseline_rows
    )
    assert single.variance == pytest.approx(2 * expected)


def run_of(method, seed, value, **changes):
    """Return a finished run of an invented experiment."""
    return examples.run(value, asked=examples.spec(method=method, seed=seed, **changes))


def test_runs_of_an_experiment_are_one_pair_a_method(words_shipped):
    """A method's seeds are averaged and stand against the mean of full fine-tuning in the same experiment."""
    runs = [run_of("full-finetuning", seed, value) for seed, value in enumerate((0.70, 0.72))]
    runs += [run_of("lora", seed, value) for seed, value in enumerate((0.73, 0.77))]
    (found,) = pairs(examples.corpus_of([], runs=tuple(runs)), words_shipped)
    assert (found.kind, found.source, found.paper) == (Kind.MEASURED, "invented", None)
    assert found.points == pytest.approx(4.0)
    assert found.seeds == 2
    assert found.variance == pytest.approx((8.0 + 2.0) / 2)  # sample variances in points squared, over two seeds each


def test_runs_of_another_experiment_are_no_baseline(words_shipped):
    """Full fine-tuning with other steps is another experiment; without a baseline there is no pair."""
    longer = {**examples.TRAINING, "steps": 20}
    runs = (run_of("full-finetuning", 0, 0.7, training=longer), run_of("lora", 0, 0.75))
    assert pairs(examples.corpus_of([], runs=runs), words_shipped) == ()


def test_a_method_may_have_a_learning_rate_of_its_own(words_shipped):
    """The learning rate belongs to the method, not to the experiment."""
    faster = {**examples.TRAINING, "learning_rate": 0.01}
    runs = (run_of("full-finetuning", 0, 0.7), run_of("lora", 0, 0.75, training=faster))
    assert len(pairs(examples.corpus_of([], runs=runs), words_shipped)) == 1


@pytest.mark.parametrize("twice", ["full-finetuning", "lora"])
def test_a_run_without_a_second_seed_is_not_pooled(words_shipped, twice):
    """How far seeds differ is known of neither side, or of one; with two of both the pair counts."""
    alone = [run_of("full-finetuning", 0, 0.7), run_of("lora", 0, 0.8)]
    again = run_of(twice, 1, 0.75)
    (found,) = pairs(examples.corpus_of([], runs=(*alone, again)), words_shipped)
    assert found.left_out.rule == "single-seed"
    both = [run_of(method, 1, 0.75) for method in ("full-finetuning", "lora")]
    (found,) = pairs(examples.corpus_of([], runs=(*alone, *both)), words_shipped)
    assert found.left_out is None


def test_trial_runs_and_unfinished_runs_are_not_pooled(words_shipped):
    """A trial run is kept and left out; a failed one is no pair at all."""
    trial = [run_of(method, 0, 0.7, test_items=10) for method in ("full-finetuning", "lora")]
    failed = examples.run(None, asked=examples.spec(method="ia3"), status="failed", error="it broke")
    (found,) = pairs(examples.corpus_of([], runs=(*trial, failed)), words_shipped)
    assert found.left_out.rule == "trial-run"


def test_a_shipped_run_that_was_run_again_counts_once(words_shipped):
    """The user's own run of the same spec takes the shipped one's place."""
    shipped_runs = (run_of("full-finetuning", 0, 0.70), run_of("lora", 0, 0.75))
    again = run_of("lora", 0, 0.80)
    (found,) = pairs(examples.corpus_of([], runs=shipped_runs, own_runs=(again,)), words_shipped)
    assert found.points == pytest.approx(10.0)


def test_what_is_kept_for_a_corpus_goes_with_it(words):
    """The same corpus is asked once, another one anew, and nothing outlives its corpus."""
    asked = []

    def answer_of(corpus):
        return kept_for(corpus, "test", lambda: asked.append(id(corpus)) or len(asked))

    first = examples.corpus_of([])
    assert (answer_of(first), answer_of(first)) == (1, 1)
    assert answer_of(examples.corpus_of([])) == 2
    del first
    assert answer_of(examples.corpus_of([])) == 3


@pytest.mark.parametrize(
    ("full", "lora", "left_out"),
    [
        ((0.50, 0.51, 0.49), (0.49, 0.50, 0.52), True),  # as far from the baseline as seeds from one another
        ((0.45, 0.44, 0.46), (0.50, 0.51, 0.49), True),  # worse than before training is not learned either
        ((0.70, 0.71, 0.69), (0.50, 0.51, 0.49), False),  # full fine-tuning learned what the method did not
        ((0.50, 0.51, 0.49), (0.70, 0.71, 0.69), False),
        ((0.50,), (0.49,), False),  # one seed does not tell
    ],
)
def test_an_experiment_in_which_nothing_was_learned_is_not_pooled(full, lora, left_out, words_shipped):
    """Where neither came out better than the untuned model, their difference says nothing of the method."""
    untuned = {"map_at_r": {"value": 0.50, "items": 50}}
    runs = [
        examples.run(value, asked=examples.spec(method=method, seed=seed), baseline=untuned)
        for method, values in (("full-finetuning", full), ("lora", lora))
        for seed, value in enumerate(values)
    ]
    (pair,) = pairs(examples.corpus_of([], own_runs=tuple(runs)), words_shipped)
    assert (pair.left_out is not None and pair.left_out.rule == "nothing-learned") is left_out
