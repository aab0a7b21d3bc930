"""The formats of results as declared records: the keys by which a file is known, and who reads one result of it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

from corpus.records.foreign import ForeignResult

ReadResult = Callable[[dict[str, Any], str, str | None], ForeignResult]


class NoResultError(ValueError):
    """A record that holds no result; its message says why."""


@dataclass(frozen=True)
class ForeignFormat:
    """A format of results; every one of ``keys`` stands in a result of it."""

    id: str
    label: str
    keys: frozenset[str]
    reader: str  # module:function, imported on first use

    def read(self, record: dict[str, Any], id_: str, source: str | None) -> ForeignResult:
        """Return one result; raise NoResultError or ValidationError."""
        module, _, name = self.reader.partition(":")
        return cast("ReadResult", getattr(importlib.import_module(module), name))(record, id_, source)


FOREIGN_FORMATS: Mapping[str, ForeignFormat] = MappingProxyType(
    {
        each.id: each
        for each in (
            ForeignFormat(
                "peft-method-comparison",
                "result of peft's method comparison",
                frozenset({"run_info", "train_info", "meta_info"}),
                "corpus.exchange.foreign.peft:read",
            ),
            ForeignFormat(
                "every-eval-ever",
                "Every Eval Ever",
                frozenset({"schema_version", "model_info", "evaluation_results"}),
                "corpus.exchange.foreign.every_eval:read",
            ),
        )
    }
)


def foreign_format(content: Any) -> ForeignFormat | None:
    """Return the format of parsed JSON, None when it holds no results that are known."""
    first = content[0] if isinstance(content, list) and content else content
    if not isinstance(first, dict):
        return None
    return next((each for each in FOREIGN_FORMATS.values() if each.keys <= first.keys()), None)
