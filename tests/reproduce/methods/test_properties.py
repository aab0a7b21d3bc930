"""Every method on every architecture it applies to: what is trained, what stays, what is saved, what comes out."""

# ruff: noqa: E402  (the imports below need the laboratory's extra, which may not be installed)

from __future__ import annotations

import json

import pytest

torch = pytest.importorskip("torch")

from reproduce.methods.saving import load, save
from reproduce.methods.sites import architecture_of
from reproduce.registry import methods, models
from tests.reproduce.methods import tiny
from tests.reproduce.methods.formulas import BACKBONE, expected
from tests.reproduce.methods.tiny import PAIRS

MODEL = models()["all-minilm-l6-v2"]
pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")]


@pytest.fixture(params=PAIRS, ids=["-on-".join(pair) for pair in PAIRS])
def pair(request) -> tuple[str, str]:
    """A method and an architecture that it applies to."""
    return request.param


def test_trains_what_it_says_and_saves_what_was_tuned(pair, tmp_path):
    """Counts fit the formula; frozen tensors stay bit for bit; trained ones move; what is saved gives the same."""
    name, architecture = pair
    entry = methods()[name]
    module = tiny.built(name, architecture)
    trainable = {key for key, value in module.named_parameters() if value.requires_grad}
    count = sum(value.numel() for value in module.parameters() if value.requires_grad)
    assert count == expected(name, architecture, tiny.settings(name, architecture))
    before = {key: value.detach().clone() for key, value in module.state_dict().items() if torch.is_tensor(value)}

    tiny.train_steps(module, name, architecture)

    after = module.state_dict()
    moved = {key for key, value in before.items() if not torch.equal(value, after[key])}
    assert moved - trainable <= aliases(module, trainable)
    assert len(moved & trainable) > 0.8 * len(trainable)  # a key's bias shifts all scores of a query alike

    about = {"method": name, "settings": tiny.settings(name, architecture).model_dump(mode="json")}
    tuned = tiny.outputs(module, architecture)
    assert save(module, tmp_path, saved_as=entry.saved_as, model=MODEL, about=about) > 0
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".safetensors"}
    again = load(tiny.base_of(entry, architecture), tmp_path, saved_as=entry.saved_as)
    torch.testing.assert_close(tiny.outputs(again, architecture), tuned, rtol=1e-4, atol=1e-5)


def aliases(module, names: set[str]) -> set[str]:
    """Return the other names of the named parameters: tied matrices have several."""
    own = dict(module.named_parameters(remove_duplicate=False))
    kept = {id(own[name]) for name in names}
    return {name for name, value in own.items() if id(value) in kept}


def test_output_positions_are_the_inputs(pair):
    """Virtual tokens are cut off: states and logits stand beside the tokens they belong to."""
    name, architecture = pair
    module = tiny.built(name, architecture)
    result = tiny.called(module, architecture, output_hidden_states=True)
    rows, length = tiny.batch()["input_ids"].shape
    if architecture == "encoder":
        assert result.last_hidden_state.shape == (rows, length, tiny.HIDDEN)
    elif architecture == "decoder":
        assert result.logits.shape == (rows, length, tiny.VOCABULARY)
        assert {states.shape[1] for states in result.hidden_states} == {length}
    else:
        assert result.logits.shape == (rows, 5, tiny.VOCABULARY)
        assert result.encoder_last_hidden_state.shape == (rows, length, tiny.HIDDEN)


@pytest.mark.parametrize(("name", "architecture"), [pair for pair in PAIRS if pair[1] != "encoder"])
def test_generation_is_greedy_decoding_by_hand(name, architecture):
    """What `.generate` writes with its cache is what repeated forward passes without one choose."""
    module = tiny.built(name, architecture)
    tiny.train_steps(module, name, architecture, steps=1)
    module.eval()
    ids = tiny.batch()["input_ids"][:1]
    mask = torch.ones_like(ids)
    written = module.generate(
        input_ids=ids, attention_mask=mask, max_new_tokens=4, min_new_tokens=4, do_sample=False, num_beams=1
    )
    by_hand = ids if architecture == "decoder" else torch.zeros(1, 1, dtype=torch.long)
    with torch.no_grad():
        for _ in range(4):
            if architecture == "decoder":
                logits = module(input_ids=by_hand, attention_mask=torch.ones_like(by_hand)).logits
            else:
                logits = module(input_ids=ids, attention_mask=mask, decoder_input_ids=by_hand).logits
            last = logits[:, -1].clone()
            last[:, 1] = -torch.inf  # the end is not allowed yet
            by_hand = torch.cat([by_hand, last.argmax(dim=-1, keepdim=True)], dim=1)
    assert torch.equal(written, by_hand)


@pytest.mark.parametrize(("name", "architecture"), [pair for pair in PAIRS if methods()[pair[0]].merges])
def test_merged_is_unmerged(name, architecture):
    """A merged model has the backbone's own shape and the same outputs."""
    module = tiny.built(name, architecture)
    tiny.train_steps(module, name, architecture, steps=3)
    tuned = tiny.outputs(module, architecture)
    merged = module.merge_and_unload()
    assert {key for key, _ in merged.named_parameters()} == {
        key for key, _ in tiny.backbone(architecture).named_parameters()
    }
    torch.testing.assert_close(tiny.outputs(merged, architecture), tuned, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("architecture", BACKBONE)
def test_tiny_backbones_are_what_the_formulas_count(architecture):
    """The formulas' backbone has the weights of the real class, and its architecture is recognised."""
    module = tiny.backbone(architecture)
    assert sum(value.numel() for value in module.parameters()) == BACKBONE[architecture]
    assert architecture_of(module) == architecture


@pytest.mark.parametrize("name", methods())
def test_every_architecture_applies_or_has_a_reason(name):
    """No pair of method and architecture is left without an answer, and each method was checked against something."""
    entry = methods()[name]
    assert set(entry.architectures) | set(entry.not_for) == set(BACKBONE)
    assert not set(entry.architectures) & set(entry.not_for)
    assert entry.checked_against


def test_saved_tensors_name_their_method_and_settings(tmp_path):
    """What is put back is built from the file beside the tensors, so that file has what it takes."""
    about = {"method": "adapter", "settings": {"form": "pfeiffer", "reduction_factor": 8, "non_linearity": "gelu"}}
    module = tiny.built("adapter", "encoder", **about["settings"])
    save(module, tmp_path, saved_as="tensors", model=MODEL, about=about)
    assert json.loads((tmp_path / "tuned.json").read_text()) == about
    again = load(tiny.backbone("encoder"), tmp_path, saved_as="tensors")
    assert torch.equal(tiny.outputs(again, "encoder"), tiny.outputs(module, "encoder"))
