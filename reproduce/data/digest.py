"""One digest for the content of a split, whatever the bytes of the file it came in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from reproduce.data.rows import Row


def content_sha256(rows: Iterable[Row]) -> str:
    """Return the SHA-256 over the rows in order, each as JSON with sorted keys in ASCII and a line feed.

    Escapes, key order, line ends and compression of the source file make no difference; text does.
    """
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode() + b"\n")
    return digest.hexdigest()


def listing_sha256(digests: Mapping[str, str]) -> str:
    """Return one SHA-256 for named digests: over lines ``digest  name``, sorted by name (as sha256sum prints them)."""
    listing = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
    return hashlib.sha256(listing.encode()).hexdigest()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
