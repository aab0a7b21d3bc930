"""What all records share."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but newline and tab


def _storable(text: str) -> str:
    """Refuse what does not survive a CSV file (carriage return) or PostgreSQL (NUL), and their kin."""
    found = _CONTROL.search(text)
    if found:
        raise ValueError(f"holds the control character {found.group()!r}")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_storable)]
Message = Annotated[Text, BeforeValidator(lambda text: _CONTROL.sub(" ", text) if isinstance(text, str) else text)]
"""What a program said: its control characters (progress bars, colours) become spaces."""
PaperId = Annotated[str, StringConstraints(pattern=r"^[PX][1-9][0-9]*$")]
"""P and a number: the review's. X and a number: a user's own, which no later version of the package can take."""
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+([.+_@-]+[A-Za-z0-9]+)*$")]
"""An id of the vocabulary: words joined by hyphens (metrics: as their module spells them)."""
Percent = Annotated[float, Field(ge=0, le=100)]


class Record(BaseModel):
    """A frozen record that refuses fields it does not know.

    An absent field is None: the source does not say. It is never 0 and never a guess.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Grade(StrEnum):
    """How near to the paper a fact was read, best first."""

    PAPER = "paper"  # the paper itself, its appendix, its authors' slides or poster
    REPOSITORY = "repository"  # the authors' released code, logs or read-me files
    ABSTRACT = "abstract"  # the abstract only
    SECONDARY = "secondary"  # somebody else's account of the paper


class SourceKind(StrEnum):
    """What kind of document a source is."""

    PAPER = "paper"
    ABSTRACT = "abstract"
    REPOSITORY = "repository"
    REVIEW = "review"  # the systematic review, arXiv 2504.21569
    COMPUTED = "computed"  # computed by us from released files
    SECONDARY = "secondary"


LINKABLE_HOSTS = (
    "aclanthology.org", "arxiv.org", "dl.acm.org", "doi.org", "drive.google.com", "figshare.com",
    "figshare.le.ac.uk", "github.com", "huggingface.co", "ieeexplore.ieee.org", "link.springer.com",
    "openreview.net", "s3.amazonaws.com", "zenodo.org",
)  # fmt: skip
"""DOI, arXiv, publishers, and repositories of code, data and publications. Nothing else is linked."""


class Source(Record):
    """Where something was read: a kind, a link when there is a lasting one, and a place inside it."""

    kind: SourceKind
    url: Annotated[str, StringConstraints(pattern=r"^https://\S+$")] | None = None
    at: Text | None = None
