"""Prompts whose backbone is trained with them: what the code released with P34 calls prompt tuning."""

# ruff: noqa: E402  (the imports below need the laboratory's extra, which may not be installed)

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from reproduce.methods.saving import load, save
from reproduce.registry import methods, models
from tests.reproduce.methods import tiny
from tests.reproduce.methods.formulas import BACKBONE, expected

MODEL = models()["all-minilm-l6-v2"]
PAIRS = [pair for pair in tiny.PAIRS if pair[0] in ("prompt-tuning", "p-tuning", "prefix-tuning", "p-tuning-v2", "mam")]


@pytest.fixture(params=PAIRS, ids=["-on-".join(pair) for pair in PAIRS])
def pair(request) -> tuple[str, str]:
    """A method that puts a prompt before the model, and an architecture."""
    return request.param


def backbones_weights(module: torch.nn.Module, architecture: str) -> dict[str, torch.Tensor]:
    """Return the backbone's own weights under the names that the backbone alone has."""
    names = {name for name, _ in tiny.backbone(architecture).named_parameters()}
    own = {name.removeprefix("base_model."): value for name, value in module.named_parameters()}
    return {name: own[name].detach().clone() for name in names}


def trained(pair: tuple[str, str], *, train_backbone: bool):
    """Return a module before its training steps, those weights of its backbone, and the module after the steps."""
    name, architecture = pair
    module = tiny.built(name, architecture, train_backbone=train_backbone)
    count = sum(value.numel() for value in module.parameters() if value.requires_grad)
    before = backbones_weights(module, architecture)
    tiny.train_steps(module, name, architecture)
    return module, count, before, backbones_weights(module, architecture)


def test_without_the_setting_the_backbone_stays_bit_for_bit(pair):
    """By default a prompt alone is trained: its weights are counted and the backbone's are what they were."""
    name, architecture = pair
    assert not tiny.settings(name, architecture).train_backbone
    _, count, before, after = trained(pair, train_backbone=False)
    assert count == expected(name, architecture, tiny.settings(name, architecture))
    assert all(torch.equal(value, after[key]) for key, value in before.items())


def test_with_the_setting_the_whole_backbone_moves(pair):
    """Trained are the prompt and every weight of the backbone, and nearly all of them move."""
    name, architecture = pair
    _, count, before, after = trained(pair, train_backbone=True)
    prompt = expected(name, architecture, tiny.settings(name, architecture))
    assert count == prompt + BACKBONE[architecture]
    moved = [key for key, value in before.items() if not torch.equal(value, after[key])]
    assert len(moved) > 0.8 * len(before)  # a key's bias shifts all scores of a query alike: no gradient


def test_what_is_saved_holds_the_trained_backbone(pair, tmp_path):
    """Put back on a fresh backbone, the saved weights give the outputs of the tuned model."""
    name, architecture = pair
    module, count, _, _ = trained(pair, train_backbone=True)
    entry, settings = methods()[name], tiny.settings(name, architecture, train_backbone=True)
    about = {"method": name, "settings": settings.model_dump(mode="json")}
    form = entry.kept_as(settings)
    assert save(module, tmp_path, saved_as=form, model=MODEL, about=about) >= 4 * count
    again = load(tiny.backbone(architecture), tmp_path, saved_as=form)
    tuned = tiny.outputs(module, architecture)
    torch.testing.assert_close(tiny.outputs(again, architecture), tuned, rtol=1e-4, atol=1e-5)


def test_the_form_of_what_is_saved_follows_the_setting():
    """An adapter of peft holds a prompt, and has no place for a backbone."""
    forms = {
        learns: methods()["prompt-tuning"].kept_as(tiny.settings("prompt-tuning", "encoder", train_backbone=learns))
        for learns in (False, True)
    }
    assert forms == {False: "peft", True: "tensors"}
