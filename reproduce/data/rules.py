"""How a field of ours is made from the fields of a published row."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any

from reproduce.data.rows import Value
from reproduce.registry.datasets import Rule


def value_of(raw: Mapping[str, Any], rule: str | Rule) -> Value | None:
    """Return the value that a rule takes from a row, or None where the row has no such value."""
    if isinstance(rule, str):
        return _plain(raw.get(rule))
    if rule.constant is not None:
        return rule.constant if isinstance(rule.constant, str) else list(rule.constant)
    if rule.template is not None:
        return _filled(raw, rule.template)
    value = raw.get(rule.field or "")
    if rule.otherwise is not None and value in (None, ""):
        value = raw.get(rule.otherwise)
    if rule.join is not None:
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            return None
        value = rule.join.join(value)
    if rule.is_list:
        return value if isinstance(value, list) and all(isinstance(part, str) for part in value) else None
    plain = _plain(value)
    return first_paragraph(plain) if rule.paragraph and isinstance(plain, str) else plain


def first_paragraph(text: str) -> str:
    """Return the first paragraph of a docstring on one line."""
    return " ".join(re.split(r"\n\s*\n", inspect.cleandoc(text), maxsplit=1)[0].split())


def _plain(value: object) -> str | int | None:
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None


def _filled(raw: Mapping[str, Any], template: str) -> str | None:
    names = re.findall(r"\{(\w+)\}", template)
    if any(_plain(raw.get(name)) is None for name in names):
        return None
    return re.sub(r"\{(\w+)\}", lambda match: str(raw[match[1]]), template)
