"""Fetching a run's inputs, as a program: ``python -m reproduce.queue.fetching spec.json error.txt module:function``.

In a process of its own, so that a long download can be cancelled and its packages do not stay in the worker. Exits 0
when the inputs are there; else 1, with one sentence in the error file.
"""

from __future__ import annotations

import importlib
import signal
import sys
import traceback
from pathlib import Path

from corpus.errors import CodepeftError
from corpus.files import read_json_record, write_text
from corpus.home import Home
from corpus.records.run import RunSpec
from reproduce.lifeline import end_with_parent


def main(arguments: list[str]) -> int:
    """Fetch and return the exit code."""
    end_with_parent(signal.SIGKILL)
    spec_file, error_file, function = arguments
    try:
        module, _, name = function.partition(":")
        fetch = getattr(importlib.import_module(module), name)
        fetch(read_json_record(Path(spec_file), RunSpec), Home.from_environment())
    except CodepeftError as error:
        write_text(Path(error_file), f"{error}\n")
        return 1
    except Exception as error:  # whatever a download can raise: the run's record is where its user will look
        traceback.print_exc()
        write_text(Path(error_file), f"the run's inputs could not be fetched: {type(error).__name__}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
