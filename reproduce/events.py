"""The events of a run: one JSON object a line, written as they happen, so that a page can follow."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reproduce.machine import memory_gb


class EventLog:
    """Appends events to a file; each line is whole and flushed when ``tell`` returns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path

    def tell(
        self,
        phase: str,
        *,
        step: int | None = None,
        steps: int | None = None,
        loss: float | None = None,
        tokens_per_second: float | None = None,
        metric: str | None = None,
        value: float | None = None,
        message: str | None = None,
    ) -> None:
        """Append an event with the time (UTC) and the process's resident memory (GB); absent fields are left out.

        ``metric`` and ``value`` are what an evaluation came to, on the vocabulary's scale.
        """
        event: dict[str, Any] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "phase": phase,
            "step": step,
            "steps": steps,
            "loss": loss,
            "tokens_per_second": None if tokens_per_second is None else round(tokens_per_second, 1),
            "metric": metric,
            "value": value,
            "memory_gb": round(memory_gb(), 3),
            "message": message,
        }
        line = json.dumps({key: value for key, value in event.items() if value is not None}, ensure_ascii=False)
        with self._path.open("a", encoding="utf-8") as file:  # closing flushes; one write, so no half lines
            file.write(line + "\n")
