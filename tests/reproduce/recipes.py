"""Invented recipes in the place of the real ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from corpus.files import dump_yaml, write_text
from reproduce.registry import recipes, serving

PAPER_SCALE = {
    "about": "An invented experiment.",
    "models": {"codebert": "microsoft/codebert-base"},
    "methods": ["lora", "full-finetuning"],
    "data": "Invented.",
}


def entry_fields(note: str) -> dict[str, Any]:
    """Return the fields of a recipe's entry but for its experiment; ``note`` is that of every aspect."""
    aspect = {"likeness": "different", "note": note}
    names = ("model", "data", "steps", "metric", "settings")
    return {"stands_for": "Table 1.", "claims": [], "fidelity": dict.fromkeys(names, aspect)}


@contextmanager
def recipes_in(folder: Path, *contents: dict[str, Any]) -> Iterator[None]:
    """Let the laboratory have these recipes only, as files of a folder."""
    for content in contents:
        write_text(folder / f"{content['paper']}.yaml", dump_yaml(content))
    module = import_module("reproduce.registry.recipes")  # the package's attribute of that name is the function
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "FOLDER", folder)
        _forget()
        yield
    _forget()


def _forget() -> None:
    recipes.cache_clear()
    serving.cache_clear()
