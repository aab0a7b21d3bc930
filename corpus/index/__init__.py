"""The database index: a copy of the record files for SQL and search. It may be deleted at any time."""

from corpus.index.build import DamagedIndexError, Index, build_index, open_index
from corpus.index.search import SearchEntry, SearchHit, entries_of, entries_of_references, search

__all__ = [
    "DamagedIndexError", "Index", "SearchEntry", "SearchHit", "build_index", "entries_of", "entries_of_references",
    "open_index", "search",
]  # fmt: skip
