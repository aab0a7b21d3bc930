"""Cases put together: over test sets (totals), over everything (means), by task (medians)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import mean, median

from corpus.records import ReportedResult
from taxonomy.answers.cases import SHARES_OF_ITEMS, Case, percent, rows_in
from taxonomy.answers.sides import FULL, Side
from taxonomy.answers.split_sizes import SplitSizes
from taxonomy.answers.welch import Difference


def totals(pairs: Iterable[tuple[Side, Side | None]], sizes: SplitSizes) -> Iterator[Case]:
    """Yield, for each method, baseline, model and metric, the share of right items over all test sets together.

    Left out: test sets whose size the paper does not state, and metrics that are no share of items.
    """
    groups: dict[tuple[str | None, ...], list[tuple[Side, Side | None, int]]] = {}
    for first, second in pairs:
        row, items = first.row, sizes.of_row(first.row)
        if items is not None and row.metric in SHARES_OF_ITEMS:
            key = (row.method, _baseline_name(first, second), row.model_in_source, row.metric)
            groups.setdefault(key, []).append((first, second, items))
    for group in groups.values():
        first, second, _ = group[0]
        row, total = first.row, sum(items for _, _, items in group)
        value = sum(one.scores.mean * items for one, _, items in group) / total
        against = None if second is None else sum(o.scores.mean * items for _, o, items in group if o) / total
        named = "" if second is None else f" against {_baseline_name(first, second)}"
        yield Case(
            what=f"{row.method}, {row.model or row.model_in_source}, {row.metric} over {total} items{named}",
            method=row.method,
            task=row.task,
            metric=row.metric,
            value=value,
            against=against,
            difference=None if against is None else Difference(value - against),
            ratio=None if against is None else percent(value - against, against),
            items=value / 100 * total,
            rows=tuple(dict.fromkeys(name for one, other, _ in group for name in rows_in(one, other))),
        )


def _baseline_name(first: Side, second: Side | None) -> str | None:
    if second is None:
        return None
    return FULL if second.row.id == first.row.id else second.row.method


def means(cases: Sequence[Case]) -> tuple[Case, ...]:
    """Return one case a metric: the means of values, baselines, differences and ratios over its cases."""
    groups: dict[str | None, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.metric, []).append(case)
    return tuple(_mean(f"mean of {len(group)} cases, {metric}", group) for metric, group in groups.items())


def _mean(what: str, group: Sequence[Case]) -> Case:
    differences = [case.difference.points for case in group if case.difference]
    ratios = [case.ratio for case in group if case.ratio is not None]
    baselines = [case.against for case in group if case.against is not None]
    return Case(
        what=what,
        method=_only(case.method for case in group),
        task=_only(case.task for case in group),
        metric=_only(case.metric for case in group),
        value=mean(case.value for case in group),
        against=mean(baselines) if baselines else None,
        difference=Difference(mean(differences)) if differences else None,
        ratio=mean(ratios) if ratios else None,
        items=None,
        rows=tuple(dict.fromkeys(row for case in group for row in case.rows)),
    )


def _only(values: Iterable[str | None]) -> str | None:
    found = set(values)
    return found.pop() if len(found) == 1 else None


def by_task(cases: Sequence[Case], rows: Iterable[ReportedResult]) -> tuple[Case, ...]:
    """Return one case a task: the median over papers of each paper's median difference, one vote a paper."""
    paper_of = {row.id: row.paper for row in rows}
    groups: dict[str | None, dict[str, list[Case]]] = {}
    for case in cases:
        if case.difference is not None:
            groups.setdefault(case.task, {}).setdefault(paper_of[case.rows[0]], []).append(case)
    found = []
    for task, papers in groups.items():
        points = median(median(case.difference.points for case in own if case.difference) for own in papers.values())
        everything = [case for own in papers.values() for case in own]
        found.append(
            Case(
                what=f"{task}, median over {len(papers)} papers ({', '.join(papers)})",
                method=_only(case.method for case in everything),
                task=task,
                metric=_only(case.metric for case in everything),
                value=points,
                against=None,  # a median of differences has no two sides
                difference=Difference(points),
                ratio=None,
                items=None,
                rows=tuple(dict.fromkeys(row for case in everything for row in case.rows)),
            )
        )
    return tuple(found)
