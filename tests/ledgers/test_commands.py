"""The commands gaps, contradictions, resolution, compare, verdicts, snapshot and diff."""

from __future__ import annotations

import re
import shlex

import pytest

from explorer.cli import ledgers as commands
from tests import examples

GAP = {"method", "task", "architecture", "kind", "papers", "runs", "because", "minutes", "memory_gb"}
VERDICT = {"paper", "claim", "verdict", "fidelity", "reported", "runs", "because", "by_reported", "by_measured"}
COMMANDS = ["gaps", "contradictions", "resolution", "compare", "verdicts", "snapshot"]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_in_the_help_works(command, call, indexed_home):
    """The call that a command's help shows ends with 0 and says something."""
    example = re.search(r"Example: codepeft (.*)\.$", getattr(commands, command).__doc__).group(1)
    outcome = call(*shlex.split(example), home=indexed_home)
    assert outcome.code == 0, outcome.err
    assert outcome.out


@pytest.mark.parametrize(
    ("arguments", "suggested"),
    [
        ("gaps --method lorra", "LoRA"), ("gaps --kind unsuported", "unsupported"), ("compare --method lorra", "LoRA"),
        ("resolution --dataset devgn", "devign"), ("resolution --metric acuracy", "accuracy"),
        ("contradictions --task code-serch", "code-search"), ("verdicts P99", "P9"), ("diff nothing", "none yet"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_told(arguments, suggested, call):
    """Exit code 2, nothing on standard output, one sentence with what is there."""
    outcome = call(*arguments.split())
    assert (outcome.code, outcome.out) == (2, "")
    assert suggested.casefold() in outcome.err.casefold()


def test_gaps_have_the_promised_fields(call, words):
    """Filtered by method: one document, a cell for each task and architecture."""
    rows = call("gaps", "--method", "LoRA", "--json").document
    assert len(rows) == len(words.tasks) * len(words.architectures)
    assert all(row.keys() >= GAP for row in rows)


def test_gaps_by_kind(call):
    """The kind asked for and no other, with the experiment that can be run."""
    rows = call("gaps", "--kind", "unstudied but runnable", "--json").document
    assert {row["kind"] for row in rows} == {"unstudied but runnable"}
    assert all(row["experiment"] for row in rows)


def test_verdicts_have_the_promised_fields(call, shipped):
    """Every claim of every paper and the review's findings, with both kinds of evidence."""
    rows = call("verdicts", "--json").document
    claims = [claim.id for paper in shipped.papers.values() for claim in paper.claims]
    assert [row["claim"] for row in rows][: len(claims)] == claims
    assert all(row.keys() >= VERDICT for row in rows)
    assert {row["paper"] for row in rows if row["of_review"]} == {None}


def test_verdicts_of_one_paper(call, shipped):
    """Only that paper's claims, each with the numbers that decided it."""
    rows = call("verdicts", "P33", "--json").document
    assert [row["claim"] for row in rows] == [claim.id for claim in shipped.papers["P33"].claims]
    known = {row.id for row in shipped.results_of["P33"]}
    assert {name for row in rows for name in row["reported"]} <= known
    assert any(row["reported"] for row in rows)


def test_resolution_gives_seeds_for_a_wanted_difference(call):
    """Asked for one point on CONCODE, every spread says how many seeds it takes."""
    rows = call("resolution", "--dataset", "CONCODE", "--wanted", "1", "--json").document
    seeds = [bound["seeds_needed"] for row in rows for bound in row["seeds"]]
    assert seeds
    assert all(isinstance(number, int) and number >= 2 for number in seeds)


def test_resolution_with_other_seeds(call):
    """The numbers of seeds asked for are those shown."""
    rows = call("resolution", "--dataset", "CONCODE", "--seeds", "4", "--seeds", "7", "--json").document
    shown = {tuple(bound["visible_by_seeds"]) for row in rows for bound in row["seeds"]}
    assert shown == {("4", "7")}


def test_compare_says_what_is_not_reported(call):
    """Every field is either given or named as not reported, in JSON and in text."""
    for row in call("compare", "--method", "lora", "--json").document:
        assert all(row["fields"][field] is None for field in row["not_reported"])
    assert "not reported: " in call("compare", "--method", "lora").out


def test_contradictions_by_method(call):
    """Filtered by QLoRA: claims about it, and claims about any method."""
    rows = call("contradictions", "--method", "qlora", "--json").document
    assert rows
    assert all("qlora" in row["methods"] or not row["methods"] for row in rows)


def test_a_snapshot_and_what_changed_since(call, indexed_home):
    """A paper of the user's arrives: the diff names it, and the gap that it fills as its doing."""
    digest = call("snapshot", "--json", home=indexed_home).document["digest"]
    study = {"id": "P900-S1", "task": "comment-update", "methods": ["ia3"], "architectures": ["encoder"]}
    examples.add_paper(indexed_home, studies=[study])
    changed = call("diff", digest[:10], "--json", home=indexed_home).document
    assert changed["records"] == [{"id": "P900", "kind": "added"}]
    gap = next(change for change in changed["answers"] if change["section"] == "gaps")
    assert (gap["key"], gap["before"], gap["after"]) == ("ia3/comment-update/encoder", "unsupported", "studied only")
    assert gap["because"] == ["P900"]
