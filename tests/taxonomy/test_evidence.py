"""What stands on a node."""

from __future__ import annotations

import pytest

from corpus import UnknownNameError
from taxonomy.evidence import evidence_on
from taxonomy.graph import build_graph, nodes_of
from taxonomy.vocabulary import vocabulary
from tests import examples

NODES = [node.id for node in nodes_of(vocabulary())]


@pytest.mark.parametrize("node", NODES)
def test_a_node_holds_what_its_children_hold(node, known):
    """Papers, studies, numbers and cautions of a node are those of the nodes below it, each once."""
    evidence = known.evidence(node)
    assert len(set(evidence.studies)) == len(evidence.studies)
    assert len({row.id for row in evidence.reported}) == len(evidence.reported)
    if evidence.children:
        below = [known.evidence(child) for child in evidence.children]
        assert set(evidence.papers) == {paper for child in below for paper in child.papers}
        assert set(evidence.studies) == {study for child in below for study in child.studies}
        assert {row.id for row in evidence.reported} == {row.id for child in below for row in child.reported}
        assert {c.id for c in evidence.cautions} == {c.id for child in below for c in child.cautions}


def test_the_root_of_tasks_holds_every_number(known):
    """All reported numbers and all studies stand below the tasks."""
    evidence = known.evidence("tasks")
    assert len(evidence.reported) == 1432
    assert len(evidence.studies) == 64
    assert len(evidence.papers) == 28


def test_cautions_come_with_what_they_bite(known):
    """The caution on P34's prompts stands on prompt tuning and on its tasks, not on LoRA."""

    def cautions(node: str) -> set[str]:
        return {caution.id for caution in known.evidence(node).cautions}

    assert "P34-X1" in cautions("method/prompt-tuning")
    assert "P34-X1" in cautions("task/defect-detection")
    assert "P34-X1" not in cautions("method/lora")


@pytest.fixture(scope="module")
def small():
    """A corpus with a paper on LoRA, a number, and runs of two methods, shipped and own."""
    results = [examples.result(), examples.result(id="P900-R002", method=None, full_finetuning_value=None)]
    soft = examples.run(asked=examples.spec(method="soft", model="codebert", task="code-search", metric="mrr"))
    lora = examples.run(asked=examples.spec(model="codebert", task="code-search", metric="mrr"))
    return examples.corpus_of([examples.paper()], results, runs=(soft,), own_runs=(lora,))


def on(node: str, corpus):
    """Return what stands on a node of a small taxonomy."""
    words = examples.small_vocabulary()
    return evidence_on(node, corpus, words, build_graph(nodes_of(words)))


def test_numbers_and_runs_hang_where_their_method_is(small):
    """A method's node has its own numbers and runs; a family's those of its methods; another method's none."""
    assert [row.id for row in on("method/lora", small).reported] == ["P900-R001"]
    assert [result.method for result in on("method/lora", small).measured] == ["lora"]
    assert [result.method for result in on("family/additive", small).measured] == ["soft", "lora"]
    assert on("method/soft", small).papers == ()
    assert on("method/soft", small).effect.median_points is None


def test_numbers_hang_where_their_task_and_model_are(small):
    """A task's node has all its numbers, also those without a method; an architecture's those whose model is known."""
    assert len(on("task/code-search", small).reported) == 2
    assert on("task/code-search", small).effect.numbers == 1
    assert on("architecture/encoder", small).reported == ()
    assert on("architecture/encoder", small).studies == ("P900-S1",)
    assert len(on("architecture/encoder", small).measured) == 2


def test_a_caution_bites_where_it_says():
    """A caution on a method stands on that method's node; one on a study, on the nodes of the study's values."""
    fields = {"kind": "data", "text": "A leak."}
    on_method = {"id": "P900-X1", "touches": {"methods": ["lora"], "studies": ["P900-S1"]}, **fields}
    on_study = {"id": "P900-X2", "touches": {"studies": ["P900-S1"]}, **fields}
    on_other = {"id": "P900-X3", "touches": {"methods": ["soft"]}, **fields}
    corpus = examples.corpus_of([examples.paper(cautions=[on_method, on_study, on_other])])

    def bites(node: str) -> list[str]:
        return [caution.id for caution in on(node, corpus).cautions]

    assert bites("method/lora") == ["P900-X1", "P900-X2"]
    assert bites("task/code-search") == ["P900-X2"]
    assert bites("method/soft") == ["P900-X3"]
    assert bites("family/additive") == ["P900-X1", "P900-X2", "P900-X3"]


def test_an_unknown_node_is_refused(known):
    """A node that does not exist is told with the nearest."""
    with pytest.raises(UnknownNameError, match="did you mean"):
        known.evidence("method/lorra")
