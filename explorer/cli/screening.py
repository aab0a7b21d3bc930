"""Commands for screening: screen, conflicts, agreement, prisma."""

from __future__ import annotations

from typing import Annotated

import typer

from explorer.cli.app import JsonFlag, print_json, print_table, say

StageOption = Annotated[str, typer.Option("--stage", help="title-abstract, retrieval or full-text.")]


def screen(
    references: Annotated[list[str] | None, typer.Argument(help="References to decide on, e.g. I1-4.")] = None,
    stage: StageOption = "title-abstract",
    by: Annotated[str | None, typer.Option(help="The reviewer; 'consensus' settles a conflict.")] = None,
    include: Annotated[bool, typer.Option("--include", help="At retrieval: the full text was got.")] = False,
    exclude: Annotated[bool, typer.Option("--exclude", help="Needs a reason.")] = False,
    unsure: Annotated[bool, typer.Option("--unsure")] = False,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Decide on references, or list those that wait. Example: codepeft screen I1-4 --by ada --include."""
    from corpus.errors import RequestError, lookup
    from corpus.home import Home
    from corpus.records.screening import Stage, Verdict
    from corpus.screening import record_decisions
    from explorer import views_review
    from explorer.screening import read_screening

    home = Home.from_environment()
    at = lookup("stage", stage, {each.value: each for each in Stage})
    said = [
        verdict
        for verdict, asked in ((Verdict.INCLUDE, include), (Verdict.EXCLUDE, exclude), (Verdict.UNSURE, unsure))
        if asked
    ]
    found = read_screening(home)
    if references or said:
        if not references or len(said) != 1 or by is None:
            raise RequestError(
                "a decision names references, the reviewer (--by) and one of --include, --exclude, --unsure"
            )
        made = record_decisions(
            home, references, found.references, stage=at, reviewer=by, verdict=said[0], reason=reason
        )
        say(f"{len(made)} decided at {at.value} by {by}: {said[0].value}")
        found = read_screening(home)
    rows = [views_review.reference(each) for each in found.waiting(at, by)]
    if as_json:
        print_json(rows)
        return
    print_table(([row["id"], row["year"], row["title"]] for row in rows), ("id", "year", "title"))
    say(f"{len(rows)} of {len(found.references)} references wait at {at.value}{f' for {by}' if by else ''}")


def conflicts(as_json: JsonFlag = False) -> None:
    """List references on which reviewers differ. Example: codepeft conflicts."""
    from corpus.home import Home
    from explorer import views_review
    from explorer.screening import read_screening

    rows = views_review.conflicts(read_screening(Home.from_environment()))
    if as_json:
        print_json(rows)
        return
    print_table(
        (
            [
                row["reference"],
                row["stage"],
                "; ".join(f"{each['reviewer']} {each['verdict']}" for each in row["decisions"]),
            ]
            for row in rows
        ),
        ("reference", "stage", "decisions"),
    )
    say(f"{len(rows)} conflicts; settle one with `codepeft screen REFERENCE --by consensus --include`")


def agreement(as_json: JsonFlag = False) -> None:
    """Tell how far reviewers agree: Cohen's kappa and PABAK. Example: codepeft agreement --json."""
    from dataclasses import asdict

    from corpus.home import Home
    from explorer import texts_review
    from explorer.screening import read_screening

    found = read_screening(Home.from_environment()).agreement
    if as_json:
        print_json([asdict(each) for each in found])
        return
    print_table(map(texts_review.agreement, found), texts_review.AGREEMENT_HEADER)
    for each in found:
        if each.because:
            say(f"{' and '.join(each.reviewers)}: {each.because}")


def prisma(as_json: JsonFlag = False) -> None:
    """Compute the PRISMA 2020 flow from imports and decisions. Example: codepeft prisma --json."""
    from corpus.home import Home
    from explorer import texts_review, views_review
    from explorer.screening import read_screening

    found = read_screening(Home.from_environment()).flow
    if as_json:
        print_json(views_review.flow(found))
        return
    for line in texts_review.flow(found):
        print(line)


def register(application: typer.Typer) -> None:
    """Add the screening commands."""
    for function in (screen, conflicts, agreement, prisma):
        application.command()(function)
