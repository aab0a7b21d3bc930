"""Reported and measured results of the same task, data set and metric."""

from taxonomy import Knowledge
from taxonomy.beside import side_by_side


def test_every_number_stands_in_exactly_one_group(known: Knowledge):
    """Nothing is lost and nothing is counted twice."""
    reported = known.evidence("method/lora").reported
    groups = side_by_side(reported, ())
    assert sorted(row.id for group in groups for row in group.reported) == sorted(row.id for row in reported)
    for group in groups:
        assert {(row.task, row.dataset, row.metric) for row in group.reported} == {
            (group.task, group.dataset, group.metric)
        }


def test_groups_with_the_most_papers_come_first(known: Knowledge):
    """Where nothing is measured, what several papers report stands at the top."""
    groups = side_by_side(known.evidence("task/code-to-text").reported, ())
    papers = [len({row.paper for row in group.reported}) for group in groups]
    assert papers == sorted(papers, reverse=True)
