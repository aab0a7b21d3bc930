"""Results that others measured and the user imported: shown apart from ours, and never part of an effect."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints

from corpus.records.base import Message, Record, Text
from corpus.records.run import Sha256

ForeignId = Annotated[str, StringConstraints(pattern=r"^F[1-9][0-9]{0,5}-[1-9][0-9]{0,5}$")]


class ForeignScore(Record):
    """One score in the words and on the scale of its file. The scale is None where the file does not say."""

    name: Message
    value: float
    unit: Message | None = None
    lowest: float | None = None
    highest: float | None = None
    better: Literal["higher", "lower"] | None = None
    standard_error: float | None = None
    items: int | None = Field(default=None, gt=0)
    dataset: Message | None = None
    evaluation: Message | None = None  # which evaluation of the file, e.g. which split

    @property
    def called(self) -> str:
        """The score's name with what it was measured on, as far as the file says."""
        where = self.evaluation or self.dataset
        return f"{self.name} ({where})" if where else self.name


class ForeignResult(Record):
    """One run by others. Names are those of the file; what they mean in our vocabulary is decided when it is shown."""

    id: ForeignId
    measured_by: Message  # who, as far as the file says
    experiment: Message
    model_in_source: Message
    method_in_source: Message
    task_in_source: Message | None = None
    measured_at: Message | None = None  # as the file writes it
    scores: tuple[ForeignScore, ...] = ()
    num_trainable_params: int | None = Field(default=None, ge=0)
    num_total_params: int | None = Field(default=None, gt=0)
    train_time: float | None = Field(default=None, ge=0)  # seconds
    accelerator_memory_max: int | None = Field(default=None, ge=0)  # bytes
    file_size: int | None = Field(default=None, ge=0)  # bytes of the adapter
    accelerator: Message | None = None
    settings: dict[str, JsonValue] = {}
    versions: dict[str, str] = {}
    missing: tuple[Message, ...] = ()  # values that the file has as stand-ins or as NaN


class ForeignFile(Record):
    """One imported file of results, and where it came from."""

    id: Annotated[str, StringConstraints(pattern=r"^F[1-9][0-9]{0,5}$")]
    file: Message  # its name, never its path
    sha256: Sha256
    format: Text
    source: Message | None = None  # where the user had it from, in the user's words
    imported_at: AwareDatetime
    results: tuple[ForeignResult, ...] = Field(min_length=1)
