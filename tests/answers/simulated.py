"""Invented evidence with a known truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from taxonomy.answers.mixed_model import Data, Deviations

TASKS, METHODS = 6, 8


@dataclass(frozen=True)
class Truth:
    """What the evidence was drawn from: effects of tasks and methods, and all standard deviations."""

    tasks: np.ndarray
    methods: np.ndarray
    deviations: Deviations
    error: float  # standard deviation of an observation


def draw_truth(random: np.random.Generator, *, shift: float = 0.0) -> Truth:
    """Return a truth; ``shift`` moves every task's effect, against the model's belief that there is no difference."""
    deviations = Deviations(crossed=(0.6, 0.4), paper=0.8, cell=0.4, residual=0.3)
    return Truth(
        tasks=shift + random.normal(0, deviations.crossed[0], TASKS),
        methods=random.normal(0, deviations.crossed[1], METHODS),
        deviations=deviations,
        error=0.3,
    )


def draw_papers(random: np.random.Generator, truth: Truth, *, papers: int) -> Data:
    """Return what papers find: each tries one to three tasks with two to four methods."""
    y, levels, names, cells = [], [], [], []
    s = truth.deviations
    for paper in range(papers):
        of_paper = random.normal(0, s.paper)
        for task in random.choice(TASKS, size=random.integers(1, 4), replace=False):
            of_cell = random.normal(0, s.cell)
            for method in random.choice(METHODS, size=random.integers(2, 5), replace=False):
                own = random.normal(0, np.hypot(s.residual, truth.error))
                y.append(truth.tasks[task] + truth.methods[method] + of_paper + of_cell + own)
                levels.append([int(task), int(method)])
                names.append(f"paper {paper:03d}")
                cells.append(f"task {task}")
    return Data.arrange(y, [truth.error**2] * len(y), levels, [TASKS, METHODS], names, cells)


def draw_new(random: np.random.Generator, truth: Truth, task: int, method: int) -> float:
    """Return what a new paper finds."""
    s = truth.deviations
    noise = np.sqrt(s.paper**2 + s.cell**2 + s.residual**2 + truth.error**2)
    return float(truth.tasks[task] + truth.methods[method] + random.normal(0, noise))
