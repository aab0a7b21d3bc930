"""Values of foreign files: what is no number is missing, and is told by name."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


class Missing(list[str]):
    """The names of values that stand in a file and say nothing."""

    def number(self, name: str, value: Any, *stand_ins: float) -> float | None:
        """Return a number; None for none, for NaN, for an infinite one and for a stand-in."""
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.append(f"{name}: {str(value)[:40]!r} is no number")
            return None
        try:
            as_float = float(value)
        except OverflowError:
            as_float = math.inf
        if not math.isfinite(as_float):
            self.append(f"{name}: not a number in the file")
            return None
        if as_float in stand_ins:
            self.append(f"{name}: {value} stands for a missing value")
            return None
        return as_float

    def whole(self, name: str, value: Any, *stand_ins: float) -> int | None:
        """Return a whole number that is not negative, as ``number`` does."""
        found = self.number(name, value, *stand_ins)
        if found is not None and (found < 0 or found != int(found)):
            self.append(f"{name}: {found:g} is no count")
            return None
        return None if found is None else int(found)


def part(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a nested object; an empty one where the file has something else."""
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def words(value: Any) -> str | None:
    """Return text that says something, else None."""
    return value.strip()[:500] if isinstance(value, str) and value.strip() else None


def plain(value: Any, depth: int = 6) -> Any:
    """Return JSON without NaN, cut where it is nested too deeply to be a setting."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): plain(entry, depth - 1) for key, entry in value.items()} if depth else "..."
    if isinstance(value, list):
        return [plain(entry, depth - 1) for entry in value] if depth else "..."
    return value
