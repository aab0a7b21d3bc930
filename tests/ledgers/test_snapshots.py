"""Snapshots: frozen, found, refused when changed; what changed, and who did it."""

from __future__ import annotations

import json

import pytest

from corpus.errors import RecordError, UnknownNameError
from explorer.freezing import snapshot_of
from taxonomy.answers.snapshots import (
    ChangeKind,
    changes,
    diff,
    folder,
    freeze,
    load,
    record_digests,
    save,
    without,
)
from tests import examples
from tests.ledgers import invented


def counts(corpus, ledgers):
    """Answer with two counts: papers, and runs by method."""
    del ledgers
    methods = {}
    for run in corpus.every_run:
        methods[run.spec.method] = methods.get(run.spec.method, 0) + 1
    return {"counts": {"papers": len(corpus.papers)}, "runs": methods}


def frozen(corpus):
    """Return a snapshot of the counts of a corpus."""
    return freeze(counts(corpus, {}), record_digests(corpus, {}), version="0")


def compared(before, after):
    """Return the difference between two corpora, the later one being as things are now."""
    return diff(frozen(before), frozen(after), corpus=after, ledgers={}, recompute=counts)


ONE = examples.paper()
TWO = examples.paper(
    id="P901", studies=[{"id": "P901-S1", "task": "code-search", "methods": ["lora"], "architectures": ["encoder"]}]
)


def test_a_snapshot_is_found_by_its_digest(home):
    """Saved and loaded again by a few letters of its digest, by its name and by its file."""
    snapshot = frozen(examples.corpus_of([ONE]))
    path = save(snapshot, home)
    for name in (snapshot.digest[:6], path.stem, str(path)):
        assert load(name, home) == snapshot


def test_the_same_content_is_kept_once(home):
    """A second snapshot of the same answers is the first one."""
    paths = {save(frozen(examples.corpus_of([ONE])), home) for _ in range(2)}
    assert list(folder(home).glob("*")) == list(paths)


def test_an_unknown_snapshot_is_told(home):
    """The sentence names those that are there."""
    path = save(frozen(examples.corpus_of([ONE])), home)
    with pytest.raises(UnknownNameError, match=path.stem):
        load("zzzz", home)


def test_a_snapshot_changed_by_hand_is_refused(home):
    """Its digest no longer belongs to its content."""
    path = save(frozen(examples.corpus_of([ONE])), home)
    content = json.loads(path.read_text())
    content["sections"]["counts"]["papers"] = 7
    path.write_text(json.dumps(content))
    with pytest.raises(RecordError, match="changed by hand"):
        load(str(path), home)


def test_changes_are_added_removed_and_changed():
    """Answers of both sides are compared key by key; the order of a mapping's keys is no change."""
    before = {"s": {"same": {"a": 1, "b": 2}, "gone": 1, "other": [1, 2]}}
    after = {"s": {"same": {"b": 2, "a": 1}, "other": [2, 1]}, "t": {"new": None}}
    found = {(change.section, change.key): change.kind for change in changes(before, after)}
    assert found == {
        ("s", "gone"): ChangeKind.REMOVED,
        ("s", "other"): ChangeKind.CHANGED,
        ("t", "new"): ChangeKind.ADDED,
    }


def test_nothing_changes_without_a_reason():
    """Two snapshots of one corpus do not differ."""
    found = compared(examples.corpus_of([ONE]), examples.corpus_of([ONE]))
    assert (found.answers, found.records) == ((), ())


def test_the_paper_that_did_it_is_named():
    """A new paper changed the count; the run that came with it did not."""
    runs = invented.experiment({"lora": [0.7]})
    found = compared(examples.corpus_of([ONE]), examples.corpus_of([ONE, TWO], own_runs=runs))
    causes = {change.key: change.because for change in found.answers}
    assert causes == {"papers": ("P901",), "lora": (runs[0].id,)}
    assert {record.id for record in found.records} == {"P901", runs[0].id}


def test_each_of_several_runs_has_a_part():
    """Two new runs of one method: without either the count would be another."""
    runs = invented.experiment({"lora": [0.7, 0.8]})
    found = compared(examples.corpus_of([ONE]), examples.corpus_of([ONE], own_runs=runs))
    (change,) = found.answers
    assert set(change.because) == {run.id for run in runs}


def test_a_removed_record_is_named_and_not_blamed():
    """What is gone cannot be put back: the change is listed without a cause, and that is said."""
    found = compared(examples.corpus_of([ONE, TWO]), examples.corpus_of([ONE]))
    (change,) = found.answers
    assert change.because == ()
    assert "P901 cannot be put back" in found.note


def test_causes_are_not_looked_for_in_another_corpus():
    """Between two old snapshots only the differences are told."""
    old, new = examples.corpus_of([ONE]), examples.corpus_of([ONE, TWO])
    found = diff(frozen(old), frozen(new), corpus=old, ledgers={}, recompute=counts)
    assert (found.explained, found.answers[0].because) == (False, ())


def test_leaving_a_paper_out_takes_its_numbers_and_statements(shipped, ledgers):
    """Nothing of the paper remains, and everything else does."""
    kept, others = without(shipped, ledgers, "P33")
    assert "P33" not in kept.papers
    assert len(kept.results) == len(shipped.results) - len(shipped.results_of["P33"])
    assert others.keys() == ledgers.keys() - {"P33"}


def test_a_statement_is_part_of_its_papers_digest(shipped, ledgers):
    """Stating a claim otherwise changes the paper's digest and no other."""
    before = record_digests(shipped, ledgers)
    after = record_digests(shipped, {**ledgers, "P33": ledgers["P33"].model_copy(update={"statements": ()})})
    assert {name for name in before if before[name] != after[name]} == {"P33"}


def test_the_shipped_answers_freeze_the_same_twice(shipped, words, ledgers):
    """All sections are there, and making them again gives the same digest."""
    one, other = (snapshot_of(shipped, words, ledgers) for _ in range(2))
    assert one.digest == other.digest
    assert set(one.sections) == {"suggestions", "ties", "verdicts", "gaps"}
    assert all(one.sections.values())
