"""The beginning of a paper record: what a reference says, and nothing that it does not say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from corpus.drafts import write_draft
from corpus.errors import RequestError
from corpus.exchange.reading.identifiers import arxiv_in, doi_in
from corpus.files import dump_results, write_text
from corpus.home import Home
from corpus.records import Classifier, Reference
from corpus.records.base import LINKABLE_HOSTS

Fields = dict[str, Any]


def fields_of(reference: Reference, paper_id: str) -> Fields:
    """Return a record's fields as far as a reference states them."""
    url = _link(reference)
    bibliography = {
        "title": reference.title,
        "authors": list(reference.authors) or None,
        "year": reference.year,
        "venue": {"name": reference.venue} if reference.venue else {},
        "volume": _plain(reference.fields, "volume"),
        "issue": _plain(reference.fields, "number", "issue"),
        "pages": _plain(reference.fields, "pages", "page"),
        "publisher": _plain(reference.fields, "publisher"),
        "doi": reference.doi,
        "arxiv": reference.arxiv,
        "url": url,
    }
    return _skeleton(paper_id, {key: value for key, value in bibliography.items() if value is not None}, url)


def fields_of_identifier(identifier: str, paper_id: str) -> Fields:
    """Return a record's fields for a DOI or an arXiv number: all but these are open, since nothing is looked up.

    Raises:
        RequestError: it is neither.
    """
    doi, arxiv = doi_in(identifier), arxiv_in(identifier)
    if doi:
        url = f"https://doi.org/{doi}"
        return _skeleton(paper_id, {"venue": {}, "doi": doi, "url": url}, url)
    if arxiv:
        url = f"https://arxiv.org/abs/{arxiv}"
        return _skeleton(paper_id, {"venue": {}, "arxiv": arxiv, "url": url}, url)
    raise RequestError(
        f"{identifier!r} is no DOI, no arXiv number, no file and no reference of your library; "
        "`codepeft references` lists yours"
    )


def _skeleton(paper_id: str, bibliography: Fields, url: str | None) -> Fields:
    study = {"id": f"{paper_id}-S1", "classified_by": Classifier.USER.value}
    source = {"kind": "paper", **({"url": url} if url else {})}
    return {"id": paper_id, "bibliography": bibliography, "studies": [study], "sources": [source]}


def _link(reference: Reference) -> str | None:
    """Return a lasting link: DOI, else arXiv, else the entry's own where its host is one that lasts."""
    if reference.doi:
        return f"https://doi.org/{reference.doi}"
    if reference.arxiv:
        return f"https://arxiv.org/abs/{reference.arxiv}"
    url = (reference.url or "").replace("http://", "https://", 1)
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return None
    return url if host in LINKABLE_HOSTS and not re.search(r"\s", url) else None


def _plain(fields: Mapping[str, str], *names: str) -> str | None:
    text = next((fields[name] for name in names if fields.get(name, "").strip()), "")
    return " ".join(text.replace("{", "").replace("}", "").split()) or None


def next_paper_id(home: Home) -> str:
    """Return the first free id of a user's paper: X1, X2, ... No version of the package ever takes one."""
    files = (*home.papers.glob("X[1-9]*"), *home.results.glob("X[1-9]*"))
    taken = [int(path.stem[1:]) for path in files if path.stem[1:].isdigit()]
    return f"X{max(taken, default=0) + 1}"


def begin(home: Home, fields: Fields) -> Path:
    """Write a draft's record and the empty table of its numbers; return the record's path."""
    write_text(home.results / f"{fields['id']}.csv", dump_results(()))
    return write_draft(home, fields)
