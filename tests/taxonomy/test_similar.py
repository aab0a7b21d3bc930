"""Papers like a given one, by words."""

from __future__ import annotations

import numpy as np
import pytest

from corpus import UnknownNameError
from taxonomy.similar import nearest, similar_by_words, tf_idf
from tests import examples


def test_vectors_weigh_rare_words_and_ignore_common_ones():
    """Computed by hand: a word of every text weighs nothing, the others (1 + ln count) ln(texts / texts with it)."""
    vectors = tf_idf(["code basalt basalt", "code basalt orchid", "code"])
    basalt, orchid = np.log(3 / 2), np.log(3)
    second = np.array([basalt, 0, orchid]) / np.hypot(basalt, orchid)  # columns: basalt, code, orchid
    assert vectors[0] == pytest.approx([1, 0, 0])
    assert vectors[1] == pytest.approx(second)
    assert vectors[2] == pytest.approx([0, 0, 0])


def test_the_nearest_come_first_and_the_paper_itself_is_left_out():
    """Papers are ordered by cosine; equal ones keep their order; a limit cuts the rest."""
    vectors = np.array([[1, 0], [0, 1], [0.8, 0.6], [0, 1]], dtype=np.float32)
    found = nearest("a", ["a", "b", "c", "d"], vectors, limit=3)
    assert [(each.paper, each.similarity) for each in found] == [("c", 0.8), ("b", 0.0), ("d", 0.0)]
    assert len(nearest("a", ["a", "b", "c", "d"], vectors, limit=1)) == 1


def test_papers_on_the_same_thing_are_alike(shipped):
    """The three studies of adapters by the same group are nearest to one another, by their words."""
    assert similar_by_words("P36", shipped, limit=1).papers[0].paper == "P28"
    assert similar_by_words("P28", shipped, limit=1).papers[0].paper == "P36"


def test_a_paper_alone_has_no_neighbours_and_an_unknown_one_is_told():
    """One paper has none like it; a name that is none is told."""
    corpus = examples.corpus_of([examples.paper()])
    assert similar_by_words("P900", corpus).papers == ()
    with pytest.raises(UnknownNameError, match="did you mean P900"):
        similar_by_words("P901", corpus)
