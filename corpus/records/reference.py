"""A reference that the user brought in: its fields as they were read, and what they mean for comparing and showing."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from corpus.records.base import Message, Record, Text
from corpus.records.run import Sha256

ImportId = Annotated[str, StringConstraints(pattern=r"^I[1-9][0-9]{0,5}$")]
ReferenceId = Annotated[str, StringConstraints(pattern=r"^I[1-9][0-9]{0,5}-[1-9][0-9]{0,6}$")]


class Reference(Record):
    """One entry of an imported file.

    ``fields`` are as the file had them, LaTeX and all; the other fields are derived from them for showing, searching
    and comparing. An absent one is not in the file.
    """

    id: ReferenceId
    line: int = Field(ge=1)  # where the entry begins in the file
    key: str = ""  # the file's own key; RIS and CSV may have none
    kind: Text  # the entry's type in the words of its format
    title: Message
    authors: tuple[Message, ...] = ()
    year: int | None = Field(default=None, ge=1000, le=2999)
    venue: Message | None = None
    abstract: Message | None = None
    doi: Text | None = None  # lower case, without any resolver before it
    arxiv: Text | None = None  # without its version
    url: Message | None = None
    fields: dict[str, str]


class Fault(Record):
    """What is wrong with an entry: its line, its key, the reason, and whether the entry was kept all the same."""

    line: int = Field(ge=1)
    key: str = ""
    reason: Message
    kept: bool = False


class Duplicate(Record):
    """An entry that may be another one again: which, and why that is thought."""

    reference: ReferenceId
    of: Text  # a paper of the corpus or of the user, or a reference
    reason: Text


class ImportRecord(Record):
    """One imported file: what it was, what it held, what could not be read. Its references lie beside it."""

    id: ImportId
    file: Message  # the file's name, never its path
    sha256: Sha256  # of the file as it was read
    format: Text
    source: Message | None = None  # the database or the search that the file came from, in the user's words
    imported_at: AwareDatetime
    references: int = Field(ge=0)
    references_sha256: Sha256
    faults: tuple[Fault, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
