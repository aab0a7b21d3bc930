"""The encoder: from texts to unit vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import nn

from reproduce.methods.context import TokenIds
from reproduce.objectives.reading import padded


def mean_pooled(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the unit vectors (rows, hidden) of the mean of each row's real tokens.

    states: (rows, tokens, hidden); mask: (rows, tokens). As the model was trained: Reimers and Gurevych 2019,
    arXiv 1908.10084, section 3, followed by L2 normalisation.
    """
    weights = mask.unsqueeze(-1).to(states.dtype)
    mean = (states * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)
    return nn.functional.normalize(mean, dim=-1)


def embed(
    module: nn.Module,
    rows: Sequence[TokenIds],
    *,
    precision: str,
    chunk: int = 16,
    after_chunk: Callable[[int], None] | None = None,
) -> torch.Tensor:
    """Return the embeddings (rows, hidden), float32, in the order given.

    Rows are encoded in chunks of similar length, which saves most of the padding; ``after_chunk`` is told how many
    rows are done. Gradients flow when the caller has them enabled. ``precision`` bfloat16 means autocast.
    """
    device = next(module.parameters()).device
    by_length = sorted(range(len(rows)), key=lambda at: (len(rows[at]), at))
    pieces = []
    for start in range(0, len(rows), chunk):
        ids, mask = padded([rows[at] for at in by_length[start : start + chunk]], device)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == "bfloat16"):
            states = module(input_ids=ids, attention_mask=mask).last_hidden_state
        pieces.append(mean_pooled(states.float(), mask))
        if after_chunk is not None:
            after_chunk(min(start + chunk, len(rows)))
    back = torch.empty(len(rows), dtype=torch.long)
    back[by_length] = torch.arange(len(rows))
    return torch.cat(pieces)[back.to(device)]
