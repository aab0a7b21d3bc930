"""Asks for a sweep as a page or command does: ``python -m tests.faults.asking specs.json``."""

import sys
from pathlib import Path

from pydantic import TypeAdapter

from corpus.home import Home
from corpus.records.run import RunSpec
from reproduce.queue import submit_sweep

if __name__ == "__main__":
    specs = TypeAdapter(list[RunSpec]).validate_json(Path(sys.argv[1]).read_bytes())
    submit_sweep("faults", specs, home=Home.from_environment())
