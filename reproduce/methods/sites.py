"""Where things sit in the three architectures: BERT (encoder), T5 (encoder-decoder) and Llama (decoder)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from torch import nn

ENCODER, ENCODER_DECODER, DECODER = "encoder", "encoder-decoder", "decoder"


@dataclass(frozen=True)
class Stack:
    """A run of layers with the embedding in front of it."""

    embedding: nn.Module  # what makes vectors of token ids
    layers: tuple[nn.Module, ...]


@dataclass(frozen=True)
class Block:
    """An attention or a feed-forward block of one layer.

    ``inner`` puts out what the block adds to its input; ``outer`` is the smallest module around that sum. In BERT the
    sum is what the normalisation ``outer`` reads; in T5 and Llama it is what ``outer`` puts out, which no
    normalisation follows.
    """

    kind: str  # "attention", "cross-attention" or "feed-forward"
    inner: nn.Module
    outer: nn.Module
    whole: nn.Module  # gets the block's input: BERT's output module as second argument, Llama's norm as first
    normalised_after: bool


def architecture_of(backbone: nn.Module) -> str:
    """Return the architecture of a loaded backbone."""
    config: Any = backbone.config
    if getattr(config, "is_encoder_decoder", False):
        return ENCODER_DECODER
    return DECODER if backbone_has_output_layer(backbone) else ENCODER


def backbone_has_output_layer(backbone: nn.Module) -> bool:
    """Return whether a backbone maps its states to the vocabulary."""
    module: Any = backbone
    return module.get_output_embeddings() is not None


def stacks(backbone: nn.Module) -> tuple[Stack, ...]:
    """Return the stacks from the input upwards: one, or encoder and decoder."""
    module: Any = backbone
    kind = architecture_of(backbone)
    if kind == ENCODER:
        return (Stack(module.embeddings, tuple(module.encoder.layer)),)
    if kind == DECODER:
        return (Stack(module.model.embed_tokens, tuple(module.model.layers)),)
    return tuple(Stack(part.embed_tokens, tuple(part.block)) for part in (module.encoder, module.decoder))


def layers(backbone: nn.Module) -> tuple[nn.Module, ...]:
    """Return all layers from the input upwards; the decoder of an encoder-decoder stands above its encoder."""
    return tuple(layer for stack in stacks(backbone) for layer in stack.layers)


def blocks(backbone: nn.Module) -> Iterator[Block]:
    """Yield the attention and feed-forward blocks of every layer, from the input upwards."""
    of_layer = {ENCODER: _bert, ENCODER_DECODER: _t5, DECODER: _llama}[architecture_of(backbone)]
    for layer in layers(backbone):
        yield from of_layer(layer)


def _bert(layer: Any) -> Iterator[Block]:
    for kind, output in (("attention", layer.attention.output), ("feed-forward", layer.output)):
        yield Block(kind, output.dropout, output.LayerNorm, output, normalised_after=True)


def _t5(layer: Any) -> Iterator[Block]:
    kinds = ("attention", "feed-forward") if len(layer.layer) == 2 else ("attention", "cross-attention", "feed-forward")
    for kind, sublayer in zip(kinds, layer.layer, strict=True):
        yield Block(kind, sublayer.dropout, sublayer, sublayer, normalised_after=False)


def _llama(layer: Any) -> Iterator[Block]:
    yield Block("attention", layer.self_attn, layer.post_attention_layernorm, layer.input_layernorm, False)
    yield Block("feed-forward", layer.mlp, layer, layer.post_attention_layernorm, False)


def attentions(backbone: nn.Module) -> tuple[tuple[nn.Module, ...], ...]:
    """Return the modules that hold keys and values, in groups of one a layer: encoder, decoder, cross-attention."""
    kind = architecture_of(backbone)
    found: list[Any] = list(layers(backbone))
    if kind == ENCODER:
        return (tuple(layer.attention.self for layer in found),)
    if kind == DECODER:
        return (tuple(layer.self_attn for layer in found),)
    encoding = tuple(layer.layer[0].SelfAttention for layer in found if len(layer.layer) == 2)
    decoding = [layer.layer for layer in found if len(layer.layer) == 3]
    return (
        encoding,
        tuple(sublayers[0].SelfAttention for sublayers in decoding),
        tuple(sublayers[1].EncDecAttention for sublayers in decoding),
    )
