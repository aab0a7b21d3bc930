"""What the README and the docs show of the command line."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import pytest

from tests.cli.conftest import ROOT

PAGES = ("README.md", *(f"docs/{page.name}" for page in sorted((ROOT / "docs").glob("*.md"))))
LEFT_OUT = "[...]"


def shown() -> Iterator[tuple[str, str, list[str]]]:
    """Yield page, command of ours and the lines that the page shows of its output."""
    for page in PAGES:
        for block in re.findall(r"```console\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL):
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, *lines = part.splitlines()
                if not command.startswith("codepeft "):
                    continue  # other programs, which a test need not have
                yield page, command, [line for line in lines if line.strip() and line != LEFT_OUT]


def in_one_line(text: str) -> str:
    """Return a text without the blanks that stand in columns."""
    return " ".join(text.split())


@pytest.mark.parametrize(("page", "command", "lines"), shown(), ids=[command for _, command, _ in shown()])
def test_what_is_shown_is_what_is_printed(page, command, lines, call, monkeypatch):
    """Every line of an example is in the command's output, up to where the page cuts it with an ellipsis."""
    monkeypatch.setenv("COLUMNS", "118")
    _, *arguments = shlex.split(command)
    printed = [in_one_line(line) for line in call(*arguments).out.splitlines()]
    wanted = [in_one_line(line).rstrip("…").rstrip() for line in lines]
    assert lines
    assert [line for line in wanted if not any(line in each for each in printed)] == []
