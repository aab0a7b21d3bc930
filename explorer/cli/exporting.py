"""Commands that hand out: export, formats, similar."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from explorer.cli.app import JsonFlag, knowledge, print_json, print_table, say
from explorer.cli.reading import Architectures, Families, Methods, Tasks, Words, Years

OutputPath = Annotated[
    Path | None, typer.Option("--output", "-o", help="File or folder to write; without it, standard output.")
]
ForceFlag = Annotated[bool, typer.Option("--force", help="Replace what an earlier export wrote there.")]


def export(
    format_: Annotated[str, typer.Option("--format", help="One that `codepeft formats` lists.")] = "bibtex",
    task: Tasks = None,
    method: Methods = None,
    family: Families = None,
    architecture: Architectures = None,
    year: Years = None,
    search: Words = None,
    run: Annotated[str | None, typer.Option(help="The run, for formats of runs.")] = None,
    adapter: Annotated[Path | None, typer.Option(help="Folder of the run's adapter, where it is elsewhere.")] = None,
    organisation: Annotated[str | None, typer.Option(help="Who evaluated (every-eval-ever).")] = None,
    model_id: Annotated[str | None, typer.Option(help="The tuned model's id on the hub (every-eval-ever).")] = None,
    dataset_id: Annotated[str | None, typer.Option(help="The data set's id on the hub (hf-model).")] = None,
    licence: Annotated[str | None, typer.Option("--licence", "--license", help="Of the adapter (hf-model).")] = None,
    output: OutputPath = None,
    force: ForceFlag = False,
) -> None:
    """Write papers, a run or the corpus in another format. Example: codepeft export --format bibtex > papers.bib."""
    from explorer import exporting
    from explorer.choosing import chosen_papers

    known = knowledge()
    papers = chosen_papers(
        known, tasks=task, methods=method, families=family, architectures=architecture, years=year, search=search
    )
    filtered = any(value is not None for value in (task, method, family, architecture, year, search))
    options = {"organisation": organisation, "model_id": model_id, "dataset_id": dataset_id, "licence": licence}
    made = exporting.make(
        exporting.Wish(format_, run, adapter, {name: value for name, value in options.items() if value is not None}),
        known,
        papers,
        filtered=filtered,
        to_file=output is not None,
    )
    if output is None:
        print(made.text, end="")
    else:
        say(made.save(output, force=force))


def formats(as_json: JsonFlag = False) -> None:
    """List the export formats. Example: codepeft formats."""
    from explorer.exporting import FORMATS

    rows = [
        {"format": name, "of": each.of.value, "makes": "folder" if each.folder else "file", "carries": each.carries}
        for name, each in FORMATS.items()
    ]
    if as_json:
        print_json(rows)
    else:
        print_table((list(row.values()) for row in rows), ("format", "of", "makes", "carries"))


def similar(
    paper: Annotated[str, typer.Argument(metavar="PAPER")],
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 5,
    by_words: Annotated[bool, typer.Option("--by-words", help="Compare words, also where the model is there.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """List the papers most like one. Example: codepeft similar P31 --limit 3."""
    from corpus.home import Home
    from explorer import views
    from reproduce.similar import similar_papers

    known = knowledge()
    found = similar_papers(paper, known.corpus, Home.from_environment(), limit=limit, by_words=by_words)
    document = views.neighbours(found, known)
    if as_json:
        print_json(document)
        return
    print_table(
        ([row["id"], f"{row['similarity']:.2f}", row["title"]] for row in document["papers"]),
        ("id", "like", "title"),
    )
    say(f"compared by {found.by}" + (f": {found.because}" if found.because else ""))


def register(application: typer.Typer) -> None:
    """Add the commands."""
    for function in (export, formats, similar):
        application.command()(function)
