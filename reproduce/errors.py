"""Known errors of the laboratory: one clear sentence each."""

from __future__ import annotations

from corpus.errors import CodepeftError, RequestError


class SpecError(RequestError):
    """The spec asks for something that cannot be run; nothing was started."""


class NotRunnableError(RequestError):
    """A recipe describes this experiment, but something that it needs is missing."""


class DataError(CodepeftError):
    """A data set is missing or is not the one that was pinned."""


class ModelError(CodepeftError):
    """A model's files are missing or are not the ones that were pinned."""


class NotANumberError(CodepeftError):
    """The loss or the embeddings became NaN or infinite."""


class TeamError(CodepeftError):
    """The processes of one run do not agree."""
