"""The number of trained weights of each method, by closed formulas over the tiny models' dimensions."""

from __future__ import annotations

from typing import Any

from tests.reproduce.methods.tiny import HEADS, HIDDEN, INNER, KEY_VALUE_HEADS, LAYERS, POSITIONS, VOCABULARY

H, F, L, V = HIDDEN, INNER, LAYERS, VOCABULARY
KV = H // HEADS * KEY_VALUE_HEADS  # width of the decoder's keys and values
ATTENTIONS = {"encoder": L, "encoder-decoder": 3 * L, "decoder": L}  # of an encoder-decoder: encoder, decoder, crossing
BLOCKS = {"encoder": L, "encoder-decoder": 2 * L, "decoder": L}  # feed-forward blocks, one a layer

LAYER = {  # weights of a layer: (matrices, the rest)
    "encoder": (4 * H * H + 2 * H * F, 4 * H + F + H + 4 * H),
    "decoder": (2 * H * H + 2 * H * KV + 3 * H * F, 2 * H),
}
T5_ENCODER, T5_DECODER = 4 * H * H + 2 * H * F + 2 * H, 8 * H * H + 2 * H * F + 3 * H
RELATIVE = 8 * HEADS  # table of relative positions, one for each of encoder and decoder
BACKBONE = {
    "encoder": (V + POSITIONS + 2) * H + 2 * H + L * sum(LAYER["encoder"]),
    "encoder-decoder": V * H + L * (T5_ENCODER + T5_DECODER) + 2 * RELATIVE + 2 * H,
    "decoder": V * H + L * sum(LAYER["decoder"]) + H,
}


def matrices(names: Any, architecture: str) -> list[tuple[int, int]]:
    """Return (in, out) of every matrix that a method's targets name."""
    attention = {"query": (H, H), "value": (H, H), "key": (H, H)}
    attention |= dict.fromkeys("qkvo", (H, H)) | {
        "q_proj": (H, H),
        "o_proj": (H, H),
        "k_proj": (H, KV),
        "v_proj": (H, KV),
    }
    inner = {"wi": (H, F), "wo": (F, H), "gate_proj": (H, F), "up_proj": (H, F), "down_proj": (F, H)}
    if isinstance(names, str):  # the encoder's feed-forward matrices
        return [(H, F), (F, H)] * L
    found = [attention[name] for name in names if name in attention] * ATTENTIONS[architecture]
    found += [inner[name] for name in names if name in inner] * BLOCKS[architecture]
    if "dense" in names:
        found += [(H, H), (H, F), (F, H)] * L
    return found


def low_rank(names: Any, architecture: str, rank: int) -> int:
    """Return the weights of both factors."""
    return sum(rank * (wide + out) for wide, out in matrices(names, architecture))


def bottleneck(inner: int) -> int:
    """Return the weights of one adapter."""
    return 2 * H * inner + inner + H


def prefix_width(architecture: str) -> int:
    """Return the width of keys and values together."""
    return 2 * (KV if architecture == "decoder" else H)


def made_prefixes(architecture: str, tokens: int, inner: int) -> int:
    """Return the weights of prefixes through a network: one network a group of attentions."""
    groups = ATTENTIONS[architecture] // L
    shared = tokens * H + H * inner + inner
    return groups * shared + ATTENTIONS[architecture] * (inner + 1) * prefix_width(architecture)


def expected(name: str, architecture: str, s: Any) -> int:
    """Return the number of trained weights; s are the method's settings."""
    blocks, attentions = BLOCKS[architecture], ATTENTIONS[architecture]
    half, quarter = H // 2, H // 4
    if name in ("lora", "qlora", "pissa", "corda", "ff-lora"):
        return low_rank(s.target_modules, architecture, s.r)
    if name == "dora":
        return low_rank(s.target_modules, architecture, s.r) + sum(
            out for _, out in matrices(s.target_modules, architecture)
        )
    if name == "adalora":
        return low_rank(s.target_modules, architecture, s.init_r) + s.init_r * len(
            matrices(s.target_modules, architecture)
        )
    if name == "ff-lora-at":
        return low_rank(s.target_modules, architecture, s.r) + (attentions + blocks) * bottleneck(s.bottleneck)
    key = KV if architecture == "decoder" else H
    graph = {"pass-tuning": H * H + 2 * H, "gcn-prefix": H * H}
    formulas = {
        "full-finetuning": lambda: BACKBONE[architecture],
        "ia3": lambda: attentions * 2 * key + blocks * F,
        "adapter": lambda: 2 * blocks * bottleneck(quarter),
        "t-adapter": lambda: blocks * bottleneck(quarter),
        # both halves of the coupling: H/2 -> H/4 -> H/2
        "l-adapter": lambda: blocks * bottleneck(half) + 2 * (2 * half * quarter + quarter + half),
        "l-adapter-t-adapter": lambda: blocks * bottleneck(quarter),
        "l-adapter-ner-adapter-fusion": lambda: blocks * (3 * H * H + 2 * H),
        "parallel-adapter": lambda: blocks * bottleneck(half),
        "prompt-tuning": lambda: s.num_virtual_tokens * H * (2 if architecture == "encoder-decoder" else 1),
        "p-tuning": lambda: p_tuning(s, architecture),
        "prefix-tuning": lambda: made_prefixes(architecture, s.num_virtual_tokens, s.encoder_hidden_size),
        "p-tuning-v2": lambda: s.num_virtual_tokens * attentions * prefix_width(architecture),
        "mam": lambda: (
            made_prefixes(architecture, s.num_virtual_tokens, s.encoder_hidden_size) + blocks * bottleneck(half)
        ),
        "bitfit": lambda: H + L * (7 * H + F),
        "telly-k": lambda: telly(architecture),
        "embeddings-and-softmax": lambda: V * H,
        "final-layer": lambda: T5_DECODER if architecture == "encoder-decoder" else sum(LAYER[architecture]),
        "ln-tuning": lambda: norms(architecture),
    }
    if name in graph:  # one network for each of encoder, decoder and crossing; made from the tree, not from embeddings
        inner = s.prefix_hidden_size
        return 3 * (graph[name] + (H + 1) * inner) + attentions * (inner + 1) * prefix_width(architecture)
    return formulas[name]()


def p_tuning(s: Any, architecture: str) -> int:
    """Return the weights of P-Tuning's embedding and of its network of three layers."""
    tokens = s.num_virtual_tokens * (2 if architecture == "encoder-decoder" else 1)
    inner = s.encoder_hidden_size
    return tokens * H + (H + 1) * inner + (inner + 1) * inner + (inner + 1) * H


def telly(architecture: str) -> int:
    """Return the weights above the lower half: a layer, or the decoder, and what follows."""
    if architecture == "encoder-decoder":
        return L * T5_DECODER + RELATIVE + H + H  # both last norms: they belong to no layer
    return sum(LAYER[architecture]) * L // 2 + (H if architecture == "decoder" else 0)


def norms(architecture: str) -> int:
    """Return the weights of all normalisation layers."""
    if architecture == "encoder":
        return 2 * H * (1 + 2 * L)
    return H * (1 + 2 * L) if architecture == "decoder" else H * (2 * L + 3 * L + 2)
