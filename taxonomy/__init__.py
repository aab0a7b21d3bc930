"""The vocabulary and the trees, and what evidence stands on a node."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from taxonomy.asking import suggest
    from taxonomy.knowledge import Knowledge, open_knowledge

__all__ = ["Knowledge", "open_knowledge", "suggest"]

_HOMES = {"suggest": "taxonomy.asking"}


def __getattr__(name: str) -> Any:
    """Import a public name on first use."""
    if name not in __all__:
        raise AttributeError(f"module 'taxonomy' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES.get(name, "taxonomy.knowledge")), name)
