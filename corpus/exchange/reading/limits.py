"""How large a file may be. The figures are those for which time and memory were measured (``benchmarks/import.py``)."""

from __future__ import annotations

from pathlib import Path

from corpus.errors import CodepeftError, RequestError

MAX_BYTES = 100_000_000
MAX_ENTRIES = 100_000
MAX_FIELDS = 200  # of one entry
MAX_VALUE = 100_000  # characters of one field; an abstract has some thousands


def read_bytes(path: Path) -> bytes:
    """Return a file's content; raise RequestError when it is not there, no file, or too large."""
    try:
        if not path.is_file():
            what = "is a folder, not a file" if path.is_dir() else "is not there"
            raise RequestError(f"{path} {what}; give the path of a file to import")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise RequestError(f"{path.name} has {size:,} bytes; at most {MAX_BYTES:,} are read, so split the file")
        return path.read_bytes()
    except OSError as error:
        raise CodepeftError(f"{path.name} cannot be read: {error.strerror}") from None
    except ValueError as error:  # a NUL in the name
        raise RequestError(f"{str(path)!r} is no file's name: {error}") from None


def as_text(content: bytes, name: str) -> str:
    """Return bytes as text with line feeds only; bytes that are not UTF-8 become half surrogates.

    The entry that holds one is refused later, its neighbours are kept.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise CodepeftError(f"{name} is UTF-16 text; save it as UTF-8")
    text = content.decode("utf-8-sig", errors="surrogateescape")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
