"""Commands that bring papers in: import, duplicates, references."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from explorer.cli.app import JsonFlag, print_json, print_table, say


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=".bib, .ris, .json or .csv; or a file of results.")],
    duplicates: Annotated[
        str, typer.Option(help="ask: list them and leave them undecided; skip: leave them out; keep: keep them.")
    ] = "ask",
    format_: Annotated[str | None, typer.Option("--format", help="bibtex, ris, csl-json or csv.")] = None,
    source: Annotated[
        str | None, typer.Option(help="The database or search that the file came from, e.g. Scopus; or who measured.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Import references, or results of others, into your folder. Example: codepeft import refs.bib --source Scopus."""
    from corpus.errors import lookup
    from corpus.exchange.importing import Imported, Treatment
    from corpus.home import Home
    from explorer import texts_review, views_review
    from explorer.importing import Wish, import_file

    treatment = lookup("treatment of duplicates", duplicates, {each.value: each for each in Treatment})
    found = import_file(file, Home.from_environment(), Wish(treatment, format_, source))
    if isinstance(found, Imported):
        document, lines, said = views_review.imported(found), texts_review.imported(found), texts_review.summary(found)
    else:
        document, lines = views_review.imported_results(found), texts_review.results(found)
        said = texts_review.summary_of_results(found, file.name)
    if as_json:
        print_json(document)
    else:
        for line in lines:
            print(line)
    say(said)
    sys.exit(0 if found.record is not None else 1)


def duplicates(
    references: Annotated[list[str] | None, typer.Argument(help="Duplicates to decide on, e.g. I1-17.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="They are works of their own.")] = False,
    skip: Annotated[bool, typer.Option("--skip", help="They are the same work; leave them out.")] = False,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """List undecided duplicates, or decide on some. Example: codepeft duplicates I1-17 --skip."""
    from corpus.errors import RequestError
    from corpus.home import Home
    from corpus.references import KEEP, SKIP, decide, read_library
    from explorer import views_review

    home = Home.from_environment()
    if references:
        if keep == skip:
            raise RequestError("say what becomes of them: --keep or --skip")
        decided = decide(home, references, KEEP if keep else SKIP, reason)
        say(f"{len(decided)} decided: {KEEP if keep else SKIP}")
    elif keep or skip:
        raise RequestError("name the duplicates to decide on; `codepeft duplicates` lists them")
    rows = views_review.undecided(read_library(home))
    if as_json:
        print_json(rows)
        return
    print_table(([row["id"], row["of"], row["reason"], row["title"]] for row in rows), ("id", "of", "because", "title"))
    say(f"{len(rows)} undecided")


def references(as_json: JsonFlag = False) -> None:
    """List the references of your library. Example: codepeft references --json."""
    from corpus.home import Home
    from corpus.references import read_library
    from explorer import views_review

    library = read_library(Home.from_environment())
    rows = [views_review.reference(each) for each in library.references]
    if as_json:
        print_json(rows)
        return
    print_table(([row["id"], row["key"], row["year"], row["title"]] for row in rows), ("id", "key", "year", "title"))
    say(f"{len(rows)} references in {len(library.imports)} imports, {len(library.undecided)} duplicates undecided")


def register(application: typer.Typer) -> None:
    """Add the importing commands."""
    application.command("import")(import_)
    for function in (duplicates, references):
        application.command()(function)
