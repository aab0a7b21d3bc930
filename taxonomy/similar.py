"""Papers like a given one, by the words of their records; ``reproduce.similar`` does it by a model's vectors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.library import Corpus
from corpus.records import Paper

Vectors = npt.NDArray[np.float32]
WORDS = "words (TF-IDF)"


@dataclass(frozen=True)
class Similar:
    """A paper and how like it is: the cosine of the two texts' vectors, 1 for the same direction."""

    paper: str
    similarity: float


@dataclass(frozen=True)
class Neighbours:
    """The papers most like one, best first, and by what they were compared."""

    paper: str
    by: str  # the model, or words
    because: str | None  # why by words, where a model would have been better
    papers: tuple[Similar, ...]


def text_of(paper: Paper) -> str:
    """Return the text by which papers are compared: title, our summary, our words for its claims."""
    return " ".join([paper.bibliography.title, paper.summary, *(claim.text for claim in paper.claims)])


def tf_idf(texts: Sequence[str]) -> Vectors:
    """Return a unit vector for each text: counts dampened by log, weighed by how few texts have the word.

    Source: Manning, Raghavan and Schuetze 2008, Introduction to Information Retrieval, section 6.4 (ltc).
    A text without a word that others lack is the zero vector.
    """
    counted = [Counter(re.findall(r"[^\W\d_]{2,}", text.casefold())) for text in texts]
    documents = Counter(word for counts in counted for word in counts)
    place = {word: column for column, word in enumerate(sorted(documents))}
    vectors = np.zeros((len(texts), len(place)), dtype=np.float32)
    for row, counts in enumerate(counted):
        for word, count in counts.items():
            vectors[row, place[word]] = (1 + np.log(count)) * np.log(len(texts) / documents[word])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths == 0, 1, lengths)
    return vectors


def nearest(paper_id: str, ids: Sequence[str], vectors: Vectors, *, limit: int) -> tuple[Similar, ...]:
    """Return the papers whose vectors are nearest to one's, itself left out; equal ones in the order of ``ids``."""
    cosines = vectors @ vectors[list(ids).index(paper_id)]
    order = sorted((at for at, name in enumerate(ids) if name != paper_id), key=lambda at: (-cosines[at], at))
    return tuple(Similar(ids[at], round(float(cosines[at]), 4)) for at in order[:limit])


def similar_by_words(paper_id: str, corpus: Corpus, *, limit: int = 5, because: str | None = None) -> Neighbours:
    """Return the papers whose records share the most telling words with one's; raise UnknownNameError."""
    corpus.paper(paper_id)
    ids = list(corpus.papers)
    vectors = tf_idf([text_of(paper) for paper in corpus.papers.values()])
    return Neighbours(paper_id, WORDS, because, nearest(paper_id, ids, vectors, limit=limit))
