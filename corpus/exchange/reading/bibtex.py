"""BibTeX by bibtexparser: fields raw, ``@string`` names resolved, authors split at the top level of braces."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from bibtexparser.exceptions import BlockAbortedException
from bibtexparser.library import Library
from bibtexparser.middlewares import RemoveEnclosingMiddleware, ResolveStringReferencesMiddleware
from bibtexparser.middlewares.names import split_multiple_persons_names
from bibtexparser.model import DuplicateFieldKeyBlock, ImplicitComment, ParsingFailedBlock, String
from bibtexparser.model import Entry as Block
from bibtexparser.splitter import Splitter

from corpus.exchange.reading.entries import Entry, Reading

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # it logs each fault; ours are listed
_BLOCK = re.compile(r"^[ \t]*@[ \t]*\w+[ \t]*[{(]", re.MULTILINE)
_FIELD = re.compile(r"(?:^|,)[\s,}]*([A-Za-z][\w-]*)\s*=\s*[{\"\d]", re.MULTILINE)
PIECE = 2_000  # blocks parsed at a time: bibtexparser keeps about ten times a block's size while it parses


def read(text: str) -> Reading:
    """Return the entries of a BibTeX file.

    bibtexparser takes an ``@word{`` at the start of a line for a new block, whatever is still open. So a file may be
    cut there, and is parsed in pieces: 100,000 entries stay within the memory of some thousand.
    """
    found, strings = Reading(), ""
    for line, piece in _pieces(text):
        blocks = Splitter(strings + piece).split().blocks
        before = line - strings.count("\n")
        values = _resolved(blocks)
        for number, block in enumerate(blocks):
            if (block.start_line or 0) + before >= line:  # not a @string of an earlier piece
                _take(block, before, values.get(number), found)
                _lost(block, blocks[number - 1] if number else None, before, found)
        defined = (
            block.raw for block in blocks if isinstance(block, String) and (block.start_line or 0) + before >= line
        )
        strings += "".join(f"{raw}\n" for raw in defined)
    return found


def _resolved(blocks: list[Any]) -> dict[int, Block]:
    """Return the entries by their place, ``@string`` names resolved and outer braces taken off.

    An entry whose key stood before is an entry too. A library refuses it, so keys are numbers here.
    """
    entries = {
        number: Block(block.entry_type, str(number), block.fields, block.start_line)
        for number, block in ((number, _entry_in(block)) for number, block in enumerate(blocks))
        if block is not None
    }
    library = Library([*(block for block in blocks if isinstance(block, String)), *entries.values()])
    for middleware in (ResolveStringReferencesMiddleware(True), RemoveEnclosingMiddleware(True)):
        library = middleware.transform(library)
    return {int(entry.key): entry for entry in library.entries}


def _entry_in(block: Any) -> Block | None:
    if isinstance(block, DuplicateFieldKeyBlock):
        return None
    inner = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block
    return inner if isinstance(inner, Block) else None


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield (lines before it, piece) of a text."""
    starts = [match.start() for match in _BLOCK.finditer(text)]
    cuts = [0, *starts[PIECE::PIECE], len(text)]
    line = 0
    for begin, end in pairwise(cuts):
        piece = text[begin:end]
        yield line, piece
        line += piece.count("\n")


def _take(block: Any, before: int, resolved: Block | None, found: Reading) -> None:
    line = before + (block.start_line or 0) + 1
    entry = _entry_in(block)
    if entry is not None and resolved is not None:
        _entry(entry, resolved, line, found)
    elif isinstance(block, DuplicateFieldKeyBlock):
        names = ", ".join(sorted(block.duplicate_keys))
        key = getattr(block.ignore_error_block, "key", "") or ""
        found.refuse(line, key, f"the field {names} is given twice; which one holds?")
    elif isinstance(block, ParsingFailedBlock):
        inner = block.ignore_error_block
        if isinstance(inner, String):
            found.tell(line, inner.key, "this @string is defined twice; the first definition holds")
        else:
            found.refuse(line, _key_of(block.raw or ""), f"not BibTeX: {_sentence(block.error)}")


def _lost(block: Any, last: Any, before: int, found: Reading) -> None:
    """Tell what follows a brace too many: to BibTeX it is a comment."""
    if isinstance(block, ImplicitComment) and isinstance(last, Block) and _FIELD.search(block.comment):
        names = ", ".join(_FIELD.findall(block.comment)[:5])
        reason = f"a brace too many ends the entry before its fields; not read: {names}"
        found.tell(before + (last.start_line or 0) + 1, last.key.strip(), reason)


def _entry(block: Block, resolved: Block, line: int, found: Reading) -> None:
    key = block.key.strip()
    if not key:
        found.refuse(line, "", "has no key: the entry begins without a name before its first comma")
        return
    fields = {field.key.lower(): str(field.value) for field in resolved.fields}
    found.entries.append(Entry(line, key, block.entry_type.lower(), fields, authors_of(fields)))


def authors_of(fields: dict[str, str]) -> tuple[str, ...]:
    """Return the names of an author field, split where BibTeX splits them and not decoded yet."""
    names = fields.get("author") or fields.get("editor") or ""
    if len(names) > 20_000 or not names.strip():
        return ()
    return tuple(split_multiple_persons_names(" ".join(names.split())))


def _key_of(raw: str) -> str:
    found = re.match(r"\s*@\s*\w+\s*[{(]\s*([^,\s}]*)", raw)
    return found.group(1) if found else ""


def _sentence(error: Any) -> str:
    if isinstance(error, BlockAbortedException):
        return " ".join(str(error.abort_reason).split()).rstrip(".")
    return " ".join(str(error).split()).rstrip(".")[:300] or type(error).__name__
