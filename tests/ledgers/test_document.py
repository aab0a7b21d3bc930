"""docs/claims.md: its worked example is recomputed, and its lists are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.records.claim import Condition, Direction, Extent, Quantity
from taxonomy.answers.contradictions import Kind
from taxonomy.answers.gaps import GapKind
from taxonomy.answers.outcomes import Outcome, Verdict
from taxonomy.answers.resolution import resolution
from taxonomy.answers.verdicts import verdicts
from taxonomy.answers.welch import Scores, difference

TEXT = (Path(__file__).parents[2] / "docs" / "claims.md").read_text(encoding="utf-8")
EXAMPLE = TEXT.split("## A worked example")[1].split("\n## ")[0]


def table(text):
    """Return the cells of the rows of a Markdown table, without its header."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return rows[2:]


def stated(name):
    """Return the numbers on a line of the worked example."""
    line = re.search(rf"^    {name} += (.*)$", EXAMPLE, re.MULTILINE).group(1)
    return [float(number) for number in re.findall(r"[-+]?\d+\.\d+", line)]


@pytest.fixture(scope="module")
def sides():
    """The two rows of the example's table."""
    return {method: Scores(float(mean), float(std), int(seeds)) for method, mean, std, seeds in table(EXAMPLE)}


def test_the_worked_example_follows_from_its_own_numbers(sides, rules):
    """Difference, error, degrees of freedom and interval are those that the formulas give for the table."""
    found = difference(sides["adapter"], sides["full-finetuning"])
    assert stated("difference") == [pytest.approx(found.points, abs=0.005)]
    assert stated("error") == [pytest.approx(found.error, abs=0.0005)]
    assert stated("df") == [pytest.approx(found.freedom, abs=0.005)]
    assert stated("interval") == [pytest.approx(bound, abs=0.005) for bound in found.bounds(1 - 2 * rules.alpha)]


def test_the_worked_example_is_the_ledgers(sides, shipped, words, ledgers):
    """The table holds the shipped numbers, and the verdict is the one that the text gives."""
    (found,) = [entry for entry in verdicts(shipped, words, ledgers, owner="P33") if entry.stated.id == "P33-C4"]
    judged = found.by_reported.judged
    (adapter,) = [entry for entry in judged if entry.case.method == "adapter"]
    assert (adapter.case.value, adapter.case.against) == (sides["adapter"].mean, sides["full-finetuning"].mean)
    assert adapter.case.difference == difference(sides["adapter"], sides["full-finetuning"])
    assert f"{sum(entry.outcome is Outcome.OPEN for entry in judged)} of {len(judged)} cases are open" in EXAMPLE
    assert f"verdict is *{found.verdict.value}*" in " ".join(EXAMPLE.split())


def test_the_bounds_of_devign_are_those_of_the_code(shipped, words):
    """The two figures in the text are what `codepeft resolution` says."""
    (found,) = resolution(shipped, words, datasets=["devign"], metrics=["accuracy"])
    bound = next(bound for bound in found.items if bound.items == 2732)
    flat = " ".join(TEXT.split())
    assert f"the bounds by items are {bound.paired_at_best:.2f} and {bound.unpaired:.2f} points" in flat
    assert f"accuracies around {found.level:.1f}" in flat


@pytest.mark.parametrize("kind", [GapKind, Kind], ids=["gaps", "contradictions"])
def test_every_kind_is_explained(kind):
    """Each kind of gap and of contradiction has its row."""
    rows = {row[0] for row in table(TEXT)}
    assert {entry.value for entry in kind} <= rows


@pytest.mark.parametrize("words", [Verdict, Direction, Extent, Quantity, Condition], ids=lambda words: words.__name__)
def test_every_word_is_named(words):
    """Verdicts and the words of a statement are in the text; of the conditions, at least what they are for."""
    flat = " ".join(TEXT.split())
    missing = [entry.value for entry in words if entry.value not in flat]
    assert not missing or (words is Condition and len(missing) < len(Condition))
