"""The review's own protocol, as far as it is known."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from corpus.errors import RecordError
from corpus.files import load_yaml, problems_of
from corpus.records.screening import Protocol

PROTOCOL_FILE = Path(__file__).with_name("protocol.yaml")


@lru_cache(maxsize=1)
def protocol(path: Path = PROTOCOL_FILE) -> Protocol:
    """Return the protocol in a file; raise RecordError naming every fault."""
    try:
        return Protocol.model_validate(load_yaml(path))
    except ValidationError as error:
        raise RecordError(problems_of(error, path.name)) from None
