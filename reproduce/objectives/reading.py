"""From texts to batches of tokens: tokenising, padding, batches of similar length."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from typing import Any

import torch

from reproduce.methods.context import TokenIds

POOL_ROWS = 1024  # rows that are sorted together: more saves padding, fewer mixes lengths better
EVALUATION_TOKENS = 16_384  # of a batch without gradients, padding counted


def tokenise(tokenizer: Any, texts: Sequence[str], max_length: int, *, special: bool = True) -> list[TokenIds]:
    """Return each text's token ids, cut to ``max_length`` tokens, with the model's special tokens if asked."""
    if not texts:
        return []
    ids: list[TokenIds] = tokenizer(
        list(texts), truncation=True, max_length=max_length, add_special_tokens=special, return_attention_mask=False
    )["input_ids"]
    return ids


def frame_of(tokenizer: Any) -> tuple[TokenIds, TokenIds]:
    """Return the special tokens that the model's tokenizer puts before and after a text."""
    bare, framed = tokenizer("a", add_special_tokens=False)["input_ids"], tokenizer("a")["input_ids"]
    at = next(at for at in range(len(framed)) if framed[at : at + len(bare)] == bare)
    return framed[:at], framed[at + len(bare) :]


def pad_id(tokenizer: Any) -> int:
    """Return the id used for padding, which the attention mask hides; any will do, so 0 where there is none."""
    return int(tokenizer.pad_token_id or 0)


def padded(
    rows: Sequence[TokenIds], device: torch.device, *, fill: int = 0, left: bool = False
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return ids and attention mask, both (rows, longest row); padding has the id ``fill`` and mask 0."""
    longest = max(map(len, rows))
    gaps = [longest - len(row) for row in rows]
    if left:
        ids = [[fill] * gap + row for row, gap in zip(rows, gaps, strict=True)]
        mask = [[0] * gap + [1] * len(row) for row, gap in zip(rows, gaps, strict=True)]
    else:
        ids = [row + [fill] * gap for row, gap in zip(rows, gaps, strict=True)]
        mask = [[1] * len(row) + [0] * gap for row, gap in zip(rows, gaps, strict=True)]
    return torch.tensor(ids, device=device), torch.tensor(mask, device=device)


def cut(
    positions: Sequence[int], lengths: Sequence[int], *, items: int | None = None, tokens: int | None = None
) -> Iterator[tuple[int, ...]]:
    """Yield the positions in batches, in their order: of so many items, or of so many tokens with padding counted.

    A row that is longer than the budget is a batch of its own.
    """
    batch: list[int] = []
    longest = 0
    for at in positions:
        longest = max(longest, lengths[at])
        full = len(batch) == items if items is not None else tokens is not None and (len(batch) + 1) * longest > tokens
        if batch and full:
            yield tuple(batch)
            batch, longest = [], lengths[at]
        batch.append(at)
    if batch:
        yield tuple(batch)


def bucketed(
    order: Iterator[int], lengths: Sequence[int], *, items: int | None, tokens: int | None, seed: int
) -> Iterator[tuple[int, ...]]:
    """Yield batches of similar length from an endless order, the same for the same seed.

    A pool of rows is taken from the order, sorted by length, cut into batches, and the batches are shuffled: every row
    is seen once before any is seen twice, but for the rows that share a pool with the next pass.
    """
    draw = random.Random(seed)  # noqa: S311  (sampling, not secrecy)
    pool_rows = min(POOL_ROWS, len(lengths))
    if items is not None:
        pool_rows = max(items, pool_rows // items * items)
    while True:
        pool = sorted(itertools.islice(order, pool_rows), key=lambda at: (lengths[at], at))
        batches = list(cut(pool, lengths, items=items, tokens=tokens))
        draw.shuffle(batches)
        yield from batches


def by_length(lengths: Sequence[int], *, tokens: int = EVALUATION_TOKENS) -> Iterator[tuple[int, ...]]:
    """Yield all positions in batches of similar length, the longest first: what does not fit fails at once."""
    positions = sorted(range(len(lengths)), key=lambda at: (-lengths[at], at))
    return cut(positions, lengths, tokens=tokens)
