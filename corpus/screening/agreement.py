"""How far two reviewers agree: Cohen's kappa with its interval, and PABAK beside it.

Kappa: Cohen 1960, Educational and Psychological Measurement 20(1), 37-46. Its standard error for an interval: Fleiss,
Cohen and Everitt 1969, Psychological Bulletin 72(5), 323-327. PABAK, which does not fall when one verdict is rare:
Byrt, Bishop and Carlin 1993, Journal of Clinical Epidemiology 46(5), 423-429; for k verdicts (k Po - 1) / (k - 1).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from corpus.records.screening import CONSENSUS, Stage, Verdict
from corpus.screening.standing import Standing

Z = 1.959963984540054  # the normal distribution's 97.5 % point


@dataclass(frozen=True)
class Agreement:
    """Agreement of two reviewers at one stage. ``kappa`` is None where it is not defined, and ``because`` says why."""

    stage: Stage
    reviewers: tuple[str, str]
    both: int  # references that both decided on
    observed: float | None
    kappa: float | None
    low: float | None
    high: float | None
    pabak: float | None
    because: str | None = None


def agreement(found: Mapping[tuple[str, Stage], Standing]) -> tuple[Agreement, ...]:
    """Return the agreement of each pair of reviewers at each stage at which both decided on something."""
    rows = []
    for stage in (Stage.TITLE_ABSTRACT, Stage.FULL_TEXT):
        here = [standing for (_, at), standing in found.items() if at is stage]
        names = sorted({name for standing in here for name in standing.decisions} - {CONSENSUS})
        for one, other in combinations(names, 2):
            pairs = [
                (each.decisions[one].verdict, each.decisions[other].verdict)
                for each in here
                if one in each.decisions and other in each.decisions
            ]
            if pairs:
                rows.append(_pair(stage, (one, other), pairs))
    return tuple(rows)


def _pair(stage: Stage, names: tuple[str, str], pairs: list[tuple[Verdict, Verdict]]) -> Agreement:
    verdicts = [each for each in Verdict if any(each in pair for pair in pairs)]
    counts = np.zeros((len(verdicts), len(verdicts)))
    for one, other in pairs:
        counts[verdicts.index(one), verdicts.index(other)] += 1
    observed = float(np.trace(counts) / len(pairs))
    # Two verdicts can always be given, also where one of them was not.
    pabak = (max(len(verdicts), 2) * observed - 1) / (max(len(verdicts), 2) - 1)
    if len(verdicts) == 1:
        because = "both gave one verdict only, so that chance alone would agree always"
        return Agreement(stage, names, len(pairs), observed, None, None, None, pabak, because)
    kappa, error = kappa_with_error(counts)
    return Agreement(
        stage, names, len(pairs), observed, kappa, max(-1.0, kappa - Z * error), min(1.0, kappa + Z * error), pabak
    )


def kappa_with_error(counts: np.ndarray) -> tuple[float, float]:
    """Return Cohen's kappa of a square table of counts, and its large-sample standard error."""
    total = counts.sum()
    share = counts / total
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    observed, chance = float(np.trace(share)), float(rows @ columns)
    kappa = (observed - chance) / (1 - chance)
    on_diagonal = np.diag(share) @ ((1 - chance) - (rows + columns) * (1 - observed)) ** 2
    off = share * (columns[:, None] + rows[None, :]) ** 2
    off_diagonal = (1 - observed) ** 2 * (off.sum() - np.trace(off))
    correction = (observed * chance - 2 * chance + observed) ** 2
    variance = (on_diagonal + off_diagonal - correction) / (total * (1 - chance) ** 4)
    return kappa, math.sqrt(max(0.0, float(variance)))
