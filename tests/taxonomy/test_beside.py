"""Reported and measured results of the same task, data set and metric."""

from dataclasses import replace

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


def test_what_was_measured_on_our_own_split_stands_apart(known: Knowledge):
    """A score on a published data set that we divided anew has no reported number beside it."""
    reported = known.evidence("task/clone-detection").reported
    published = next(result for result in known.evidence("task/clone-detection").measured if not result.own_split)
    ours = replace(published, own_split=True)
    groups = side_by_side(reported, [published, ours])
    assert {group.own_split for group in groups if group.measured} == {True, False}
    for group in groups:
        assert all(result.own_split == group.own_split for result in group.measured)
        assert not (group.own_split and group.reported)
