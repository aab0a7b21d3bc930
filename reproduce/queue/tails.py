"""The ends of files that grow while they are read."""

from __future__ import annotations

import os
from pathlib import Path

TAIL_BYTES = 64_000  # read from a file's end; an event is some 200 bytes, a line of the log seldom more


def tail(path: Path) -> str:
    """Return a file's last TAIL_BYTES as text, from a line's beginning; nothing when there is no file."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL_BYTES))
            data = file.read(TAIL_BYTES)
    except FileNotFoundError:
        return ""
    if size > TAIL_BYTES:
        data = data.partition(b"\n")[2]
    return data.decode("utf-8", errors="replace")
