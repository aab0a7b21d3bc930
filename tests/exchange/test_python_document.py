"""docs/python.md is run: each block prints what stands below it."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "python.md"
BLOCKS = re.compile(r"```python\n(.*?)```\n(?:```text\n(.*?)```\n)?", re.DOTALL)


def test_the_page_shows_what_its_code_prints():
    """Every block runs after the ones before it, and its output is the text shown, to the letter."""
    names: dict[str, object] = {}
    blocks = BLOCKS.findall(DOCUMENT.read_text(encoding="utf-8"))
    assert len(blocks) >= 6
    for code, shown in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, DOCUMENT.name, "exec"), names)  # noqa: S102  (our own page)
        assert printed.getvalue() == shown, code
