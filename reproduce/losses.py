"""Contrastive losses over a batch of unit vectors."""

from __future__ import annotations

import torch
from torch.nn import functional


def supervised_contrastive(vectors: torch.Tensor, labels: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return the mean loss over all anchors of a batch.

    Source: Khosla et al. 2020, arXiv 2004.11362, equation 2 (the sum over positives stands outside the logarithm).
    vectors: (n, hidden), unit length; labels: (n,), each occurring at least twice.
    """
    itself = torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
    logits = (vectors @ vectors.T / temperature).masked_fill(itself, -torch.inf)
    log_share = logits - logits.logsumexp(dim=1, keepdim=True)
    positive = (labels[:, None] == labels[None, :]) & ~itself
    # masked_fill first: the diagonal is minus infinity, and 0 times infinity is not a number
    of_positives = log_share.masked_fill(~positive, 0.0).sum(dim=1) / positive.sum(dim=1)
    return -of_positives.mean()


def symmetric_infonce(vectors: torch.Tensor, labels: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return the mean of the cross entropies query to code and code to query.

    Source: van den Oord et al. 2018, arXiv 1807.03748, equation 4, with the other pairs of the batch as negatives, in
    both directions as in Radford et al. 2021, arXiv 2103.00020, figure 3.
    vectors: (2n, hidden), unit length, n queries followed by their n codes; labels are not used.
    """
    queries, codes = vectors.chunk(2)
    logits = queries @ codes.T / temperature
    own = torch.arange(len(queries), device=vectors.device)
    return (functional.cross_entropy(logits, own) + functional.cross_entropy(logits.T, own)) / 2
