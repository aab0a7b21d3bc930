"""What was computed from a corpus, kept for as long as that corpus lives.

A corpus is immutable, so its identity is a safe key; it holds mappings, so it cannot be hashed and an ordinary cache
cannot keep it.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TypeVar, cast

from corpus.library import Corpus

T = TypeVar("T")

_kept: dict[tuple[int, str], object] = {}


def kept_for(corpus: Corpus, name: str, compute: Callable[[], T]) -> T:
    """Return what was computed under this name for this very corpus, computing it on first need."""
    key = (id(corpus), name)
    if key not in _kept:
        value = compute()  # before the entry is made: it may raise, and it may keep other things
        weakref.finalize(corpus, _kept.pop, key, None)
        _kept[key] = value
    return cast("T", _kept[key])
