"""Screening as in a systematic review: one decision per reviewer, stage and reference, each with its reason."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from corpus.records.base import Record, Text
from corpus.records.reference import ReferenceId

CONSENSUS = "consensus"
"""The reviewer's name under which a conflict is settled. It stands for nobody, and stays out of agreement."""
Reviewer = Annotated[str, StringConstraints(pattern=r"^[\w.@-]{1,60}$")]


class Stage(StrEnum):
    """Where a reference stands in the flow."""

    TITLE_ABSTRACT = "title-abstract"
    RETRIEVAL = "retrieval"  # include: the full text was got; exclude: it could not be
    FULL_TEXT = "full-text"


class Verdict(StrEnum):
    """What a reviewer says."""

    INCLUDE = "include"
    EXCLUDE = "exclude"
    UNSURE = "unsure"


class Decision(Record):
    """What one reviewer decided on one reference at one stage. A later one takes the place of an earlier one."""

    reference: ReferenceId
    stage: Stage
    reviewer: Reviewer
    verdict: Verdict
    reason: Text | None = None
    at: AwareDatetime

    @model_validator(mode="after")
    def _exclusion_has_a_reason(self) -> Self:
        if self.verdict is Verdict.EXCLUDE and self.reason is None:
            raise ValueError("an exclusion says why: give a reason")
        return self


class Fact(Record):
    """What a review says of its method, or where it was looked for and not found."""

    value: Text | None = None
    source: Text | None = None  # where it was read
    looked_in: tuple[Text, ...] = ()  # where it was looked for, when it is not reported


class Protocol(Record):
    """How the papers of a review were found and chosen, as far as it is known."""

    review: Text
    search_strings: Fact
    sources: Fact
    period: Fact
    inclusion: tuple[Fact, ...] = Field(min_length=1)
    exclusion: tuple[Fact, ...] = Field(min_length=1)
    reviewers: Fact
    agreement: Fact
    counts: dict[str, Fact]
