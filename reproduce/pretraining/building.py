"""New models with random weights, in the shape that a recipe asks for."""

from __future__ import annotations

from typing import Any

from torch import nn

from reproduce.registry.pretraining import PretrainingRecipe


def new_model(recipe: PretrainingRecipe, tokenizer: Any) -> nn.Module:
    """Return a model in float32; its weights are drawn by torch's generator, so seed it first."""
    from transformers import LlamaConfig, LlamaForCausalLM, T5Config, T5ForConditionalGeneration

    shared: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "pad_token_id": tokenizer.pad_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        **recipe.config,
    }
    model: nn.Module
    if recipe.architecture == "encoder-decoder":
        shared["decoder_start_token_id"] = tokenizer.pad_token_id
        model = T5ForConditionalGeneration(T5Config(**shared))
    else:
        model = LlamaForCausalLM(LlamaConfig(bos_token_id=tokenizer.bos_token_id, **shared))
    return model
