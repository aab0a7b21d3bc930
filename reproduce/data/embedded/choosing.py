"""Choosing by hash: the same choice for everybody, without meaning."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def pick(key: str, options: Sequence[T]) -> T:
    """Return one of the options; the same key and options always give the same."""
    return options[int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % len(options)]


def plain_lines(body: str) -> list[int]:
    """Return the numbers of lines that hold no text and no comment: what stands there is code.

    None in a body with a text of several lines, whose inner lines cannot be told from code by looking at them.
    """
    if '"""' in body or "'''" in body:
        return []
    return [at for at, line in enumerate(body.splitlines()) if not any(sign in line for sign in "'\"#")]
