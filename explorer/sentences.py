"""What the pages say about a chart or a plan: pure functions from records to sentences."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.formats import count, duration, scale_of
from explorer.measuring import Planned
from taxonomy.beside import Beside
from taxonomy.effects import Effect
from taxonomy.matrix import Matrix
from taxonomy.summaries import NodeSummary
from taxonomy.vocabulary import Vocabulary


def of_tree(nodes: Sequence[NodeSummary], kind: str, *, effects: bool) -> str:
    """Return what the areas of a tree stand for, and which nodes have none. ``kind``: what the leaves are called."""
    root = nodes[0]
    said = [f"Area: studies, {root.studies} in all."]
    if root.placings > root.studies:
        said.append(
            f"A study with several {kind} counts in each, so the areas add up to {root.placings}; the numbers in the "
            "hover box and in the table are distinct studies."
        )
    empty = [node.node.label for node in nodes if node.leaf and not node.placings]
    if empty:
        said.append(f"Without a study, so without area: {', '.join(empty)}.")
    if effects:
        said.append("Effects are medians over papers, each paper weighing the same; grey has no comparable pair.")
    return " ".join(said)


def of_effect(summary: Effect) -> str:
    """Return an effect in words: what a mark is, the median over papers, and what the ranges are not."""
    if summary.median_points is None or summary.low_points is None or summary.high_points is None:
        return "No source prints this beside full fine-tuning of the same model on the same data."
    return (
        "Each mark is a paper's median difference in points of 100, with the number of differences in brackets; the "
        f"line runs from its lowest to its highest. Median over {count(summary.papers, 'paper')}: "
        f"{summary.median_points:+.2f} points; the papers' medians range from {summary.low_points:+.2f} to "
        f"{summary.high_points:+.2f}. These are ranges of what was reported, not confidence intervals."
    )


def left_out(summary: Effect) -> str:
    """Return which numbers do not count in an effect, and why; empty when all count."""
    outside = [f"{number} touched by {caution}" for caution, number in summary.left_out]
    if summary.without_baseline:
        outside.append(f"{summary.without_baseline} without full fine-tuning beside them")
    return f"Numbers that do not count here: {', '.join(outside)}." if outside else ""


def name_of(group: Beside, words: Vocabulary) -> str:
    """Return what numbers of one task, data set and metric are called."""
    dataset = words.label("datasets", group.dataset) if group.dataset else "data set not named"
    own = " (divided anew by us)" if group.own_split else ""
    return f"{words.label('tasks', group.task)}: {dataset}{own}, {words.label('metrics', group.metric)}"


def how_many(group: Beside) -> str:
    """Return how many numbers stand in a group."""
    return f"{len(group.reported)} reported, {len(group.measured)} measured"


def of_beside(group: Beside, words: Vocabulary) -> str:
    """Return what the marks are where reported and measured scores stand next to each other."""
    metric = words.metric[group.metric]
    said = [f"{metric.label}, {scale_of(metric)}."]
    if group.reported:
        said.append("Each circle is one reported number; models, languages and settings differ from circle to circle.")
    if group.measured:
        said.append("Diamonds are measured means; their bars are the range over seeds, not an interval.")
    if group.own_split:
        said.append("The splits are ours, not the published ones, so no reported number stands here.")
    return " ".join(said)


def of_matrix(crossed: Matrix) -> str:
    """Return whose studies a matrix counts, and why its cells add up to more."""
    ours = crossed.studies - crossed.studies_of_review
    by_us = f" and {count(ours, 'study', 'studies')} classified by us" if ours else ""
    return (
        f"{crossed.studies_of_review} studies of the review{by_us}. A study counts once in every cell it has, so the "
        f"cells add up to {sum(map(sum, crossed.counts))}. Squares were also measured."
    )


def of_plan(due: Sequence[Planned], done: int) -> str:
    """Return what a plan takes. ``done``: how many of its runs this machine has measured already."""
    already = f" {count(done, 'run')} of this plan {'was' if done == 1 else 'were'} measured on this machine already."
    said = already if done else ""
    if not due:
        return f"Nothing is left to run.{said}"
    times = [run.seconds for run in due if run.seconds is not None]
    memory = [run.memory_gb for run in due if run.memory_gb is not None]
    if not times:
        return f"{count(len(due), 'run')}; none alike was run yet, so time and memory are not known.{said}"
    gigabytes = f" and at most {max(memory):.1f} GB of memory" if memory else ""
    rough = " (partly from other methods or by formula)" if any(run.from_alike for run in due) else ""
    unknown = len(due) - len(times)
    rest = f", not counting {count(unknown, 'run')} without an estimate" if unknown else ""
    return (
        f"{count(len(due), 'run')}, one after the other: about {duration(sum(times))}{gigabytes}, as earlier runs took"
        f"{rough}{rest}.{said}"
    )
