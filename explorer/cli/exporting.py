"""Commands that hand out: export, formats."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from explorer.cli.app import JsonFlag, knowledge, print_json, print_table, say
from explorer.cli.reading import Architectures, Families, Methods, Tasks, Words, Years

OutputFile = Annotated[
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
    output: OutputFile = None,
    force: ForceFlag = False,
) -> None:
    """Write papers in another format. Example: codepeft export --format bibtex > papers.bib."""
    from corpus.errors import RequestError, lookup
    from corpus.exchange.saving import save_file, save_folder
    from explorer.choosing import chosen_papers
    from explorer.exporting import FORMATS, Request

    chosen = lookup("format", format_, FORMATS)
    if chosen.folder is not None and output is None:
        raise RequestError(f"{format_} is a folder of files; name it with --output FOLDER")
    known = knowledge()
    papers = chosen_papers(
        known, tasks=task, methods=method, families=family, architectures=architecture, years=year, search=search
    )
    request = Request(known, papers)
    if chosen.folder is not None and output is not None:
        files = chosen.folder(request)
        save_folder(output, files, force=force)
        say(f"wrote {len(files)} files to {output}")
        return
    assert chosen.text is not None  # noqa: S101  (a format is one or the other)
    text = chosen.text(request)
    if output is None:
        print(text, end="")
    else:
        save_file(output, text, force=force)
        say(f"wrote {output}")


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


def register(application: typer.Typer) -> None:
    """Add the commands."""
    for function in (export, formats):
        application.command()(function)
