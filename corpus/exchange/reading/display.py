"""LaTeX as people read it. Only for showing and comparing: what was read stays as it is."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import lru_cache

from bibtexparser.middlewares.names import InvalidNameError, parse_single_name_into_parts
from pylatexenc.latex2text import LatexNodes2Text

logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
MAX_DECODED = 5_000  # characters; longer text is shown as it is
_DEEPEST = 30  # braces in braces that are decoded; pylatexenc recurses for each
_ESCAPED = re.compile(r"\\[{}$]")
_COMMAND_ENDS = re.compile(r"\\[A-Za-z]+\Z")
_NEEDS_LATEX = re.compile(r"[\\$~]|--|``|''")
# Strict LaTeX spaces: 'after \alpha' keeps its word apart. No file is ever read: \input needs a folder, and has none.
_DECODER = LatexNodes2Text(math_mode="text", strict_latex_spaces="macros", keep_comments=True)


def decoded(text: str) -> str:
    """Return LaTeX as plain text on one line; text that cannot be decoded is returned as it is.

    Only the words that hold LaTeX are decoded, each once: pylatexenc takes some ten microseconds a character.
    """
    plain = " ".join(text.split())
    if not _NEEDS_LATEX.search(plain):
        return plain.replace("{", "").replace("}", "").strip()
    if len(plain) > MAX_DECODED or _depth(plain) > _DEEPEST:
        return plain
    words = (
        _word(word) if _NEEDS_LATEX.search(word) else word.replace("{", "").replace("}", "") for word in _words(plain)
    )
    return " ".join(" ".join(words).split()) or plain


def _words(text: str) -> Iterator[str]:
    """Split text at blanks that stand outside braces and formulas, and not behind a command, which swallows them."""
    if text.startswith("{") and _closes(text) == len(text) - 1:
        text = text[1:-1]
    held: list[str] = []
    depth = dollars = 0
    for word in text.split(" "):
        held.append(word)
        if "{" in word or "}" in word or "$" in word:
            bare = _ESCAPED.sub("", word)
            depth += bare.count("{") - bare.count("}")
            dollars += bare.count("$")
        if depth <= 0 and dollars % 2 == 0 and not _COMMAND_ENDS.search(word):
            yield " ".join(held)
            held = []
    if held:
        yield " ".join(held)


def _closes(text: str) -> int:
    """Return where the first brace of a text is closed."""
    depth = 0
    for place, char in enumerate(text):
        depth += (char == "{") - (char == "}")
        if depth == 0:
            return place
    return -1


@lru_cache(maxsize=20_000)
def _word(word: str) -> str:
    try:
        # A bare % begins a comment in LaTeX; in a title it is a percent sign that somebody did not escape.
        return str(_DECODER.latex_to_text(re.sub(r"(?<!\\)%", r"\\%", word), tolerant_parsing=True))
    except Exception:  # pylatexenc raises many kinds, from its own to IndexError
        return word


def _depth(text: str) -> int:
    if text.count("{") <= _DEEPEST:
        return 0
    depth = deepest = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        deepest = max(deepest, depth)
    return deepest


@lru_cache(maxsize=50_000)
def name(raw: str, latex: bool = True) -> str:
    """Return an author as people write it, first name first; names are split before they are decoded."""
    if not latex:
        last, comma, first = raw.partition(",")
        return " ".join(f"{first} {last}".split()) if comma else " ".join(raw.split())
    if "," in raw:
        try:
            parts = parse_single_name_into_parts(raw, strict=False)
            raw = " ".join([*parts.first, *parts.von, *parts.last, *parts.jr])
        except (InvalidNameError, IndexError):
            pass
    return decoded(raw)
