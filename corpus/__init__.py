"""What the papers say: records in files, the index built from them, import and export."""

from corpus.errors import CodepeftError, Problem, RecordError, RequestError, UnknownNameError
from corpus.home import Home
from corpus.library import Corpus, open_corpus

__all__ = [
    "CodepeftError", "Corpus", "Home", "Problem", "RecordError", "RequestError", "UnknownNameError", "open_corpus",
]  # fmt: skip
