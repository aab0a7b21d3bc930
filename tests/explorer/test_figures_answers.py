"""The figures of answers, claims and runs: what they draw is what the records say."""

from collections import Counter

import pytest

from corpus.home import Home
from corpus.ledgers import read_ledgers
from explorer.figures.choice import tie_groups
from explorer.figures.loss import LOOKS, loss_curves
from explorer.figures.verdicts import LOOKS as VERDICT_LOOKS
from explorer.figures.verdicts import verdict_bars
from taxonomy import Knowledge
from taxonomy.answers.outcomes import Verdict
from taxonomy.answers.suggest import suggest
from taxonomy.answers.suggestions import Answer
from taxonomy.answers.verdicts import verdicts
from taxonomy.answers.wishes import Wish


@pytest.fixture(scope="module")
def clones(known: Knowledge) -> Answer:
    """The methods for clone detection, which papers and our runs speak of."""
    return suggest(Wish("clone-detection"), known.corpus, known.vocabulary)


def test_a_row_is_a_method_with_its_interval(clones: Answer):
    """Pooled effects stand in the answer's order, each on its own 95 % interval."""
    rows = [entry for group in clones.groups for entry in group]
    pooled = tie_groups(clones.groups).data[0]
    assert [mark[0] for mark in pooled.customdata] == [entry.method for entry in rows]
    assert list(pooled.x) == [entry.estimate.points for entry in rows]
    for entry, up, down in zip(rows, pooled.error_x.array, pooled.error_x.arrayminus, strict=True):
        assert (entry.estimate.points - down, entry.estimate.points + up) == pytest.approx(
            (entry.estimate.low, entry.estimate.high)
        )


def test_reported_and_measured_are_told_apart_without_colour(clones: Answer):
    """Papers are circles above the pooled effect, our experiments squares below it; each says its source."""
    rows = {entry.method: number for number, entry in enumerate(e for group in clones.groups for e in group)}
    traces = {trace.name: trace for trace in tie_groups(clones.groups).data}
    reported, measured = traces["reported by a paper"], traces["measured here"]
    assert set(reported.marker.symbol) <= {"circle-open", "triangle-left", "triangle-right"}
    assert set(measured.marker.symbol) <= {"square", "triangle-left", "triangle-right"}
    for trace, above in ((reported, True), (measured, False)):
        for mark, row in zip(trace.customdata, trace.y, strict=True):
            assert (row < rows[mark[0]]) is above
    shown = {(mark[0], mark[2]) for mark in measured.customdata}
    entries = [entry for group in clones.groups for entry in group]
    assert shown == {(entry.method, effect.source) for entry in entries for effect in entry.direct.measured}


def test_every_group_is_a_band_with_a_name(clones: Answer):
    """The number of a group is written beside its band."""
    said = [note.text for note in tie_groups(clones.groups).layout.annotations]
    assert said == [f"group<br>{number}" for number in range(1, len(clones.groups) + 1)]


def test_bars_add_up_to_the_claims(known: Knowledge, home: Home):
    """Each claim is in exactly one part of each bar, and each part writes its number."""
    found = verdicts(known.corpus, known.vocabulary, read_ledgers(home))
    counts = {"all": Counter(entry.verdict for entry in found)}
    figure = verdict_bars(counts)
    assert sum(trace.x[0] for trace in figure.data) == len(found)
    assert all(trace.text[0] == str(trace.x[0]) for trace in figure.data)
    assert {trace.name for trace in figure.data} == {entry.verdict.value for entry in found}


def test_every_verdict_has_a_look_of_its_own():
    """No two verdicts share colour and pattern."""
    assert set(VERDICT_LOOKS) == set(Verdict)
    assert len(set(VERDICT_LOOKS.values())) == len(VERDICT_LOOKS)


def test_runs_differ_in_line_and_mark():
    """Losses of several runs can be told apart without colour, and are as recorded."""
    runs = {f"run {number}": [(1, 2.0), (2, float(number))] for number in range(len(LOOKS))}
    traces = loss_curves(runs).data
    assert [list(trace.y) for trace in traces] == [[2.0, float(number)] for number in range(len(LOOKS))]
    assert len({(trace.line.dash, trace.marker.symbol) for trace in traces}) == len(LOOKS)
