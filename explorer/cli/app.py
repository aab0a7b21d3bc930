"""The Typer application and its output: JSON on request, else a table or plain text."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from taxonomy import Knowledge

app = typer.Typer(
    name="codepeft",
    help="An executable survey of parameter-efficient fine-tuning (PEFT) for code models.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON document to standard output.")]
NOT_REPORTED = "not reported"


def knowledge() -> Knowledge:
    """Open the index; say on standard error when an older one is shown because files have faults."""
    from taxonomy import open_knowledge

    known = open_knowledge()
    if known.stale:
        say(f"{len(known.stale)} faults in your files, so the index before them is shown; run `codepeft check`")
    return known


def say(message: str) -> None:
    """Print a message or progress to standard error, away from the data."""
    print(message, file=sys.stderr)


def print_json(document: Any) -> None:
    """Print one JSON document; NaN and infinity are refused, since JSON has neither."""
    print(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))


def cell(value: object) -> str:
    """Return a value as people read it: lists joined, None as 'not reported'."""
    if value is None:
        return NOT_REPORTED
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(entry) for entry in value)
    return str(value)


def columns(rows: Iterable[Sequence[object]], header: Sequence[str]) -> list[str]:
    """Return rows as lines in columns; the last column takes what the terminal has left."""
    table = [list(header), *([cell(value) for value in row] for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(header))]
    room = max(20, shutil.get_terminal_size((120, 24)).columns - sum(widths[:-1]) - 2 * (len(widths) - 1))
    lines = []
    for row in table:
        last = row[-1] if len(row[-1]) <= room or not sys.stdout.isatty() else f"{row[-1][: room - 1]}…"
        padded = [text.ljust(width) for text, width in zip(row[:-1], widths, strict=False)]
        lines.append("  ".join([*padded, last]).rstrip())
    return lines


def print_table(rows: Iterable[Sequence[object]], header: Sequence[str]) -> None:
    """Print rows in columns; the last column takes what the terminal has left."""
    for line in columns(rows, header):
        print(line)
