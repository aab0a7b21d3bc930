"""Retrieval metrics, one score an item. numpy only; vectors are compared by cosine (dot product of unit vectors).

Ties: of equally similar candidates the one that stands earlier in the split counts as nearer. Similarities are
taken in float64, so that hardly any tie comes from rounding.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Scores = NDArray[np.float64]
_CHUNK = 512  # queries at a time: 512 x 2,600 similarities are 10 MB


def map_at_r(vectors: Vectors, labels: NDArray[np.int64]) -> Scores:
    """Return each item's average precision at R, where R is the number of other items of its class.

    Source: Musgrave et al. 2020, arXiv 2003.08505, section 3.2: (1/R) * sum over ranks i up to R of P(i) if the i-th
    neighbour is of the class, else 0. Every item is a query against all others. The evaluation scripts of CodeXGLUE
    for POJ-104, and of SCD-88 after them, compute the same: the first R answers, precision summed at the hits,
    divided by R. They rank by the dot product of unnormalised vectors and break ties as an unstable sort leaves
    them; here it is the cosine and the order of the split.

    vectors: (n, hidden), unit length; labels: (n,). An item that is alone in its class has no R: raises ValueError.
    """
    classes, counts = np.unique(labels, return_counts=True)
    if (counts < 2).any():
        raise ValueError("every class needs two items or more")
    others = dict(zip(classes.tolist(), (counts - 1).tolist(), strict=True))
    wanted = np.array([others[label] for label in labels.tolist()])
    longest = int(wanted.max())
    ranks = np.arange(1, longest + 1)
    scores = np.empty(len(labels))
    for rows, similarity in _similarities(vectors, vectors):
        similarity[np.arange(len(rows)), rows] = -np.inf  # never its own answer
        nearest = np.argsort(-similarity, axis=1, kind="stable")[:, :longest]
        hits = (labels[nearest] == labels[rows][:, None]) & (ranks <= wanted[rows][:, None])
        precision = np.cumsum(hits, axis=1) / ranks
        scores[rows] = (precision * hits).sum(axis=1) / wanted[rows]
    return scores


def reciprocal_rank(queries: Vectors, codes: Vectors) -> Scores:
    """Return 1 / rank of each query's own code among all codes; the mean of it is MRR.

    Source: Husain et al. 2019, arXiv 1909.09436, section 4.1, there among 1,000 candidates; here all codes of the
    split are candidates. queries, codes: (n, hidden), unit length, query i belonging to code i.
    """
    scores = np.empty(len(queries))
    positions = np.arange(len(codes))
    for rows, similarity in _similarities(queries, codes):
        own = similarity[np.arange(len(rows)), rows][:, None]
        nearer = (similarity > own) | ((similarity == own) & (positions < rows[:, None]))
        scores[rows] = 1 / (1 + nearer.sum(axis=1))
    return scores


def _similarities(queries: Vectors, candidates: Vectors) -> Iterator[tuple[NDArray[np.int64], Scores]]:
    wide = candidates.astype(np.float64)
    for start in range(0, len(queries), _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, len(queries)))
        yield rows, queries[rows].astype(np.float64) @ wide.T
