"""Commands that answer: suggest, validate-suggestions."""

from __future__ import annotations

from typing import Annotated

import typer

from explorer.cli.app import JsonFlag, knowledge, print_json, print_table, say


def suggest(
    task: Annotated[str, typer.Option(help="A task, or a description of it in words.")],
    architecture: Annotated[str | None, typer.Option(help="encoder, encoder-decoder or decoder.")] = None,
    model: Annotated[str | None, typer.Option(help="A model; its size gives estimates of memory and time.")] = None,
    memory_gb: Annotated[float | None, typer.Option(help="Memory of the accelerator, in GB.")] = None,
    hours: Annotated[float | None, typer.Option(help="Time for tuning, in hours.")] = None,
    must_merge: Annotated[bool, typer.Option("--must-merge", help="Only methods that merge into the model.")] = False,
    must_quantise: Annotated[
        bool, typer.Option("--must-quantise", "--must-quantize", help="Only with the base model held in 4 bits.")
    ] = False,
    training_tokens: Annotated[
        int | None, typer.Option(help="Tokens seen in training, for the estimate of time.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Say which methods suit a task. Example: codepeft suggest --task "Code Summarization" --memory-gb 24."""
    from explorer import texts_answers, views_answers
    from taxonomy.answers.suggest import suggest
    from taxonomy.answers.wishes import Wish

    known = knowledge()
    wish = Wish(task, architecture, model, memory_gb, hours, must_merge, must_quantise, training_tokens)
    found = suggest(wish, known.corpus, known.vocabulary)
    if as_json:
        print_json(views_answers.answer(found))
        return
    print(texts_answers.title(found, known))
    for number, group in enumerate(found.groups, 1):
        print(f"\nGroup {number}")
        print_table(texts_answers.rows(group), texts_answers.HEADER)
    for line in texts_answers.explanation(found):
        print(line)


def validate_suggestions(
    ladder: Annotated[bool, typer.Option("--ladder", help="Try every model of the ladder; takes seconds.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Check the suggestions by leaving one paper out at a time. Example: codepeft validate-suggestions --json."""
    from corpus.errors import CodepeftError
    from explorer import texts_answers, views_answers
    from taxonomy.answers.ground import ground
    from taxonomy.answers.ladder import climb
    from taxonomy.answers.validation import validate_suggestions

    known = knowledge()
    found = validate_suggestions(known.corpus, known.vocabulary)
    if found is None:
        raise CodepeftError("fewer than three papers have comparable pairs, so that none can be left out")
    steps = climb(ground(known.corpus, known.vocabulary).aggregates, known.vocabulary) if ladder else ()
    if as_json:
        print_json(views_answers.validation(found, steps))
        return
    print_table(texts_answers.skills(found), texts_answers.SKILL_HEADER)
    if steps:
        print()
        print_table(texts_answers.ladder(steps), texts_answers.SKILL_HEADER)
    say(f"{found.aggregates} effects of {found.papers} papers in points of 100, each paper predicted from the others")


def register(application: typer.Typer) -> None:
    """Add the answering commands."""
    for function in (suggest, validate_suggestions):
        application.command()(function)
