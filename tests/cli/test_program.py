"""The command line as other programs see it: documents on standard output, words on standard error, an exit code."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.main import get_command

from corpus.files import write_text
from explorer.cli.app import app
from tests import examples
from tests.cli.conftest import ROOT

COMMANDS = list(get_command(app).commands)


def test_help_lists_every_command(program):
    """`codepeft --help` names every command and ends with 0."""
    outcome = program("--help")
    assert (outcome.code, outcome.err) == (0, "")
    listed = {line.split()[0] for line in outcome.out.partition("Commands:")[2].splitlines() if line.strip()}
    assert set(COMMANDS) <= listed


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_has_an_example(command, call):
    """Each command's help says in a sentence what it does and shows a call of it."""
    outcome = call(command, "--help")
    assert outcome.code == 0
    words = " ".join(outcome.out.split())
    assert f"Example: codepeft {command}" in words


@pytest.mark.parametrize("arguments", ["show P31", "check"])
def test_json_is_all_that_standard_output_holds(arguments, program):
    """With --json standard output is one JSON document, without warnings or progress around it."""
    outcome = program(*arguments.split(), "--json")
    assert outcome.code == 0
    assert isinstance(outcome.document, list | dict)
    assert "Traceback" not in outcome.err


def test_an_unknown_name_is_one_sentence_and_2(program):
    """A name that does not exist ends with 2, a sentence with a suggestion, and nothing on standard output."""
    outcome = program("show", "P311", "--json")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "codepeft: unknown paper 'P311'; did you mean P31, P11, P3?\n"


def test_a_broken_record_makes_index_fail_with_all_faults(program, home):
    """`codepeft index` ends with 1 and a line for every fault of every file, and leaves no index."""
    examples.add_paper(home, colour="red", summary="")
    write_text(home.runs / "invented" / "broken.json", "{")
    outcome = program("index", home=home)
    assert (outcome.code, outcome.out) == (1, "")
    assert [line.split(": ")[-3:-1] for line in outcome.err.splitlines()] == [
        ["P900.yaml", "summary"], ["P900.yaml", "colour"], ["line 1", "not JSON"],
    ]  # fmt: skip
    assert not home.index_file.exists()


def test_a_reader_that_goes_away_is_no_error(known_home):
    """When the reader of a long output closes it early, the command ends quietly."""
    with subprocess.Popen(
        [sys.executable, "-m", "explorer", "export", "--format", "json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    ) as running:
        assert running.stdout.readline() == b"[\n"
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0
