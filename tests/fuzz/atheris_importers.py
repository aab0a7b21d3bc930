"""Fuzz the importers by coverage, apart from the test suite, for as long as one likes.

atheris is no dependency of this project: it needs a virtual environment of its own, in which the project is installed
too. A crash is any exception but the errors that are told as one sentence; libFuzzer then writes the input to a file.

    python3 -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install atheris -e .
    /tmp/fuzz/bin/python tests/fuzz/atheris_importers.py corpus_folder -max_total_time=600 -max_len=4096
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["corpus", "bibtexparser", "rispy", "pylatexenc"]):
    from corpus import Home
    from corpus.errors import CodepeftError
    from corpus.exchange.foreign import foreign_format, import_results
    from corpus.exchange.foreign.importing import parsed_json
    from corpus.exchange.importing import parse
    from corpus.exchange.reading import FORMATS
    from corpus.exchange.reading.limits import as_text
    from corpus.files import load_yaml, read_results
    from corpus.references import read_decisions

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))
READERS = (load_yaml, read_results, read_decisions)


def one_input(content: bytes) -> None:
    """Give one input to a format's reader, to a record's reader, or to the reader of results."""
    if not content:
        return
    choice, content = content[0] % (len(FORMATS) + len(READERS) + 1), content[1:]
    with suppress(CodepeftError):
        if choice < len(FORMATS):
            found = parse("fuzz", content, "I1", list(FORMATS)[choice])
            for each in found.references:
                each.model_dump_json()
        elif choice < len(FORMATS) + len(READERS):
            path = FOLDER / "input"
            path.write_bytes(content)
            READERS[choice - len(FORMATS)](path)
        else:
            parsed = parsed_json(as_text(content, "fuzz"))
            if foreign_format(parsed) is not None:
                import_results("fuzz", content, parsed, Home(Path(tempfile.mkdtemp(dir=FOLDER))))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
