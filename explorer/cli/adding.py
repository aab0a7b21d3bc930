"""Commands that add a paper: new-paper, complete."""

from __future__ import annotations

from typing import Annotated

import typer

from explorer.cli.app import JsonFlag, print_json, say


def new_paper(
    what: Annotated[str, typer.Argument(metavar="PAPER", help="A DOI, an arXiv number, a file, or a reference.")],
    key: Annotated[str | None, typer.Option(help="Which entry of the file.")] = None,
    embedding: Annotated[bool, typer.Option("--embedding", help="Suggest classes by MiniLM too.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Begin a paper's record in your folder, and say what is open in it. Example: codepeft new-paper refs.bib."""
    from dataclasses import asdict

    from corpus.home import Home
    from explorer.adding import new_paper, open_points, suggestions
    from taxonomy.vocabulary import vocabulary

    home = Home.from_environment()
    draft = new_paper(what, home, key)
    points = open_points(draft, vocabulary())
    title = str(draft.content["bibliography"].get("title", ""))
    suggested = suggestions(title, None, home, by_embedding=embedding) if title else ()
    if as_json:
        print_json(
            {
                "id": draft.id,
                "files": [f"papers/{draft.id}.yaml", f"results/{draft.id}.csv"],
                "open": [asdict(each) for each in points],
                "suggestions": [asdict(each) for each in suggested],
            }
        )
        return
    for point in points:
        print(point)
    for each in suggested:
        print(f"suggestion, to be confirmed: {each.kind}: {each.term} ({each.because})")
    say(
        f"{draft.id} begun: papers/{draft.id}.yaml and results/{draft.id}.csv in {home.root}; {len(points)} points open"
    )


def complete(draft_id: Annotated[str, typer.Argument(metavar="DRAFT")]) -> None:
    """Take a draft into your corpus when nothing is open in it. Example: codepeft complete X1."""
    from corpus.drafts import complete, draft
    from corpus.errors import RecordError
    from corpus.home import Home
    from explorer.adding import open_points
    from taxonomy.vocabulary import vocabulary

    home = Home.from_environment()
    found = draft(home, draft_id)
    points = open_points(found, vocabulary())
    if points:
        raise RecordError(points)
    complete(home, found)
    say(f"{draft_id} is a paper of your corpus now; `codepeft show {draft_id}` shows it")


def register(application: typer.Typer) -> None:
    """Add the commands that add."""
    application.command("new-paper")(new_paper)
    application.command()(complete)
