"""The record on its way back: from the worker that made it, through a shared queue, to who asked for it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from pydantic import ValidationError

from corpus.errors import Problem, RecordError
from corpus.home import Home
from corpus.records.base import Record
from corpus.records.run import RunRecord
from reproduce.queue.measured import own_record


class Answer(Record):
    """A record and the file of scores that belongs to it, as one text."""

    record: RunRecord
    items: str | None = None  # base64


@dataclass(frozen=True)
class Returned:
    """What came back."""

    record: RunRecord
    items: bytes | None


def packed(record: RunRecord, *, home: Home) -> str:
    """Return a landed record with its items as one text."""
    items = None
    if record.items_file is not None:
        file = own_record(record.spec, home=home).with_name(record.items_file)
        items = base64.b64encode(file.read_bytes()).decode("ascii")
    return Answer(record=record, items=items).model_dump_json(exclude_none=True)


def unpacked(text: str) -> Returned:
    """Return what a worker packed; raise RecordError when it was damaged on the way."""
    try:
        answer = Answer.model_validate_json(text)
        items = None if answer.items is None else base64.b64decode(answer.items, validate=True)
    except (ValidationError, binascii.Error) as error:
        first = str(error).splitlines()[0]
        raise RecordError([Problem("the queue's answer", "", f"is no record: {first}")]) from None
    if items is not None and hashlib.sha256(items).hexdigest() != answer.record.items_sha256:
        raise RecordError([Problem("the queue's answer", "items_sha256", "the items have another digest")])
    return Returned(answer.record, items)
