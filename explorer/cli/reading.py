"""Commands that read: papers, show, methods, tasks, models, matrix, node, search, check, index."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from explorer.cli.app import JsonFlag, knowledge, print_json, print_table, say

Tasks = Annotated[list[str] | None, typer.Option("--task", help="Keep studies of this task; may be repeated.")]
Methods = Annotated[list[str] | None, typer.Option("--method", help="Keep studies of this method; may be repeated.")]
Families = Annotated[list[str] | None, typer.Option("--family", help="Keep studies of methods of this family.")]
Architectures = Annotated[list[str] | None, typer.Option("--architecture", help="Keep studies on this architecture.")]
Years = Annotated[list[int] | None, typer.Option("--year", help="Keep papers of this year; may be repeated.")]
Words = Annotated[str | None, typer.Option(help="Keep papers whose text holds all these words.")]


def papers(
    task: Tasks = None,
    method: Methods = None,
    family: Families = None,
    architecture: Architectures = None,
    year: Years = None,
    search: Words = None,
    as_json: JsonFlag = False,
) -> None:
    """List papers. Example: codepeft papers --task "Code Summarization" --family additive."""
    from explorer import views
    from explorer.choosing import chosen_papers

    known = knowledge()
    found = chosen_papers(
        known, tasks=task, methods=method, families=family, architectures=architecture, years=year, search=search
    )
    rows = [views.paper_summary(paper) for paper in found]
    if as_json:
        print_json(rows)
        return
    print_table(
        ([row["id"], row["year"], row["venue"], ", ".join(row["methods"]), row["title"]] for row in rows),
        ("id", "year", "venue", "methods", "title"),
    )
    say(f"{len(rows)} of {len(known.corpus.papers)} papers")


def show(paper_id: Annotated[str, typer.Argument(metavar="PAPER")], as_json: JsonFlag = False) -> None:
    """Show one paper with its studies, numbers, claims, cautions, recipes and runs. Example: codepeft show P31."""
    from explorer import texts, views

    known = knowledge()
    paper = known.corpus.paper(paper_id)
    if as_json:
        print_json(views.whole_paper(paper, known))
    else:
        print(texts.paper(paper, known))


def methods(as_json: JsonFlag = False) -> None:
    """List the methods: family, where they apply, what was run. Example: codepeft methods --json."""
    from explorer import views

    rows = views.methods(knowledge())
    if as_json:
        print_json(rows)
        return
    print_table(
        (
            [row["id"], row["label"], row["family"], len(row["papers"]), row["runnable"], row["measured_runs"]]
            for row in rows
        ),
        ("id", "method", "family", "papers", "runnable", "runs"),
    )


def tasks(as_json: JsonFlag = False) -> None:
    """List the tasks with their papers and numbers. Example: codepeft tasks."""
    from explorer import views

    rows = views.tasks(knowledge())
    if as_json:
        print_json(rows)
        return
    print_table(
        (
            [row["id"], row["label"], row["group"], len(row["papers"]), row["reported"], row["measured_runs"]]
            for row in rows
        ),
        ("id", "task", "group", "papers", "numbers", "runs"),
    )


def models(as_json: JsonFlag = False) -> None:
    """List the models with architecture and size. Example: codepeft models --json."""
    from explorer import views

    rows = views.models(knowledge())
    if as_json:
        print_json(rows)
        return
    print_table(
        ([row["id"], row["architecture"], row["parameters"], len(row["papers"]), row["hub_id"]] for row in rows),
        ("id", "architecture", "parameters", "papers", "hub id"),
    )


def matrix(
    rows: Annotated[str, typer.Option(help="What the rows are: method, family, architecture, task, ...")] = "method",
    columns: Annotated[str, typer.Option(help="What the columns are.")] = "task",
    as_json: JsonFlag = False,
) -> None:
    """Count studies by two facets, as the review does. Example: codepeft matrix --rows method --columns task."""
    from taxonomy.matrix import AXES, matrix

    known = knowledge()
    counted = matrix(known.corpus, known.vocabulary, rows=rows, columns=columns)
    if as_json:
        print_json(
            {
                "rows": counted.rows,
                "columns": counted.columns,
                "counts": counted.counts,
                "studies": counted.studies,
                "studies_of_review": counted.studies_of_review,
            }
        )
        return
    labels = [known.vocabulary.label(AXES[columns], column) for column in counted.columns]
    for number, label in enumerate(labels, 1):
        print(f"{number:>3} {label}")
    print_table(
        (
            [known.vocabulary.label(AXES[rows], row), *(count or "." for count in counts)]
            for row, counts in zip(counted.rows, counted.counts, strict=True)
        ),
        (rows, *(str(number) for number in range(1, len(labels) + 1))),
    )
    say(f"{counted.studies} studies, {counted.studies_of_review} of them rows of the review")


def node(
    name: Annotated[str, typer.Argument(metavar="NODE", help="method/lora, task/code-search, family/additive, ...")],
    as_json: JsonFlag = False,
) -> None:
    """Show what stands on a node of the taxonomy. Example: codepeft node method/lora."""
    from explorer import texts, views

    known = knowledge()
    evidence = known.evidence(name)
    if as_json:
        print_json(views.node(evidence, known))
    else:
        print(texts.node(evidence, known))


def search(
    words: Annotated[list[str], typer.Argument(help="Words that must all occur.")],
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    as_json: JsonFlag = False,
) -> None:
    """Search papers, methods, claims and cautions, best first. Example: codepeft search frozen head."""
    from explorer import views

    hits = knowledge().search(" ".join(words), limit=limit)
    if as_json:
        print_json([views.search_hit(rank, hit) for rank, hit in enumerate(hits, 1)])
        return
    begin, end = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() else ("", "")
    print_table(
        ([rank, hit.kind, hit.ref, hit.highlighted(begin, end) or hit.title] for rank, hit in enumerate(hits, 1)),
        ("rank", "kind", "id", "text"),
    )
    if not hits:
        say("nothing holds all these words; try fewer")


def check(as_json: JsonFlag = False) -> None:
    """Check records, vocabulary and recipes; exit 1 when there is a problem. Example: codepeft check."""
    from dataclasses import asdict

    from explorer.checking import all_problems

    problems = all_problems()
    if as_json:
        print_json([asdict(problem) for problem in problems])
    else:
        for problem in problems:
            print(problem)
    say(f"{len(problems)} problems" if problems else "no problems")
    sys.exit(1 if problems else 0)


def index() -> None:
    """Rebuild the index from the record files; nothing changes when a file has a fault. Example: codepeft index."""
    import time

    from corpus.home import Home
    from taxonomy.knowledge import rebuild

    begin = time.perf_counter()
    known = rebuild(Home.from_environment())
    seconds = time.perf_counter() - begin
    say(
        f"indexed {len(known.corpus.papers)} papers, {len(known.corpus.results):,} reported numbers and "
        f"{len(known.corpus.runs)} runs in {seconds:.1f} s"
    )


def register(application: typer.Typer) -> None:
    """Add the reading commands."""
    for function in (papers, show, methods, tasks, models, matrix, node, search, check, index):
        application.command()(function)
