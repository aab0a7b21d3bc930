"""Adding a paper: from a DOI, a file or a reference to a draft, what is open in it, and what its words suggest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from corpus.drafts import Draft, draft, draft_files, read_draft
from corpus.errors import CodepeftError, Problem, RecordError, RequestError, UnknownNameError
from corpus.exchange.duplicates import Work, duplicates
from corpus.exchange.importing import parse
from corpus.exchange.reading.identifiers import arxiv_in, doi_in
from corpus.exchange.reading.limits import read_bytes
from corpus.home import Home
from corpus.library import Corpus
from corpus.records import Paper, Reference
from corpus.references import read_library
from corpus.skeletons import begin, fields_of, fields_of_identifier, next_paper_id
from explorer.importing import papers_of
from taxonomy.checks import KIND_OF_FIELD
from taxonomy.checks import problems_in as names_in_corpus
from taxonomy.classify import Suggestion, suggest_classes
from taxonomy.vocabulary import Vocabulary, vocabulary


def new_paper(what: str, home: Home, key: str | None = None) -> Draft:
    """Begin a record from a file, a reference, a DOI or an arXiv number; return the draft.

    Raises:
        RequestError: it is none of these, or the corpus or the user's folder has the paper already.
    """
    reference = _reference(what, home, key)
    paper_id = next_paper_id(home)
    if reference is not None:
        fields = fields_of(reference, paper_id)
        _not_there_yet(Work.of_reference(reference), [reference], home)
    else:
        fields = fields_of_identifier(what, paper_id)
        entry = fields["bibliography"]
        _not_there_yet(Work(paper_id, entry.get("doi"), entry.get("arxiv"), "", frozenset()), (), home)
    begin(home, fields)
    return draft(home, paper_id)


def _reference(what: str, home: Home, key: str | None) -> Reference | None:
    path = Path(what)
    try:
        is_file = path.is_file()
    except (OSError, ValueError):
        is_file = False
    if is_file:
        return _only_entry(path, key)
    library = read_library(home)
    if doi_in(what) or arxiv_in(what):
        names = {doi_in(what), arxiv_in(what)} - {None}
        return next((each for each in library.references if names & {each.doi, each.arxiv}), None)
    if path.suffix in (".bib", ".ris", ".json", ".csv"):
        raise RequestError(f"{what} is not there; give the path of a file, a DOI, or a reference of your library")
    try:
        return library.reference(what)
    except UnknownNameError:  # what remains is told with all that it could have been
        return None


def _only_entry(path: Path, key: str | None) -> Reference:
    parsed = parse(path.name, read_bytes(path), "I1")
    found = [each for each in parsed.references if key is None or each.key == key]
    if len(found) == 1:
        return found[0]
    if not parsed.references:
        reasons = "; ".join(f"line {each.line}: {each.reason}" for each in parsed.faults[:3])
        raise CodepeftError(f"no entry of {path.name} can be read{f': {reasons}' if reasons else ''}")
    keys = ", ".join(each.key or each.id for each in parsed.references[:10])
    raise RequestError(f"{path.name} holds {len(parsed.references)} entries; choose one with --key: {keys}")


def _not_there_yet(work: Work, references: Any, home: Home) -> None:
    corpus = papers_of(home)
    known = [Work.of_paper(paper) for paper in corpus.papers.values()]
    for each in known:
        if (work.doi and work.doi == each.doi) or (work.arxiv and work.arxiv == each.arxiv):
            raise RequestError(f"{each.ref} is this paper already; `codepeft show {each.ref}` shows it")
    for found in duplicates(list(references), known):
        raise RequestError(f"{found.of} is this paper already ({found.reason}); `codepeft show {found.of}` shows it")
    for path in draft_files(home):
        entry = read_draft(path, home).content.get("bibliography", {})
        if isinstance(entry, dict) and (
            (work.doi and entry.get("doi") == work.doi) or (work.arxiv and entry.get("arxiv") == work.arxiv)
        ):
            raise RequestError(f"{path.stem} is a draft of this paper already; it is {path.name} in your folder")


def open_points(found: Draft, words: Vocabulary) -> tuple[Problem, ...]:
    """Return what is still open or wrong in a draft: missing fields, unknown names, numbers off their scale."""
    file = f"{found.id}.yaml"
    problems = list(found.open)
    try:
        paper = Paper.model_validate(found.content)
    except ValidationError:
        hints = list(_unknown_names(found.content, file, words))
        hinted = {each.where for each in hints}
        problems = [each for each in problems if each.where not in hinted] + hints
    else:
        alone = Corpus(MappingProxyType({paper.id: paper}), found.results, ())
        problems += names_in_corpus(alone, words)
    if not found.results and not any("-X" in str(each.get("id")) for each in _list(found.content, "cautions")):
        reason = "open: no reported number; add rows, or a caution of the kind unread that says why there is none"
        problems.append(Problem(f"{found.id}.csv", "", reason))
    return tuple(dict.fromkeys(problems))


def _list(content: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = content.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _unknown_names(content: Any, file: str, words: Vocabulary, where: str = "") -> Iterator[Problem]:
    if isinstance(content, list):
        for number, entry in enumerate(content):
            yield from _unknown_names(entry, file, words, f"{where}{number}.")
    elif isinstance(content, dict | MappingProxyType):
        for field, value in content.items():
            names = value if isinstance(value, list) else [value]
            kind = KIND_OF_FIELD.get(str(field))
            for name in names:
                if kind and isinstance(name, str) and not words.knows(kind, name):
                    yield from _hint(kind, name, file, f"{where}{field}", words)
            yield from _unknown_names(value, file, words, f"{where}{field}.")


def _hint(kind: str, name: str, file: str, where: str, words: Vocabulary) -> Iterator[Problem]:
    try:
        yield Problem(file, where, f"write {words.resolve(kind, name)!r} instead of {name!r}")
    except RequestError as error:
        yield Problem(file, where, str(error))


def open_points_of_all(home: Home) -> list[Problem]:
    """Return what is open in all drafts of a user's folder."""
    problems: list[Problem] = []
    for path in draft_files(home):
        try:
            problems += open_points(read_draft(path, home), vocabulary())
        except RecordError as error:
            problems += error.problems
    return problems


def suggestions(title: str, abstract: str | None, home: Home, *, by_embedding: bool) -> tuple[Suggestion, ...]:
    """Return suggestions of class by words and, where the laboratory is installed and it is asked for, by embedding."""
    found = suggest_classes(title, abstract, vocabulary())
    if by_embedding and find_spec("torch") and find_spec("transformers"):
        from reproduce.likeness import suggest_by_likeness

        found += suggest_by_likeness(title, abstract, papers_of(home).papers, home)
    return found
