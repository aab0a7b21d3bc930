"""The loop's promises: resumed runs, the best validated weights, accumulated batches, frozen layers read once."""

# ruff: noqa: E402  (the imports below need the laboratory's extra, which may not be installed)

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from transformers import BertConfig, BertModel, LlamaConfig, LlamaForCausalLM

from reproduce.determinism import seed_everything
from reproduce.objectives import Evaluated
from tests.reproduce.objectives.tiny import bench


class KilledError(Exception):
    """The process was ended."""


def noisy(architecture: str, layers: int = 3):
    """Return a tiny model with dropout, so that a wrong random state would show."""
    seed_everything(0)
    if architecture == "decoder":
        return LlamaForCausalLM(LlamaConfig(
            hidden_size=16, intermediate_size=24, num_hidden_layers=layers, num_attention_heads=4, vocab_size=120,
            attention_dropout=0.2, pad_token_id=0, eos_token_id=1,
        ))  # fmt: skip
    return BertModel(BertConfig(
        hidden_size=16, intermediate_size=24, num_hidden_layers=layers, num_attention_heads=4, vocab_size=120,
        max_position_embeddings=64, hidden_dropout_prob=0.2,
    ), add_pooling_layer=False)  # fmt: skip


@pytest.mark.parametrize("kind", ["classified", "cloze"])
def test_a_killed_run_goes_on_to_the_same_result(kind: str, tmp_path: Path):
    """Killed in step 4 and taken up again, a run ends with the undisturbed run's weights and losses, bit for bit."""
    settings = {"steps": 7, "evaluate_every": 2}
    whole = bench(kind, "encoder", model=noisy("encoder"), **settings)
    undisturbed = whole.train(tmp_path / "whole")

    def kill(progress):
        if progress.step == 4:
            raise KilledError

    first = bench(kind, "encoder", model=noisy("encoder"), **settings)
    with pytest.raises(KilledError):
        first.train(tmp_path / "killed", after_step=kill)
    seed_everything(99)  # another process would begin with other generators
    second = bench(kind, "encoder", model=noisy("encoder"), **settings)
    state = second.train(tmp_path / "killed")
    assert state.resumed_at == [3]
    assert (state.losses, state.validations) == (undisturbed.losses, undisturbed.validations)
    assert state.tokens == undisturbed.tokens
    ours, theirs = second.weights(), whole.weights()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_a_checkpoint_of_another_run_is_not_taken(tmp_path: Path):
    """A folder that holds another spec's checkpoint changes nothing."""
    from reproduce.checkpoints import Checkpoints

    ready = bench("classified", "encoder", steps=2)
    ready.train(tmp_path)
    optimizer = torch.optim.AdamW(ready.tuned.parameters(), lr=0.1)
    assert Checkpoints(tmp_path, "this run").restore(ready.tuned, optimizer) is not None
    assert Checkpoints(tmp_path, "another run").restore(ready.tuned, optimizer) is None


def test_best_validated_weights_are_kept_and_patience_ends(monkeypatch: pytest.MonkeyPatch):
    """After two validations without a better score the loop ends, with the best step's weights in place."""
    ready = bench("classified", "encoder", steps=20, evaluate_every=2, patience=2)
    scores, seen = iter([0.5, 0.7, 0.6, 0.7]), []

    def evaluate(split: str) -> dict[str, Evaluated]:
        seen.append(ready.weights())
        found = type(ready).evaluate(ready, split)
        name, first = next(iter(found.items()))
        return {name: Evaluated(first.items, first.score.model_copy(update={"value": next(scores)}))}

    monkeypatch.setattr(ready, "evaluate", evaluate)
    state = ready.train()
    assert (state.best_step, state.stopped_at, state.step) == (4, 8, 8)
    assert [validation.value for validation in state.validations] == [0.5, 0.7, 0.6, 0.7]
    kept = ready.weights()
    assert all(torch.equal(kept[name], seen[1][name]) for name in kept)
    assert any(not torch.equal(kept[name], seen[3][name]) for name in kept)


def test_accumulated_batches_are_one_batch():
    """Two batches of four give the gradient of one batch of the same eight, whatever the targets' lengths."""
    ready = bench("generated", "encoder-decoder")
    objective, tuned = ready.objective, ready.tuned
    portions = objective.portions(0)
    two = [next(portions), next(portions)]
    from reproduce.objectives import Portion
    from reproduce.team import Team
    from reproduce.training import Hooks, _forward_and_backward

    whole = Portion(two[0].positions + two[1].positions, sum(each.weight for each in two), 0)
    grads = []
    for step in (two, [whole]):
        tuned.zero_grad()
        tuned.eval()
        loss = _forward_and_backward(tuned, objective, step, Hooks(), Team())
        grads.append([loss, *(value.grad.clone() for value in tuned.parameters() if value.grad is not None)])
    assert all(torch.allclose(one, other, atol=1e-6) for one, other in zip(*grads, strict=True))


@pytest.mark.parametrize("architecture", ["encoder", "decoder"])
@pytest.mark.parametrize("trained", [1, 0], ids=["top layer", "head only"])
def test_outputs_of_frozen_layers_are_the_same_when_reused(architecture: str, trained: int):
    """With the lower layers' outputs kept, a run ends with the weights of the run that computes them each time."""

    def top(module):
        module.requires_grad_(False)
        layers = module.encoder.layer if architecture == "encoder" else module.model.layers
        for layer in list(layers)[len(layers) - trained :]:
            layer.requires_grad_(True)

    results = []
    for reuse in (True, False):
        ready = bench("classified", architecture, build=top, model=noisy(architecture), steps=8)
        from reproduce.frozen import FrozenLayers

        frozen = FrozenLayers(ready.tuned.body, architecture)
        assert frozen.depth == 3 - trained
        if not reuse:
            frozen_reuse = FrozenLayers.reuse
            FrozenLayers.reuse = lambda self, rows: None
        try:
            state = ready.train()
        finally:
            if not reuse:
                FrozenLayers.reuse = frozen_reuse
        results.append((ready.weights(), [loss for _, loss in state.losses], ready.evaluate()["accuracy"].items))
    (ours, our_losses, our_items), (theirs, their_losses, their_items) = results
    assert our_losses == pytest.approx(their_losses, abs=1e-5)
    assert all(torch.allclose(ours[name], theirs[name], atol=1e-5) for name in theirs)
    assert our_items.tolist() == their_items.tolist()


@pytest.mark.parametrize(("kind", "architecture"), [("pairs of texts", "encoder"), ("generated", "decoder")])
def test_every_text_is_read_by_frozen_layers_once(kind: str, architecture: str):
    """After the first pass over the data the frozen layers are not called again, whichever text of an item is read."""
    from reproduce.frozen import FrozenLayers

    called = []

    def top(module):
        module.requires_grad_(False)
        layers = module.encoder.layer if architecture == "encoder" else module.model.layers
        layers[-1].requires_grad_(True)
        inner = layers[0].attention if architecture == "encoder" else layers[0].self_attn
        inner.register_forward_hook(lambda *_: called.append(1))

    ready = bench(kind, architecture, build=top, model=noisy(architecture), steps=16, batch_items=8)
    assert FrozenLayers(ready.tuned.body, architecture).depth == 2
    ready.train()
    assert 0 < len(called) <= len(ready.objective.inputs) // 8 + 2 < 16


def test_nothing_is_reused_where_something_lower_is_trained():
    """Full fine-tuning, and any weight outside the upper layers, leaves no frozen layer."""
    from reproduce.frozen import FrozenLayers

    model = noisy("encoder")
    assert FrozenLayers(model, "encoder").depth == 0
    model.requires_grad_(False)
    model.embeddings.LayerNorm.bias.requires_grad_(True)
    assert FrozenLayers(model, "encoder").depth == 0


def test_recomputed_activations_change_nothing():
    """Gradient checkpointing gives the gradients of a run that keeps its activations."""
    grads = []
    for recompute in (False, True):
        ready = bench("classified", "decoder")
        if recompute:
            ready.tuned.body.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        ready.tuned.train()
        ready.objective.loss(ready.tuned, next(ready.objective.portions(0))).backward()
        grads.append([value.grad for value in ready.tuned.parameters() if value.grad is not None])
    assert all(torch.allclose(one, other, atol=1e-6) for one, other in zip(*grads, strict=True))
