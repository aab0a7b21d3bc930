"""The formats as declared records: their names, their files' endings, how their content begins, who reads them."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import cast

from corpus.errors import RequestError, lookup
from corpus.exchange.reading.entries import Reader, Reading


@dataclass(frozen=True)
class Format:
    """A format of references. ``begins`` fits the beginning of a file in it, white space left out."""

    id: str
    label: str
    suffixes: tuple[str, ...]
    begins: str
    reader: str  # module:function, imported on first use

    def fits(self, head: str) -> bool:
        """Return whether a text may be in this format by its beginning."""
        return re.search(self.begins, head, re.IGNORECASE) is not None

    def read(self, text: str) -> Reading:
        """Return what a text in this format holds."""
        module, _, name = self.reader.partition(":")
        return cast("Reader", getattr(importlib.import_module(module), name))(text)


_HERE = "corpus.exchange.reading"
FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        each.id: each
        for each in (
            Format("bibtex", "BibTeX", (".bib", ".bibtex"), r"^\s*@\w+\s*[{(]", f"{_HERE}.bibtex:read"),
            Format("ris", "RIS", (".ris",), r"^TY  ?- ", f"{_HERE}.ris:read"),
            Format("csl-json", "CSL-JSON", (".json", ".csljson"), r"\A\s*[\[{]", f"{_HERE}.csl:read"),
            Format("csv", "CSV", (".csv", ".tsv"), r"\A[^\n]*\btitle\b", f"{_HERE}.table:read"),
        )
    }
)


def format_of(path: Path, text: str, asked: str | None = None) -> Format:
    """Return the format of a file: the one asked for, else by its ending, else by how it begins.

    Raises:
        RequestError: no format fits; the formats are named.
    """
    if asked is not None:
        return lookup("format", asked, FORMATS)
    for each in FORMATS.values():
        if path.suffix.lower() in each.suffixes:
            return each
    head = text[:4000]
    for each in FORMATS.values():
        if re.search(each.begins, head, re.IGNORECASE | re.MULTILINE):
            return each
    known = ", ".join(f"{each.label} ({each.suffixes[0]})" for each in FORMATS.values())
    raise RequestError(
        f"{path.name} is in no format that can be imported, by its ending or its beginning; known: {known}; "
        "name one with --format"
    )


def read_references(text: str, format_: Format) -> Reading:
    """Return what a text in a format holds."""
    return format_.read(text)
