"""Record what adapter-hub's `adapters` computes, for the tests to compare with.

    python tools/adapters_reference.py tests/reproduce/references

Needs an environment of its own: `pip install adapters==1.3.0 torch safetensors` (adapters pins an older transformers
than the project's). One safetensors file an architecture: the weights and inputs of a tiny random model, and for each
case the adapter's weights and the model's outputs. What the names mean is told in references/README.md.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import adapters
import torch
import transformers
from adapters import composition
from safetensors.torch import save_file
from transformers import BertConfig, BertModel, LlamaConfig, LlamaForCausalLM, T5Config, T5ForConditionalGeneration

HIDDEN, INNER, LAYERS, HEADS, VOCABULARY = 16, 24, 2, 4, 40
SMALL = {"reduction_factor": 4}
LANGUAGE = adapters.SeqBnInvConfig(reduction_factor=4, inv_adapter_reduction_factor=4)
TASK = adapters.SeqBnConfig(reduction_factor=8)
FLAT = adapters.PrefixTuningConfig(flat=True, prefix_length=3)
MADE = adapters.PrefixTuningConfig(prefix_length=3, bottleneck_size=6)


def one(config: Any) -> Callable[[Any], None]:
    """Return what puts one adapter on a model."""

    def put(model: Any) -> None:
        model.add_adapter("one", config=config)
        model.set_active_adapters("one")

    return put


def stack(model: Any) -> None:
    """Put a task adapter on a language adapter."""
    model.add_adapter("one", config=LANGUAGE)
    model.add_adapter("two", config=TASK)
    model.set_active_adapters(composition.Stack("one", "two"))


def fuse(model: Any) -> None:
    """Fuse two adapters, the first with an invertible part."""
    model.add_adapter("one", config=LANGUAGE)
    model.add_adapter("two", config=adapters.SeqBnConfig(**SMALL))
    fusion = composition.Fuse("one", "two")
    model.add_adapter_fusion(fusion)
    model.set_active_adapters(fusion)


CASES: dict[str, Callable[[Any], None]] = {
    "houlsby": one(adapters.DoubleSeqBnConfig(**SMALL)),
    "houlsby-cross": one(adapters.DoubleSeqBnConfig(**SMALL, cross_adapter=True)),
    "pfeiffer": one(adapters.SeqBnConfig(**SMALL)),
    "parallel": one(adapters.ParBnConfig(**SMALL)),
    "language": one(LANGUAGE),
    "stack": stack,
    "fusion": fuse,
    "prefix": one(FLAT),
    "mam": one(adapters.MAMConfig(MADE, adapters.ParBnConfig(**SMALL))),
}


def backbone(architecture: str) -> Any:
    """Return a tiny random model without dropout."""
    if architecture == "encoder":
        config = BertConfig(
            hidden_size=HIDDEN, intermediate_size=INNER, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
            vocab_size=VOCABULARY, max_position_embeddings=16, initializer_range=0.3,
            hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        )  # fmt: skip
        return BertModel(config, add_pooling_layer=False)
    if architecture == "decoder":
        config = LlamaConfig(
            hidden_size=HIDDEN, intermediate_size=INNER, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
            num_key_value_heads=2, vocab_size=VOCABULARY, max_position_embeddings=16, initializer_range=0.3,
            tie_word_embeddings=True, pad_token_id=0, bos_token_id=1, eos_token_id=1,
            attn_implementation="eager",  # with boolean masks, as sdpa has them, adapters 1.3.0 masks the prefix itself
        )  # fmt: skip
        return LlamaForCausalLM(config)
    config = T5Config(
        d_model=HIDDEN, d_ff=INNER, d_kv=HIDDEN // HEADS, num_layers=LAYERS, num_heads=HEADS, vocab_size=VOCABULARY,
        decoder_start_token_id=0, pad_token_id=0, eos_token_id=1, dropout_rate=0.0, relative_attention_num_buckets=8,
    )  # fmt: skip
    return T5ForConditionalGeneration(config)


def inputs(architecture: str) -> dict[str, torch.Tensor]:
    """Return two rows, the second one padded; labels for the model with two ends."""
    ids = torch.randint(2, VOCABULARY, (2, 7))
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    more = {"labels": torch.randint(2, VOCABULARY, (2, 4))} if architecture == "encoder-decoder" else {}
    return {"input_ids": ids * mask, "attention_mask": mask, **more}


def recorded(case: str, architecture: str, weights: dict[str, torch.Tensor], given: Any) -> dict[str, torch.Tensor]:
    """Return the adapter's weights and the outputs of a case."""
    model = backbone(architecture)
    model.load_state_dict(weights, strict=False)  # tied weights have one name here
    if case in ("prefix", "mam"):
        # adapters counts the prefix among T5's relative positions, which moves every real token; without such
        # positions the two implementations can be compared.
        for name, parameter in model.named_parameters():
            if "relative_attention_bias" in name:
                torch.nn.init.zeros_(parameter)
    adapters.init(model)
    CASES[case](model)
    added = {}
    for name, parameter in model.named_parameters():
        if name not in weights:
            torch.nn.init.normal_(parameter, std=0.3)
            added[f"{case}/adapter/{name}"] = parameter.detach().clone()
    model.eval()
    with torch.no_grad():
        output = model(**given)
    result = output.last_hidden_state if architecture == "encoder" else output.logits
    regularizer = {f"{case}/regularizer": model.get_fusion_regularization_loss().detach()} if case == "fusion" else {}
    return {**added, f"{case}/output": result, **regularizer}


def main(folder: Path) -> None:
    """Write the file of each architecture."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, architecture in enumerate(("encoder", "encoder-decoder", "decoder")):
        torch.manual_seed(number)
        weights = {name: value.detach().clone() for name, value in backbone(architecture).named_parameters()}
        given = inputs(architecture)
        tensors = {f"backbone/{name}": value for name, value in weights.items()}
        tensors |= {f"input/{name}": value for name, value in given.items()}
        for case in CASES:
            if case != "houlsby-cross" or architecture == "encoder-decoder":
                tensors |= recorded(case, architecture, weights, given)
        about = {"adapters": adapters.__version__, "transformers": transformers.__version__}
        contiguous = {name: value.contiguous() for name, value in tensors.items()}
        save_file(contiguous, folder / f"{architecture}.safetensors", metadata={"about": json.dumps(about)})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
