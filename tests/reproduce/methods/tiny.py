"""Tiny random backbones of the three architectures, a tokenizer, a few programs, and how they are called."""

from __future__ import annotations

import functools
import tempfile
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    BertConfig,
    BertModel,
    BitsAndBytesConfig,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
)

from reproduce.backbones import in_float32
from reproduce.determinism import seed_everything
from reproduce.methods.context import Context
from reproduce.registry import MethodEntry, imported, methods
from reproduce.specs import settings_of

HIDDEN, INNER, LAYERS, HEADS, VOCABULARY, POSITIONS = 16, 24, 2, 4, 120, 64
KEY_VALUE_HEADS = 2  # of the decoder: its queries share keys and values
PROGRAMS = (
    "def add(one, two):\n    total = one + two\n    return total\n",
    "for item in items:\n    print(item)\n",
    "if ready:\n    start(ready)\nelse:\n    stop()\n",
    "x = [n * n for n in range(10)]\n",
)
PAIRS = [(name, architecture) for name, entry in methods().items() for architecture in entry.architectures]


def backbone(architecture: str, seed: int = 0) -> Any:
    """Return a fresh backbone, the same for the same seed, without dropout."""
    seed_everything(seed)
    return {"encoder": _bert, "encoder-decoder": _t5, "decoder": _llama}[architecture]().eval()


def _bert() -> Any:
    config = BertConfig(
        hidden_size=HIDDEN, intermediate_size=INNER, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        vocab_size=VOCABULARY, max_position_embeddings=POSITIONS, initializer_range=0.3,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    return BertModel(config, add_pooling_layer=False)


def _t5() -> Any:
    config = T5Config(
        d_model=HIDDEN, d_ff=INNER, d_kv=HIDDEN // HEADS, num_layers=LAYERS, num_heads=HEADS, vocab_size=VOCABULARY,
        decoder_start_token_id=0, pad_token_id=0, eos_token_id=1, dropout_rate=0.0, relative_attention_num_buckets=8,
    )  # fmt: skip
    return T5ForConditionalGeneration(config)


def _llama() -> Any:
    config = LlamaConfig(
        hidden_size=HIDDEN, intermediate_size=INNER, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        num_key_value_heads=KEY_VALUE_HEADS, vocab_size=VOCABULARY, max_position_embeddings=POSITIONS,
        initializer_range=0.3, tie_word_embeddings=True, pad_token_id=0, bos_token_id=1, eos_token_id=1,
    )  # fmt: skip
    return LlamaForCausalLM(config)


@functools.cache
def tokenizer() -> Any:
    """Return a tokenizer with a token for each character, a mask and T5's sentinels."""
    special = ["<pad>", "</s>", "<unk>", "<mask>", *(f"<extra_id_{number}>" for number in range(8))]
    letters = [chr(code) for code in range(33, 127)] + ["Ġ", "Ċ"]
    words = {word: number for number, word in enumerate([*special, *letters])}
    core = Tokenizer(models.WordLevel(words, unk_token="<unk>"))  # noqa: S106  (a token of text)
    core.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.ByteLevel(add_prefix_space=False), pre_tokenizers.Split("", "isolated")]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=core, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", mask_token="<mask>",  # noqa: S106
        extra_special_tokens=special[4:],
    )  # fmt: skip


@functools.cache
def context(architecture: str, steps: int = 4) -> Context:
    """Return a run's context with the programs as inputs."""
    rows = tuple(tokenizer()(text, truncation=True, max_length=40)["input_ids"] for text in PROGRAMS)
    return Context(architecture, steps, 0, tokenizer(), PROGRAMS, rows, "Python")


SMALL: dict[str, dict[str, Any]] = {
    "lora": {"r": 2, "lora_dropout": 0.0},
    "dora": {"r": 2, "lora_dropout": 0.0},
    "qlora": {"r": 2, "lora_dropout": 0.0},
    "pissa": {"r": 2},
    "corda": {"r": 2, "samples": 4},
    "ff-lora": {"r": 2},
    "ff-lora-at": {"r": 2, "bottleneck": 3},
    "adalora": {"init_r": 3, "target_r": 2},
    "adapter": {"reduction_factor": 4},
    "t-adapter": {"reduction_factor": 4},
    "l-adapter-t-adapter": {"task_reduction_factor": 4, "pretraining_steps": 3},
    "l-adapter-ner-adapter-fusion": {"pretraining_steps": 3},
    "prompt-tuning": {"num_virtual_tokens": 3},
    "p-tuning": {"num_virtual_tokens": 3, "encoder_hidden_size": 6},
    "prefix-tuning": {"num_virtual_tokens": 3, "encoder_hidden_size": 6},
    "p-tuning-v2": {"num_virtual_tokens": 3},
    "mam": {"num_virtual_tokens": 3, "encoder_hidden_size": 6},
    "pass-tuning": {"graph_tokens": 5, "num_virtual_tokens": 8, "prefix_hidden_size": 6, "dropout": 0.0},
    "gcn-prefix": {"graph_tokens": 5, "num_virtual_tokens": 8, "prefix_hidden_size": 6},
}
"""Settings of the tiny runs; what is not here stays at the method's default."""


def settings(name: str, architecture: str, **changed: Any) -> Any:
    """Return a method's settings for a tiny run."""
    return settings_of(methods()[name], {**SMALL.get(name, {}), **changed}, architecture)


def base_of(entry: MethodEntry, architecture: str) -> Any:
    """Return the backbone that a method is put on, in 4 bits where it asks for them."""
    return quantized(architecture) if entry.quantization else backbone(architecture)


def quantized(architecture: str) -> Any:
    """Return the backbone as transformers loads it with bitsandbytes: NF4 with double quantization."""
    fresh = backbone(architecture)
    with tempfile.TemporaryDirectory() as folder:
        fresh.save_pretrained(folder)
        config = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=torch.float32,
        )  # fmt: skip
        more = {"add_pooling_layer": False} if architecture == "encoder" else {}
        loaded = type(fresh).from_pretrained(folder, quantization_config=config, dtype=torch.float32, **more)
        return in_float32(loaded).eval()


def built(name: str, architecture: str, **changed: Any) -> Any:
    """Return a method on a fresh tiny backbone."""
    entry = methods()[name]
    base = base_of(entry, architecture)
    seed_everything(1)
    return imported(entry.build)(base, settings(name, architecture, **changed), context(architecture))


@functools.cache
def batch() -> dict[str, torch.Tensor]:
    """Return two rows, the second one padded."""
    generator = torch.Generator().manual_seed(7)
    ids = torch.randint(4, VOCABULARY, (2, 9), generator=generator)
    mask = torch.ones_like(ids)
    mask[1, 6:] = 0
    return {"input_ids": ids * mask, "attention_mask": mask}


def called(module: Any, architecture: str, **more: Any) -> Any:
    """Return the module's output on the batch; a model that writes gets labels, as in training."""
    inputs = dict(batch())
    if architecture == "encoder-decoder":
        inputs["labels"] = inputs["input_ids"][:, 1:6].clamp(min=2)
    elif architecture == "decoder":
        inputs["labels"] = inputs["input_ids"]
    return module(**inputs, **more)


def outputs(module: Any, architecture: str) -> torch.Tensor:
    """Return states or logits without dropout, padding left out."""
    module.eval()
    with torch.no_grad():
        result = called(module, architecture)
    if architecture == "encoder-decoder":
        return result.logits
    value = result.last_hidden_state if architecture == "encoder" else result.logits
    return value * batch()["attention_mask"][..., None]


def train_steps(module: Any, name: str, architecture: str, steps: int = 2) -> None:
    """Train a few steps as the laboratory does: the entry's extra loss and step are called."""
    entry = methods()[name]
    module.train()
    trainable = [value for value in module.parameters() if value.requires_grad]
    optimizer = torch.optim.AdamW(trainable, lr=0.05, weight_decay=0.0)
    for step in range(1, steps + 1):
        result = called(module, architecture)
        loss = result.last_hidden_state.pow(3).mean() if architecture == "encoder" else result.loss
        if entry.extra_loss:
            loss = loss + imported(entry.extra_loss)(module)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if entry.after_step:
            imported(entry.after_step)(module, step)
