"""Adapters that are trained before the task, the trees they and Pass-Tuning read, and what stops them."""

# ruff: noqa: E402  (the imports below need the laboratory's extra, which may not be installed)

from __future__ import annotations

import dataclasses

import pytest

torch = pytest.importorskip("torch")

from reproduce.errors import SpecError
from reproduce.methods.denoising import IGNORED, masked_batches
from reproduce.methods.fusion import Fusion, typed_rows
from reproduce.methods.language import Invertible, add_invertible, learn_language
from reproduce.methods.pass_tuning import program_graph
from reproduce.methods.trees import Leaf, leaves, most_typical, neighbours
from reproduce.registry import imported, methods
from tests.reproduce.methods import tiny

ARCHITECTURES = ("encoder", "encoder-decoder", "decoder")


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_language_adapter_learns_the_inputs(architecture):
    """Language modelling on the run's inputs brings the loss down, and nothing of the backbone moves."""
    settings = tiny.settings("l-adapter-t-adapter", architecture, pretraining_steps=30, pretraining_rate=0.02)
    module = tiny.built("l-adapter", architecture)
    before = {name: value.clone() for name, value in module.named_parameters() if not value.requires_grad}
    invertible = next(part for part in module.modules() if isinstance(part, Invertible))
    losses = learn_language(module, invertible, settings, tiny.context(architecture))
    assert sum(losses[-5:]) < 0.9 * sum(losses[:5])
    own = dict(module.named_parameters())
    assert all(torch.equal(value, own[name]) for name, value in before.items())


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_adapters_under_the_task_were_trained_and_stay(architecture):
    """The stack's language adapter and both adapters of the fusion have moved from their start and are frozen."""
    for name in ("l-adapter-t-adapter", "l-adapter-ner-adapter-fusion"):
        entry = methods()[name]
        frame = imported(entry.frame)(
            tiny.backbone(architecture), tiny.settings(name, architecture), tiny.context(architecture)
        )
        module = tiny.built(name, architecture)
        trainable = {key: value.requires_grad for key, value in module.named_parameters()}
        assert trainable == {key: value.requires_grad for key, value in frame.named_parameters()}
        starts = [value for key, value in module.named_parameters() if key.endswith("up.bias") and not trainable[key]]
        assert starts
        assert all(value.abs().sum() > 0 for value in starts)  # these begin at zero
    assert not any(part.alone is not None for part in module.modules() if isinstance(part, Fusion))


def test_inverse_undoes_the_invertible_adapter():
    """MAD-X puts the inverse in front of the output embedding."""
    part = add_invertible(tiny.backbone("encoder"), tiny.settings("l-adapter", "encoder"))
    states = torch.randn(2, 5, tiny.HIDDEN, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(part.inverse(part(states)), states, rtol=0, atol=1e-5)
    assert not torch.allclose(part(states), states, atol=1e-2)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_masked_tokens_are_those_asked_for(architecture):
    """An encoder is asked for hidden tokens in place, an encoder-decoder for spans behind sentinels, in order."""
    settings = tiny.settings("l-adapter-t-adapter", architecture)
    context = tiny.context(architecture)
    batch = next(masked_batches(settings, context))
    rows = {tuple(row) for row in context.rows}
    for ids, labels in zip(batch["input_ids"].tolist(), batch["labels"].tolist(), strict=True):
        asked = [label for label in labels if label != IGNORED]
        real = [token for token in ids if token != context.tokenizer.pad_token_id]
        if architecture == "decoder":
            assert tuple(asked) == tuple(real)
            assert tuple(real) in rows
        elif architecture == "encoder":
            filled = [token if label == IGNORED else label for token, label in zip(ids, labels, strict=True)]
            assert tuple(filled[: len(real)]) in rows
            assert len(asked) == round(0.15 * len(real))
        else:
            assert asked.pop() == context.tokenizer.eos_token_id
            assert tuple(_filled(real, asked, context.tokenizer)) in rows


def _filled(inputs: list[int], asked: list[int], tokenizer) -> list[int]:
    """Put spans back in the place of their sentinels."""
    sentinels = {tokenizer.convert_tokens_to_ids(f"<extra_id_{number}>") for number in range(8)}
    spans: dict[int, list[int]] = {}
    for token in asked:
        if token in sentinels:
            current = spans.setdefault(token, [])
        else:
            current.append(token)
    return [token for kept in inputs for token in (spans[kept] if kept in sentinels else [kept])]


def test_token_types_are_those_of_the_tree():
    """Each token has the type of the leaf in which it begins; blanks and special tokens have none."""
    context = dataclasses.replace(tiny.context("encoder"), texts=("if a:\n    b = 1\n",))
    row = context.tokenizer(context.texts[0])["input_ids"]
    ((ids, labels),) = typed_rows(dataclasses.replace(context, rows=(row,)))
    letters = context.tokenizer.convert_ids_to_tokens(ids)
    named = {label: {letters[at] for at, other in enumerate(labels) if other == label} for label in set(labels)}
    assert named[IGNORED] == {"Ġ", "Ċ"}
    assert sorted(sorted(group) for label, group in named.items() if label != IGNORED) == [
        ["1"], [":"], ["="], ["a", "b"], ["f", "i"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "kinds"),
    [
        ("Python", "x = y  # no\n", ["identifier", "=", "identifier"]),
        ("Java", "class A { /* no */ }", ["class", "identifier", "{", "}"]),
        ("C#", "class A { }", ["class", "identifier", "{", "}"]),
    ],
)
def test_leaves_of_a_program(language, text, kinds):
    """Leaves come from left to right, without comments, and say where they stand, in characters."""
    found = leaves("é = 1\n" + text if language == "Python" else text, language)
    kept = found[3:] if language == "Python" else found
    assert [leaf.type for leaf in kept] == kinds
    whole = "é = 1\n" + text if language == "Python" else text
    assert all(whole[leaf.start : leaf.end] == leaf.text for leaf in found)


def test_neighbours_join_what_follows_and_what_returns():
    """Leaves side by side and an identifier's next occurrence are joined, both ways, none with itself."""
    found = neighbours(leaves("a = a + b", "Python"))
    assert found == {(0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 2), (3, 4), (4, 3), (0, 2), (2, 0)}


def test_the_typical_program_has_the_frequent_types():
    """BM25 prefers the program in which the frequent types are dense, not the longest one."""

    def program(*kinds: str) -> list[Leaf]:
        return [Leaf(kind, kind, 0, 1) for kind in kinds]

    programs = [program("a", *"defghijklm"), program("a", "b", "a", "b"), program("c"), program("b", "b", "c")]
    assert most_typical(programs, frequent=2) == 1


def test_graph_is_padded_and_cut():
    """A small program leaves nodes without edges; a large one is cut."""
    context = dataclasses.replace(tiny.context("encoder-decoder"), texts=("a = a",))
    ids, adjacency = program_graph(5, context)
    assert ids[0] == ids[2] == context.tokenizer.convert_tokens_to_ids("a")
    assert adjacency.sum() == 6
    assert not adjacency[3:].any()
    assert torch.equal(program_graph(2, context)[1], torch.tensor([[False, True], [True, False]]))


def test_what_a_method_needs_of_its_inputs_is_told():
    """No grammar, no inputs, no sentinels: each is one sentence."""
    context = tiny.context("encoder-decoder")
    with pytest.raises(SpecError, match=r"grammars for Python, Java, C#, not for Ruby"):
        program_graph(5, dataclasses.replace(context, language="Ruby"))
    with pytest.raises(SpecError, match="there are no inputs"):
        next(
            masked_batches(
                tiny.settings("l-adapter-t-adapter", "encoder-decoder"), dataclasses.replace(context, rows=())
            )
        )
    nameless = type("Nameless", (), {"get_vocab": lambda self: {}, "all_special_ids": [], "pad_token_id": 0})()
    with pytest.raises(SpecError, match="no <extra_id_0>"):
        next(
            masked_batches(
                tiny.settings("l-adapter-t-adapter", "encoder-decoder"),
                dataclasses.replace(context, tokenizer=nameless),
            )
        )
    settings = tiny.settings("corda", "encoder")
    with pytest.raises(SpecError, match="there are none"):
        imported(methods()["corda"].build)(
            tiny.backbone("encoder"), settings, dataclasses.replace(context, architecture="encoder", rows=())
        )
    with pytest.raises(SpecError, match="the model has 2 layers"):
        tiny.built("telly-k", "encoder", frozen_layers=2)
