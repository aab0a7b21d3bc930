"""A linear model with crossed and nested random effects and known sampling variances.

    y_i = sum_k u_k[level_k(i)] + p[paper(i)] + c[cell(i)] + r_i + e_i
    u_k ~ N(0, s_k^2), p ~ N(0, s_p^2), c ~ N(0, s_c^2), r ~ N(0, s_r^2), e_i ~ N(0, d_i) with d_i known

The crossed effects u are those that a prediction may use, and an observation may have no level of one; papers, and
cells within papers (a paper's numbers for one task), are nested and only predicted as noise. There is no fixed effect:
every level is drawn towards zero, which on the scale of effects means no difference from full fine-tuning.

The best linear unbiased predictions and their error variances solve the mixed model equations (Henderson 1975,
Biometrics 31(2); Searle, Casella and McCulloch 1992, Variance Components, chapter 7) after the nested effects are
absorbed, which costs one pass over the data for each evaluation, however many papers there are. The variances
maximise the likelihood times a gamma(2, 0) density of each standard deviation, that is the log likelihood plus the sum
of log s (Chung, Rabe-Hesketh, Dorie, Gelman and Liu 2013, Psychometrika 78(4)): with as few papers as there are, the
plain maximum often says that a variance is exactly zero, and intervals built on that are too narrow. No deviation is
sought above three times the root mean square of the observations, which matters only where there are hardly more
observations than deviations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NO_LEVEL = -1

SMALLEST, LARGEST = 1e-3, 3.0  # bounds of a standard deviation in the search, in root mean squares of y


@dataclass(frozen=True)
class Data:
    """Observations in the order of their papers and cells.

    Shapes: ``y``, ``d``, ``cell`` (n,); ``levels`` (n, k) with level numbers of the k crossed effects, NO_LEVEL where
    an observation has none; ``paper`` (cells,) with the paper of each cell. ``sizes``: number of levels of each crossed
    effect, those without data included.
    """

    y: Floats
    d: Floats
    levels: Ints
    sizes: tuple[int, ...]
    cell: Ints
    paper: Ints

    @classmethod
    def arrange(
        cls,
        y: Sequence[float],
        d: Sequence[float],
        levels: Sequence[Sequence[int]],
        sizes: Sequence[int],
        papers: Sequence[str],
        cells: Sequence[str],
    ) -> Data:
        """Return the observations sorted by paper and cell; a cell's name needs to be unique in its paper only."""
        order = sorted(range(len(y)), key=lambda i: (papers[i], cells[i]))
        keys = [(papers[i], cells[i]) for i in order]
        cell_number = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        paper_number = {name: number for number, name in enumerate(dict.fromkeys(paper for paper, _ in keys))}
        return cls(
            y=np.array([y[i] for i in order], dtype=np.float64),
            d=np.array([d[i] for i in order], dtype=np.float64),
            levels=np.array([levels[i] for i in order], dtype=np.int64).reshape(len(order), len(sizes)),
            sizes=tuple(sizes),
            cell=np.array([cell_number[key] for key in keys], dtype=np.int64),
            paper=np.array([paper_number[paper] for paper, _ in cell_number], dtype=np.int64),
        )

    @property
    def design(self) -> Floats:
        """The one-hot columns of all crossed effects, and y as the last one: (n, q + 1)."""
        offsets = np.cumsum((0, *self.sizes))
        columns = np.zeros((len(self.y), offsets[-1] + 1))
        for effect, offset in enumerate(offsets[:-1]):
            rows = np.flatnonzero(self.levels[:, effect] != NO_LEVEL)
            columns[rows, self.levels[rows, effect] + offset] = 1.0
        columns[:, -1] = self.y
        return columns


@dataclass(frozen=True)
class Deviations:
    """Standard deviations of the random effects, on the scale of y."""

    crossed: tuple[float, ...]
    paper: float
    cell: float
    residual: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Deviations:
        """Return the deviations from a flat series: crossed ones, then paper, cell, residual."""
        *crossed, paper, cell, residual = (float(value) for value in values)
        return cls(tuple(crossed), paper, cell, residual)


@dataclass(frozen=True)
class Fit:
    """Predictions of the levels: ``effects`` (q,), and the covariance of their errors ``covariance`` (q, q).

    Levels of the k-th crossed effect begin at ``offsets[k]``.
    """

    deviations: Deviations
    effects: Floats
    covariance: Floats
    offsets: tuple[int, ...]
    papers: int
    log_likelihood: float

    def estimate(self, weights: Floats) -> tuple[float, float]:
        """Return the prediction of a linear combination of levels (q,), and its variance."""
        return float(weights @ self.effects), float(weights @ self.covariance @ weights)


def _absorbed(data: Data, design: Floats, s: Deviations) -> tuple[Floats, float]:
    """Return ``design' R^-1 design`` and ``log det R``, where R is the covariance of all but the crossed effects.

    R is block diagonal by paper; both nested effects go by the Sherman-Morrison identity, cells first.
    """
    v = data.d + s.residual**2
    w = 1.0 / v
    cell_starts = np.flatnonzero(np.r_[True, np.diff(data.cell) > 0])
    paper_starts = np.flatnonzero(np.r_[True, np.diff(data.paper) > 0])
    weighted = design * w[:, None]
    by_cell = np.add.reduceat(weighted, cell_starts)  # (cells, q + 1)
    cell_weight = np.add.reduceat(w, cell_starts)
    shrink = 1.0 + s.cell**2 * cell_weight
    by_paper = np.add.reduceat(by_cell / shrink[:, None], paper_starts)
    paper_weight = np.add.reduceat(cell_weight / shrink, paper_starts)
    paper_shrink = 1.0 + s.paper**2 * paper_weight
    product = design.T @ weighted
    product -= by_cell.T @ (by_cell * (s.cell**2 / shrink)[:, None])
    product -= by_paper.T @ (by_paper * (s.paper**2 / paper_shrink)[:, None])
    log_det = float(np.log(v).sum() + np.log(shrink).sum() + np.log(paper_shrink).sum())
    return product, log_det


def _solve(data: Data, design: Floats, s: Deviations) -> tuple[Floats, Floats, float]:
    """Return the predictions of the levels, the covariance of their errors, and the log likelihood."""
    product, log_det = _absorbed(data, design, s)
    scale = np.repeat(s.crossed, data.sizes)
    inner = scale[:, None] * product[:-1, :-1] * scale + np.eye(len(scale))
    right = scale * product[:-1, -1]
    lower = np.linalg.cholesky(inner)
    half = np.linalg.solve(lower, np.column_stack([right, np.diag(scale)]))
    quadratic = float(product[-1, -1] - half[:, 0] @ half[:, 0])
    log_det += 2.0 * float(np.log(np.diag(lower)).sum())
    effects = half[:, 1:].T @ half[:, 0]
    log_likelihood = -0.5 * (quadratic + log_det + len(data.y) * float(np.log(2 * np.pi)))
    return effects, half[:, 1:].T @ half[:, 1:], log_likelihood


def fit(data: Data, deviations: Deviations | None = None) -> Fit:
    """Return the fit, with the standard deviations estimated unless they are given.

    Raises:
        ValueError: there is no observation.
    """
    if not len(data.y):
        raise ValueError("nothing to fit")
    design = data.design
    s = deviations or _estimate(data, design)
    effects, covariance, log_likelihood = _solve(data, design, s)
    offsets = tuple(int(offset) for offset in np.cumsum((0, *data.sizes))[:-1])
    return Fit(s, effects, covariance, offsets, int(data.paper[-1]) + 1, log_likelihood)


def _estimate(data: Data, design: Floats) -> Deviations:
    from scipy.optimize import minimize

    count = len(data.sizes) + 3
    rms = max(float(np.sqrt(np.mean(data.y**2))), 0.1)

    def loss(logs: Floats) -> float:
        return -_solve(data, design, Deviations.of(np.exp(logs)))[2] - float(logs.sum())

    bounds = [(np.log(SMALLEST * rms), np.log(LARGEST * rms))] * count
    found = minimize(loss, np.full(count, np.log(rms / np.sqrt(count))), method="L-BFGS-B", bounds=bounds)
    return Deviations.of(float(value) for value in np.exp(found.x))
