"""Our own adapters and prefixes against recorded outputs of adapter-hub's `adapters`: same weights, same outputs."""

# ruff: noqa: E402  (the imports below need the laboratory's extra, which may not be installed)

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import load_file
from transformers import BertConfig, BertModel, LlamaConfig, LlamaForCausalLM, T5Config, T5ForConditionalGeneration

from reproduce.methods.context import Context
from reproduce.methods.sites import attentions
from reproduce.registry import imported, methods
from reproduce.specs import settings_of

REFERENCES = Path(__file__).parents[1] / "references"
ARCHITECTURES = ("encoder", "encoder-decoder", "decoder")
ADAPTER = {"reduction_factor": 4, "non_linearity": "relu"}
LANGUAGE = {**ADAPTER, "inverse_reduction_factor": 4}
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "houlsby": ("adapter", {"reduction_factor": 4}),
    "houlsby-cross": ("adapter", {"reduction_factor": 4, "cross_attention": True}),
    "pfeiffer": ("t-adapter", ADAPTER),
    "parallel": ("parallel-adapter", ADAPTER),
    "language": ("l-adapter", LANGUAGE),
    "stack": ("l-adapter-t-adapter", {**LANGUAGE, "task_reduction_factor": 8}),
    "fusion": ("l-adapter-ner-adapter-fusion", LANGUAGE),
    "prefix": ("p-tuning-v2", {"num_virtual_tokens": 3}),
    "mam": ("mam", {**ADAPTER, "num_virtual_tokens": 3, "encoder_hidden_size": 6}),
}
HOST = {  # where adapters keeps an adapter -> where ours is, by kind of place and architecture
    "inner": [("attention.output.", "attention.output.dropout.adapter."), ("output.", "output.dropout.adapter."),
              (r"layer.(\d).", r"layer.\1.dropout.adapter."), ("attention_adapters.", "self_attn.adapter."),
              ("output_adapters.", "mlp.adapter.")],
    "outer": [("output.", "output.LayerNorm.adapters."), (r"layer.(\d).", r"layer.\1.adapters."),
              ("output_adapters.", "adapters.")],
    "whole": [("output.", "output.adapter."), (r"layer.(\d).", r"layer.\1.adapter."),
              ("output_adapters.", "post_attention_layernorm.adapter.")],
}  # fmt: skip
FIRST_LAYER = {"": "encoder.layer.0.", "encoder.": "encoder.block.0.", "model.": "model.layers.0."}


@functools.cache
def reference(architecture: str) -> dict[str, Any]:
    """Return the recorded tensors of an architecture."""
    return load_file(REFERENCES / f"{architecture}.safetensors")


def under(architecture: str, prefix: str) -> dict[str, Any]:
    """Return the recorded tensors whose names begin with a prefix, which is cut off."""
    return {name[len(prefix) :]: value for name, value in reference(architecture).items() if name.startswith(prefix)}


def backbone(architecture: str) -> Any:
    """Return the recorded backbone."""
    if architecture == "encoder":
        module: Any = BertModel(
            BertConfig(
                hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4, vocab_size=40,
                max_position_embeddings=16,
            ),
            add_pooling_layer=False,
        )  # fmt: skip
    elif architecture == "decoder":
        module = LlamaForCausalLM(
            LlamaConfig(
                hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4, vocab_size=40,
                num_key_value_heads=2, max_position_embeddings=16, tie_word_embeddings=True, pad_token_id=0,
            )
        )  # fmt: skip
    else:
        module = T5ForConditionalGeneration(
            T5Config(
                d_model=16, d_ff=24, d_kv=4, num_layers=2, num_heads=4, vocab_size=40, decoder_start_token_id=0,
                pad_token_id=0, eos_token_id=1, relative_attention_num_buckets=8,
            )
        )  # fmt: skip
    weights = under(architecture, "backbone/")
    assert {name for name, _ in module.named_parameters()} == set(weights)
    module.load_state_dict(weights, strict=False)  # tied weights have one name here
    return module.eval()


def framed(case: str, architecture: str) -> Any:
    """Return our method on the recorded backbone, with the recorded adapter's weights."""
    name, changed = CASES[case]
    entry = methods()[name]
    base = backbone(architecture)
    if case in ("prefix", "mam"):
        for key, value in base.named_parameters():
            if "relative_attention_bias" in key:
                torch.nn.init.zeros_(value)
    settings = settings_of(entry, changed, architecture)
    module = imported(entry.frame or entry.build)(base, settings, Context(architecture, steps=0, seed=0)).eval()
    own = dict(module.named_parameters())
    filled = set()
    with torch.no_grad():
        for theirs, value in under(architecture, f"{case}/adapter/").items():
            if "prefix_tuning" in theirs:
                fill_prefix(module, theirs, value)
            else:
                ours = our_name(case, theirs)
                own[ours].copy_(value)
                filled.add(ours)
    added = {key for key, value in own.items() if value.requires_grad} - filled
    assert all(".prefix." in key for key in added)  # every other weight came from the file
    return module


def our_name(case: str, theirs: str) -> str:
    """Return our name of a weight of adapters."""
    name = theirs.replace("adapter_down.0.", "down.").replace("adapter_up.", "up.")
    invertible = re.fullmatch(r"(.*)invertible_adapters\.one\.(.*)", name)
    if invertible:
        return f"{FIRST_LAYER[invertible[1]]}invertible.{invertible[2]}"
    place = "inner" if case.startswith("houlsby") else "whole" if case in ("parallel", "mam") else "outer"
    parts = {"adapters.one.": "", "adapters.two.": ""}
    if place == "outer":
        parts = {"adapters.one.": "parts.0.", "adapters.two.": "parts.1."}
    if case == "fusion":
        parts = {"adapters.one.": "parts.0.adapters.0.", "adapters.two.": "parts.0.adapters.1."}
    parts["adapter_fusion_layer.one,two."] = "parts.0."
    for host, ours in HOST[place]:
        for kept, replaced in parts.items():
            pattern = host.replace(".", r"\.").replace(r"(\d)\.", r"(\d)\.") + re.escape(kept)
            found = re.search(rf"(?<![a-z_]){pattern}", name)
            if found:
                return name[: found.start()] + found.expand(ours) + replaced + name[found.end() :]
    raise AssertionError(f"no place for {theirs}")


def fill_prefix(module: Any, theirs: str, value: Any) -> None:
    """Put a recorded prefix into ours: adapters keeps all layers of a group in one tensor."""
    groups = attentions(module)
    kind = re.search(r"\.(encoder|self|cross)_prefix\.", theirs)[1]
    group = groups[{"encoder": 0, "self": len(groups) // 2, "cross": 2}[kind]]
    part = theirs.rpartition("_prefix.")[2]
    for layer, attention in enumerate(group):
        prefix = attention.prefix
        if part == "control_trans":  # trained directly: tokens, layers * 2, heads, head size
            prefix.values.copy_(value.view(len(prefix.values), len(group), -1)[:, layer])
        elif part.startswith("control_trans.2."):
            target = prefix.last.weight if part.endswith("weight") else prefix.last.bias
            target.copy_(value.view(len(group), *target.shape)[layer])
        elif part == "wte.weight":
            prefix.source.embedding.copy_(value)
        else:
            (prefix.source.first.weight if part.endswith("weight") else prefix.source.first.bias).copy_(value)


def output(module: Any, architecture: str) -> Any:
    """Return states or logits on the recorded input."""
    with torch.no_grad():
        result = module(**under(architecture, "input/"))
    return result.last_hidden_state if architecture == "encoder" else result.logits


@pytest.mark.parametrize(
    ("case", "architecture"),
    [(case, name) for case in CASES for name in ARCHITECTURES if case != "houlsby-cross" or name == "encoder-decoder"],
)
def test_same_weights_give_the_outputs_of_adapters(case, architecture):
    """Ours is what adapters computes, within 1e-5, on real positions; the adapter is far from doing nothing."""
    ours = output(framed(case, architecture), architecture)
    theirs = reference(architecture)[f"{case}/output"]
    real = under(architecture, "input/")["attention_mask"][..., None]
    if architecture != "encoder-decoder":
        ours, theirs = ours * real, theirs * real
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-5)
    untuned = output(backbone(architecture), architecture)
    assert (theirs - (untuned if architecture == "encoder-decoder" else untuned * real)).abs().max() > 0.01


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_recorded_backbone_is_the_same_model(architecture):
    """A prefix of no effect would be seen: the backbone without anything does not give the recorded outputs."""
    untuned = output(backbone(architecture), architecture)
    assert not torch.allclose(untuned, reference(architecture)["prefix/output"], atol=1e-2)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_fusion_regularizer_is_that_of_adapters(architecture):
    """The term on the value matrices has the recorded value."""
    entry = methods()["l-adapter-ner-adapter-fusion"]
    ours = imported(entry.extra_loss)(framed("fusion", architecture))
    torch.testing.assert_close(ours, reference(architecture)["fusion/regularizer"].squeeze(), rtol=1e-5, atol=1e-5)
