"""From an entry as its file has it to a typed reference; what makes an entry unusable is a fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pydantic import ValidationError

from corpus.exchange.reading.display import decoded, name
from corpus.exchange.reading.entries import Entry, Reading, storable
from corpus.exchange.reading.identifiers import arxiv_of, doi_in, year_in
from corpus.exchange.reading.limits import MAX_FIELDS, MAX_VALUE
from corpus.records.reference import Fault, Reference

_TITLE = ("title", "primary_title", "short_title")
_VENUE = ("booktitle", "journal", "journaltitle", "container-title", "journal_name", "secondary_title", "venue",
          "alternate_title3", "howpublished", "publisher", "school", "institution")  # fmt: skip
_YEAR = ("year", "date", "publication_year", "issued", "created")
_ABSTRACT = ("abstract", "notes_abstract")
_LATEX = frozenset({"bibtex"})


def references(reading: Reading, format_: str, import_id: str) -> tuple[list[Reference], list[Fault]]:
    """Return references and all faults, both in the order of the file."""
    kept: list[Reference] = []
    faults = list(reading.faults)
    for number, entry in enumerate(reading.entries, 1):
        reason = _unusable(entry)
        if reason is None:
            try:
                kept.append(reference(entry, format_, f"{import_id}-{number}"))
            except ValidationError as error:
                fault = error.errors(include_url=False, include_input=False)[0]
                reason = f"{'.'.join(map(str, fault['loc']))}: {fault['msg'].removeprefix('Value error, ')}"
            else:
                faults.extend(_gaps(kept[-1]))
        if reason is not None:
            faults.append(Fault(line=entry.line, key=storable(entry.key)[:200], reason=storable(reason)[:500]))
    return kept, sorted(faults, key=lambda fault: fault.line)


def reference(entry: Entry, format_: str, id_: str) -> Reference:
    """Return an entry as a typed reference."""
    fields, latex = entry.fields, format_ in _LATEX
    show = decoded if latex else _one_line
    doi = doi_in(_first(fields, ("doi", "DOI"))) or doi_in(_doi_link(fields))
    venue, abstract = _first(fields, _VENUE), _first(fields, _ABSTRACT)
    return Reference(
        id=id_,
        line=entry.line,
        key=entry.key[:500],
        kind=entry.kind[:100],
        title=show(_first(fields, _TITLE) or ""),
        authors=tuple(shown for author in entry.authors if (shown := name(author, latex))),
        year=year_in(_first(fields, _YEAR)),
        venue=show(venue) if venue else None,
        abstract=show(abstract) if abstract else None,
        doi=doi,
        arxiv=arxiv_of(fields, doi),
        url=_first(fields, ("url", "URL", "urls")),
        fields=fields,
    )


def _unusable(entry: Entry) -> str | None:
    """Return why an entry cannot be kept, None when it can."""
    if len(entry.fields) > MAX_FIELDS:
        return f"has {len(entry.fields)} fields; an entry may have {MAX_FIELDS}"
    for field, value in entry.fields.items():
        if len(value) > MAX_VALUE:
            return f"the field {field} has {len(value):,} characters; a field may have {MAX_VALUE:,}"
        if not _is_text(value) or not _is_text(field):
            return f"the field {field} holds bytes that are not UTF-8 text; save the file as UTF-8"
    if not _is_text(entry.key) or not all(map(_is_text, entry.authors)):
        return "holds bytes that are not UTF-8 text; save the file as UTF-8"
    if not (_first(entry.fields, _TITLE) or "").strip(" {}\t\n"):
        return "has no title"
    return None


def _is_text(value: str) -> bool:
    if value.isascii():
        return True
    return not any("\ud800" <= char <= "\udfff" for char in value)


def _gaps(kept: Reference) -> Iterator[Fault]:
    """Yield what a kept entry lacks and a reader would miss."""
    lacking = [what for what, value in (("author", kept.authors), ("year", kept.year)) if not value]
    if lacking:
        yield Fault(line=kept.line, key=kept.key[:200], reason=f"has no {' and no '.join(lacking)}", kept=True)


def _first(fields: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((fields[name] for name in names if fields.get(name, "").strip()), None)


def _doi_link(fields: Mapping[str, str]) -> str | None:
    link = _first(fields, ("url", "URL", "urls", "ee", "note"))
    return link if link and "doi.org/" in link.lower() else None


def _one_line(text: str) -> str:
    return " ".join(text.split())
