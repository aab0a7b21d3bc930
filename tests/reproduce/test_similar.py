"""Papers like a given one, by a language model's vectors that are kept."""

from __future__ import annotations

import numpy as np
import pytest

from corpus import Home
from reproduce import similar, vectors
from reproduce.model_files import candidates
from reproduce.registry import models
from reproduce.similar import NOT_COMPUTED, similar_papers
from reproduce.vectors import MODEL, kept_vectors, text_vectors
from taxonomy.similar import WORDS, text_of
from tests import examples

ENTRY = models()[MODEL]


@pytest.fixture
def three():
    """A corpus of three papers: two on the repair of programs, one on cooking."""
    texts = (
        "A program with a bug is repaired by a tuned language model.",
        "Soup is boiled with onions for an hour.",
        "Tuning language models so that they fix faulty code.",
    )
    papers = []
    for number, text in enumerate(texts):
        name = f"P90{number}"
        studies = [{"id": f"{name}-S1", "task": "code-search", "methods": ["lora"]}]
        bibliography = {**examples.paper_fields()["bibliography"], "title": f"Study {number}"}
        papers.append(examples.paper(id=name, summary=text, studies=studies, bibliography=bibliography))
    return examples.corpus_of(papers)


def test_the_model_finds_what_words_cannot(three, home, monkeypatch):
    """Two texts on one thing are nearest by the model though few words are shared; its vectors are kept and read."""
    pytest.importorskip("torch")
    if not candidates(ENTRY, home):
        pytest.skip("the model's files are not installed")
    found = similar_papers("P900", three, home)
    assert (found.by, found.because, found.papers[0].paper) == (MODEL, None, "P902")
    assert found.papers[0].similarity > found.papers[1].similarity + 0.2
    texts = [text_of(paper) for paper in three.papers.values()]
    found_again = kept_vectors(texts, home)
    assert np.linalg.norm(found_again, axis=1) == pytest.approx(np.ones(3), abs=1e-5)

    def never(*_: object) -> None:
        raise AssertionError("computed although it was kept")

    monkeypatch.setattr(vectors, "_computed", never)
    assert similar_papers("P900", three, home, compute=False) == found

    monkeypatch.undo()
    damaged = next((home.cache / "vectors").rglob("*.npy"))
    whole = damaged.read_bytes()
    damaged.write_bytes(b"\x93NUMPY nonsense")
    assert kept_vectors(texts, home) is None
    assert (text_vectors(texts, home) == found_again).all()
    assert damaged.read_bytes() == whole


def test_words_stand_in_and_say_why(three, home, monkeypatch):
    """Where no vectors are kept, or the model is not installed, words are compared and the reason is told."""
    found = similar_papers("P900", three, home, compute=False)
    assert (found.by, found.because) == (WORDS, NOT_COMPUTED)
    monkeypatch.setattr(similar, "candidates", lambda entry, home: [])
    found = similar_papers("P900", three, home)
    assert (found.by, found.because) == (WORDS, similar.NOT_INSTALLED)
    assert not Home(home.root).cache.exists()
