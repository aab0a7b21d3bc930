"""What the papers say: records in files, the index built from them, import and export."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corpus.errors import CodepeftError, Problem, RecordError, RequestError, UnknownNameError
    from corpus.home import Home
    from corpus.library import Corpus, open_corpus

__all__ = [
    "CodepeftError", "Corpus", "Home", "Problem", "RecordError", "RequestError", "UnknownNameError", "open_corpus",
]  # fmt: skip

_HOMES = {"Home": "corpus.home", "Corpus": "corpus.library", "open_corpus": "corpus.library"}


def __getattr__(name: str) -> Any:
    """Import a public name on first use: `codepeft --help` need not wait for pydantic."""
    if name not in __all__:
        raise AttributeError(f"module 'corpus' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES.get(name, "corpus.errors")), name)
