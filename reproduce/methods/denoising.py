"""Batches for language adapters: tokens that are masked and asked for."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from reproduce.errors import SpecError
from reproduce.methods.context import Context, TokenIds
from reproduce.methods.settings import Pretraining
from reproduce.methods.sites import DECODER, ENCODER

IGNORED = -100  # label of a token that is not asked for


def endless(count: int, seed: int) -> Iterator[int]:
    """Yield positions, each once in a new order before any twice."""
    chance = random.Random(seed)  # noqa: S311  (an order of rows, no secret)
    while True:
        yield from chance.sample(range(count), count)


def batched(rows: Sequence[TokenIds], size: int, seed: int) -> Iterator[list[TokenIds]]:
    """Yield batches of rows, endlessly."""
    if not rows:
        raise SpecError("this method trains an adapter on the inputs before the task, and there are no inputs")
    order = endless(len(rows), seed)
    while True:
        yield [rows[next(order)] for _ in range(min(size, len(rows)))]


def masked_batches(settings: Pretraining, context: Context) -> Iterator[dict[str, Tensor]]:
    """Yield batches as the architecture learns a language: masked tokens, masked spans, or the next token."""
    chance = random.Random(context.seed)  # noqa: S311  (which tokens are masked, no secret)
    padding = context.tokenizer.pad_token_id or 0
    for rows in batched(context.rows, settings.pretraining_batch, context.seed):
        if context.architecture == DECODER:
            yield padded(rows, [list(row) for row in rows], padding)
        elif context.architecture == ENCODER:
            pairs = [_masked(row, settings.masked_share, context, chance) for row in rows]
            yield padded([inputs for inputs, _ in pairs], [labels for _, labels in pairs], padding)
        else:
            pairs = [_spans(row, settings.masked_share, context, chance) for row in rows]
            yield padded([inputs for inputs, _ in pairs], [labels for _, labels in pairs], padding)


def _chosen(row: TokenIds, share: float, context: Context, chance: random.Random) -> list[int]:
    """Return the positions to hide, in order; at least one where the row has an ordinary token."""
    special = set(context.tokenizer.all_special_ids)
    ordinary = [at for at, token in enumerate(row) if token not in special]
    count = min(len(ordinary), max(1, round(share * len(ordinary))))
    return sorted(chance.sample(ordinary, count))


def _masked(row: TokenIds, share: float, context: Context, chance: random.Random) -> tuple[TokenIds, TokenIds]:
    """Hide tokens: 80 % by the mask, 10 % by a random token, 10 % stay. Devlin et al. 2019, arXiv 1810.04805, 3.1."""
    inputs, labels = list(row), [IGNORED] * len(row)
    for at in _chosen(row, share, context, chance):
        labels[at] = row[at]
        draw = chance.random()
        if draw < 0.8:
            inputs[at] = context.tokenizer.mask_token_id
        elif draw < 0.9:
            inputs[at] = chance.randrange(len(context.tokenizer))
    return inputs, labels


def _spans(row: TokenIds, share: float, context: Context, chance: random.Random) -> tuple[TokenIds, TokenIds]:
    """Hide runs of tokens behind sentinels, and ask for them. Raffel et al. 2020, arXiv 1910.10683, figure 2."""
    hidden = set(_chosen(row, share, context, chance))
    inputs: TokenIds = []
    labels: TokenIds = []
    spans = 0
    for at, token in enumerate(row):
        if at not in hidden:
            inputs.append(token)
            continue
        if at - 1 not in hidden:
            sentinel = sentinel_id(context, spans)
            if sentinel is None:  # the tokenizer has no more of them
                inputs.append(token)
                hidden.discard(at)
                continue
            inputs.append(sentinel)
            labels.append(sentinel)
            spans += 1
        labels.append(token)
    return inputs, [*labels, context.tokenizer.eos_token_id]


def sentinel_id(context: Context, number: int) -> int | None:
    """Return the id of a sentinel, None beyond the last; raise SpecError when the tokenizer has none at all."""
    known = context.tokenizer.get_vocab()
    found: int | None = known.get(f"<extra_id_{number}>")
    if found is None and number == 0:
        raise SpecError("the tokenizer has no <extra_id_0>: spans cannot be masked, so no language adapter is trained")
    return found


def padded(inputs: Sequence[TokenIds], labels: Sequence[TokenIds], padding: int) -> dict[str, Tensor]:
    """Return a batch: ids and mask (rows, longest input), labels (rows, longest label row)."""
    return {
        "input_ids": _rectangle(inputs, padding),
        "attention_mask": _rectangle([[1] * len(row) for row in inputs], 0),
        "labels": _rectangle(labels, IGNORED),
    }


def _rectangle(rows: Sequence[TokenIds], filling: int) -> Tensor:
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[filling] * (longest - len(row))] for row in rows])
