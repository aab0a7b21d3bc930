"""The one-line way to an answer, for programs."""

from __future__ import annotations

from corpus.library import Corpus
from taxonomy.answers import suggest as answers
from taxonomy.answers.suggestions import Answer
from taxonomy.answers.wishes import Wish
from taxonomy.knowledge import Knowledge, open_knowledge


def suggest(
    task: str,
    *,
    architecture: str | None = None,
    model: str | None = None,
    memory_gb: float | None = None,
    hours: float | None = None,
    must_merge: bool = False,
    must_quantise: bool = False,
    training_tokens: int | None = None,
    known: Knowledge | None = None,
    corpus: Corpus | None = None,
) -> Answer:
    """Return which methods suit a task, a name or a description in words, within the limits given.

    ``known`` is what to answer from; without it, what ships and the user's own papers and runs. ``corpus`` takes the
    place of its corpus: a part of it, say.

    Raises:
        UnknownNameError: a task, an architecture or a model that the vocabulary does not know.
        RequestError: an ambiguous description, or a budget that is not above zero.
    """
    known = known or open_knowledge()
    wish = Wish(task, architecture, model, memory_gb, hours, must_merge, must_quantise, training_tokens)
    return answers.suggest(wish, corpus or known.corpus, known.vocabulary)
