"""All papers that ship, ready for export."""

from __future__ import annotations

import pytest

from corpus import Corpus
from corpus.exchange.writing import Selection
from taxonomy.vocabulary import Vocabulary


@pytest.fixture(scope="session")
def everything(shipped: Corpus, words: Vocabulary) -> Selection:
    """Every paper that ships."""
    return Selection(shipped, tuple(shipped.papers.values()), words.label)
