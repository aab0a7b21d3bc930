"""What a reader hands out: entries with their raw fields, and faults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from corpus.records.reference import Fault


def storable(text: str) -> str:
    """Return text that can be stored: bytes that were no UTF-8 become question marks."""
    return text if text.isascii() else text.encode(errors="replace").decode()


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as its file has it. ``authors`` are split already, each still in the format's own spelling."""

    line: int
    key: str
    kind: str
    fields: dict[str, str]
    authors: tuple[str, ...] = ()


@dataclass(slots=True)
class Reading:
    """What a file gave: entries in its order, and faults."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, line: int, key: str, reason: str) -> None:
        """Note an entry that could not be kept."""
        self.faults.append(Fault(line=max(line, 1), key=storable(key)[:200], reason=storable(reason)))

    def tell(self, line: int, key: str, reason: str) -> None:
        """Note a fault in an entry that was kept."""
        self.faults.append(Fault(line=max(line, 1), key=storable(key)[:200], reason=storable(reason), kept=True))


class Reader(Protocol):
    """Turns a file's text into entries; a fault never ends the reading of its neighbours."""

    def __call__(self, text: str) -> Reading:
        """Return what the text holds."""
        ...
