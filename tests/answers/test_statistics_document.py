"""docs/statistics.md says what the code does: its worked example is recomputed from its own numbers."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from taxonomy.answers.aggregates import aggregate
from taxonomy.answers.ladder import LADDER
from taxonomy.answers.mixed_model import Data, Deviations, fit
from taxonomy.answers.pairs import Kind, pairs
from taxonomy.answers.pooling import Pooled, Target
from taxonomy.answers.rules import PoolingModel, rules
from taxonomy.answers.scales import Scale

DOCUMENT = (Path(__file__).parents[2] / "docs" / "statistics.md").read_text(encoding="utf-8")
EXAMPLE = DOCUMENT.split("## Worked example")[1]


def table(text: str, first: str) -> list[list[str]]:
    """Return the rows of the Markdown table whose first column has this heading."""
    lines = text.splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[begin + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


@pytest.fixture(scope="module")
def given():
    """The example's observations: (source, task, method, points, variance, z, variance of z)."""
    return [[*row[:3], *map(float, row[3:])] for row in table(EXAMPLE, "source")]


@pytest.fixture(scope="module")
def pooled(given):
    """The example's model, with the standard deviations that the text gives."""
    words = re.search(r"task ([\d.]+), method ([\d.]+), paper ([\d.]+), cell ([\d.]+), residual ([\d.]+)\.", EXAMPLE)
    deviations = Deviations.of(float(number) for number in words.groups())
    tasks, methods = (tuple(dict.fromkeys(entries)) for entries in zip(*_levels(given), strict=True))
    tasks = (*dict.fromkeys(tasks), "code-to-text")
    scale = Scale(kind="asinh")
    data = Data.arrange(
        [scale.forward(row[3]) for row in given],
        [scale.variance(row[3], row[4]) for row in given],
        [[tasks.index(row[1]), methods.index(row[2])] for row in given],
        [len(tasks), len(methods)],
        [row[0] for row in given],
        [row[1] for row in given],
    )
    model = PoolingModel(scale=scale, effects=("task", "method"))
    variances = [scale.variance(row[3], row[4]) for row in given]
    return Pooled(model, {"task": tasks, "method": methods}, fit(data, deviations), float(np.median(variances)))


def _levels(given):
    return [(row[1], row[2]) for row in given]


def target(task, method):
    """Return what the example predicts."""
    return Target(task, "any", method, "any")


def test_the_examples_scale(given):
    """Z and its variance in the table follow from points and variance."""
    scale = Scale(kind="asinh")
    for *_, points, variance, z, of_z in given:
        assert scale.forward(points) == pytest.approx(z, abs=5e-5)
        assert scale.variance(points, variance) == pytest.approx(of_z, abs=5e-5)


def test_the_examples_effects(pooled):
    """The effects of the levels are those in the table."""
    levels = [*pooled.levels["task"], *pooled.levels["method"]]
    said = {name: float(value) for name, value in table(EXAMPLE, "level")}
    assert dict(zip(levels, pooled.fit.effects, strict=True)) == pytest.approx(said, abs=5e-5)


def test_the_examples_intervals(pooled):
    """Effects and both intervals, in points, are those in the table."""
    assert f"q = {pooled.quantile:.4f}" in EXAMPLE
    for task, method, *numbers in table(EXAMPLE, "task"):
        z, error, *points = map(float, numbers)
        center, variance = pooled.fit.estimate(pooled.weights(target(task, method)))
        assert (center, np.sqrt(variance)) == pytest.approx((z, error), abs=5e-5)
        found = pooled.estimate(target(task, method))
        ends = (found.points, found.low, found.high, found.new_low, found.new_high)
        assert ends == pytest.approx(tuple(points), abs=5e-3)


def test_the_examples_tie(pooled):
    """The contrast and its interval are those in the text."""
    found = pooled.contrast(target("code-search", "lora"), target("code-search", "ia3"))
    said = re.search(r"differ by ([\d.]+) on the\s+scale, with the interval (-[\d.]+) to ([\d.]+)", EXAMPLE)
    numbers = tuple(map(float, said.groups()))
    assert (found.difference, found.low, found.high) == pytest.approx(numbers, abs=5e-5)
    assert not found.resolved


def test_the_numbers_of_the_corpus_are_those_in_the_text(shipped, words):
    """How many numbers have a baseline, how many are pooled, and of how many papers."""
    reported = [pair for pair in pairs(shipped, words) if pair.kind is Kind.REPORTED]
    kept = [pair for pair in reported if pair.pooled]
    papers = {pair.source for pair in kept}
    text = re.sub(r"\s+", " ", DOCUMENT)
    assert (
        f"Of the {len(reported):,} reported numbers with a baseline {len(kept)} remain, of {len(papers)} papers" in text
    )
    assert f"({len(aggregate(kept))} aggregates of {len(papers)} papers)" in text


def test_the_ladder_in_the_text_has_every_step():
    """Each step of the ladder has a row, and the chosen one is in bold."""
    rows = [[cell.strip("*") for cell in row] for row in table(DOCUMENT, "scale")]
    said = {(row[0], row[1]) for row in rows}
    wanted = {("points" if m.scale.kind == "points" else "asinh(1)", " + ".join(m.effects)) for m in LADDER}
    assert wanted <= said
    chosen = rules().pooling
    assert f"| **asinh({chosen.scale.unit_points:g})** | **{' + '.join(chosen.effects)}** |" in DOCUMENT
