"""Every objective on every architecture that can learn it: it learns, evaluates and has a baseline."""

# ruff: noqa: E402  (the imports below need the laboratory's extra, which may not be installed)

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from reproduce.objectives.reading import bucketed, cut, frame_of, padded
from reproduce.specs import KINDS
from tests.reproduce.methods.tiny import built, tokenizer
from tests.reproduce.objectives.tiny import CLASSIFIED, CLOZE, METRICS, NAMES, bench

PAIRS = [
    (kind, architecture)
    for kind in METRICS
    if kind != "programs"
    for architecture in KINDS["classified" if kind == "pairs of texts" else kind].architectures
]


@pytest.mark.parametrize(("kind", "architecture"), PAIRS, ids=[f"{kind} by {name}" for kind, name in PAIRS])
def test_it_learns_what_it_was_shown(kind: str, architecture: str):
    """Trained on its few items, a tiny model's loss falls; every metric comes with items and an interval."""
    ready = bench(kind, architecture, steps=16, batch_items=8, learning_rate=0.02)
    portion = next(ready.objective.portions(1))
    ready.tuned.eval()
    with torch.no_grad():
        before = ready.objective.loss(ready.tuned, portion).item()
    state = ready.train()
    with torch.no_grad():
        after = ready.objective.loss(ready.tuned, portion).item()
    assert after < 0.9 * before
    assert state.step == 16
    assert state.tokens > 16 * 8
    for name, found in ready.evaluate().items():
        assert len(found.items) == len(ready.objective.rows["test"]), name
        assert found.score.low <= found.score.value <= found.score.high


def test_baseline_of_a_classifier_is_the_majority_class():
    """An untuned head knows nothing; what counts is always the class that is most frequent in training."""
    ready = bench("classified", "encoder")
    baseline = ready.objective.baseline(ready.tuned, "test", lambda done: None)
    assert ready.objective.baseline_kind == "majority-class"
    assert baseline["accuracy"].items.tolist() == [float(label == 0) for label in CLASSIFIED.labels]


def test_head_that_is_frozen_stays_as_it_was_drawn():
    """With train_head false the head keeps its random weights, as in the code that P31 released."""
    ready = bench("classified", "encoder", train_head=False)
    before = ready.weights()
    ready.train()
    after = ready.weights()
    assert all(torch.equal(before[name], after[name]) for name in before if name.startswith("head."))
    assert any(not torch.equal(before[name], after[name]) for name in before if name.startswith("body."))


@pytest.mark.parametrize("architecture", ["encoder", "encoder-decoder", "decoder"])
def test_padding_changes_no_classification(architecture: str):
    """A text's scores are the same alone and beside a longer one."""
    ready = bench("classified", architecture)
    ready.tuned.eval()
    with torch.no_grad():
        alone = ready.objective._scores(ready.tuned, "test", [0])
        beside = ready.objective._scores(ready.tuned, "test", [0, 3])[:1]
    assert torch.allclose(alone, beside, atol=1e-5)


@pytest.mark.parametrize("architecture", ["encoder-decoder", "decoder"])
def test_target_loss_is_that_of_the_target_alone(architecture: str):
    """The token losses are the cross entropies of the model's own logits at the target's positions."""
    ready = bench("generated", architecture)
    ready.tuned.eval()
    objective, body = ready.objective, ready.tuned.body
    sources, targets = objective.rows["train"][:2], objective._targets[:2]
    with torch.no_grad():
        found = objective._writer.losses(ready.tuned, sources, targets).by_row(2)
        for at, (source, target) in enumerate(zip(sources, targets, strict=True)):
            if architecture == "decoder":
                ids = torch.tensor([source + target])
                logits = body(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[0, len(source) - 1 : -1]
            else:
                ids = torch.tensor([source])
                logits = body(input_ids=ids, attention_mask=torch.ones_like(ids), labels=torch.tensor([target])).logits[
                    0
                ]
            alone = torch.nn.functional.cross_entropy(logits, torch.tensor(target), reduction="sum")
            assert found[at] == pytest.approx(alone.item(), rel=1e-4)


@pytest.mark.parametrize("architecture", ["encoder-decoder", "decoder"])
@pytest.mark.parametrize("method", [None, "prompt-tuning", "prefix-tuning", "lora"])
def test_no_word_is_scored_for_nothing(architecture: str, method: str | None):
    """The output layer sees the states of the target's tokens and no others, and they are those of the whole output."""
    ready = bench("generated", architecture, model=built(method, architecture) if method else None)
    ready.tuned.eval()
    writer, body = ready.objective._writer, ready.tuned.body
    sources, targets = ready.objective.rows["train"][:2], ready.objective._targets[:2]
    seen = []
    body.get_output_embeddings().register_forward_hook(lambda _layer, _states, scored: seen.append(tuple(scored.shape)))
    with torch.no_grad():
        together = writer.losses(ready.tuned, sources, targets).by_row(2)
        alone = [writer.losses(ready.tuned, [sources[at]], [targets[at]]).losses.sum().item() for at in (0, 1)]
    assert [scored for scored, _ in seen] == [sum(map(len, targets)), *map(len, targets)]
    assert together.tolist() == pytest.approx(alone, rel=1e-4)


@pytest.mark.parametrize("architecture", ["encoder-decoder", "decoder"])
def test_what_is_written_does_not_depend_on_company_or_draws(architecture: str):
    """Greedy text is the same for a source alone; sampling is repeatable and leaves the generators alone."""
    from corpus.records.run import GenerationSettings

    ready = bench("generated", architecture)
    writer, rows = ready.objective._writer, ready.objective.rows["test"]

    def write(some, **settings):
        told: list[int] = []
        texts = writer.write(
            ready.tuned, some, GenerationSettings(max_new_tokens=5, **settings), seed=3, told=told.append
        )
        assert told[-1] == len(some)
        return texts

    together = write(rows)
    assert [len(texts) for texts in together] == [1] * len(NAMES)
    assert [write([row])[0] for row in rows[:2]] == together[:2]
    state = torch.get_rng_state()
    drawn = write(rows[:2], samples=3, temperature=0.8)
    assert [len(texts) for texts in drawn] == [3, 3]
    assert write(rows[:2], samples=3, temperature=0.8) == drawn
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize("architecture", ["encoder", "encoder-decoder", "decoder"])
def test_a_long_text_is_cut_around_its_blank(architecture: str):
    """However long a text is, its blank stays among the tokens that are read."""
    ready = bench("cloze", architecture)
    window = ready.objective._window(list(range(100, 400)), list(range(500, 900)))
    assert window.left[-1] == 399
    assert window.right[0] == 500
    short = ready.objective._window([7], list(range(500, 900)))
    assert short.left == [7]
    assert len(short.right) > len(window.right)


def test_masks_hide_the_answer():
    """In training the answer's tokens are always masked, whatever else is."""
    import random

    ready = bench("cloze", "encoder")
    mask = tokenizer().mask_token_id
    for seed in range(5):
        row, masked = ready.objective._masked(0, random.Random(seed))  # noqa: S311  (no secret)
        first = len(ready.objective._blanks["train"][0].left)
        answer = range(first, first + len("max"))
        assert all(row[at] == mask and at in masked for at in answer)
    assert CLOZE.answers[0] == "max"


@pytest.mark.parametrize("architecture", ["encoder-decoder", "decoder"])
def test_programs_are_run_and_counted(architecture: str, monkeypatch: pytest.MonkeyPatch):
    """Right answers pass their tests and wrong ones do not; what follows the function is cut off."""
    monkeypatch.setenv("CODEPEFT_RUN_GENERATED_CODE", "1")
    ready = bench("programs", architecture)
    answers = [["    return 0\n"], ["    return 1\nprint(undefined)"], ["    return 7\n"], ["    return ("]]
    monkeypatch.setattr(ready.objective._writer, "write", lambda *_, **__: answers)
    found = ready.evaluate()["pass@1"]
    assert found.items.tolist() == [1.0, 1.0, 0.0, 0.0]
    state = ready.train()
    assert state.step == 4


def test_programs_are_not_run_without_consent(monkeypatch: pytest.MonkeyPatch):
    """Without the user's word the objective is not even built."""
    from reproduce.errors import SpecError

    monkeypatch.delenv("CODEPEFT_RUN_GENERATED_CODE", raising=False)
    with pytest.raises(SpecError, match="CODEPEFT_RUN_GENERATED_CODE=1"):
        bench("programs", "decoder")


def test_batches_of_similar_length_hold_every_row_once():
    """A pass over the data sees each row once, in batches within the budget."""
    lengths = [3, 50, 4, 49, 5, 48, 90]
    order = iter(range(7))
    batches = []
    for batch in bucketed(order, lengths, items=None, tokens=100, seed=0):
        batches.append(batch)
        if sum(map(len, batches)) == 7:
            break
    assert sorted(at for batch in batches for at in batch) == list(range(7))
    assert all(len(batch) * max(lengths[at] for at in batch) <= 100 for batch in batches)
    assert list(cut([6], [0] * 6 + [900], tokens=100)) == [(6,)]


def test_frame_of_a_tokenizer_is_what_it_puts_around_a_text():
    """Special tokens before and after a text are found by comparing."""
    before, after = frame_of(tokenizer())
    assert before + tokenizer()("x", add_special_tokens=False)["input_ids"] + after == tokenizer()("x")["input_ids"]


def test_padding_on_the_left_keeps_the_rows_at_the_end():
    """A decoder goes on writing where the source ends."""
    ids, mask = padded([[5, 6], [7]], torch.device("cpu"), fill=9, left=True)
    assert ids.tolist() == [[5, 6], [9, 7]]
    assert mask.tolist() == [[1, 1], [0, 1]]
