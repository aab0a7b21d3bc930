"""A method against full fine-tuning, source by source, with the pooled estimate of each task below its sources."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from corpus.library import Corpus
from taxonomy.answers.contrasts import Contrast, contrasts
from taxonomy.answers.ground import ground
from taxonomy.answers.memory import kept_for
from taxonomy.answers.pooling import Estimate, Target
from taxonomy.answers.sides import FULL
from taxonomy.vocabulary import Vocabulary


@dataclass(frozen=True)
class Branch:
    """One task: what each source found, and what all evidence together says.

    ``sources`` stand in the order of the records, papers before measured experiments. ``pooled`` None: no source of any
    task has a comparable pair. ``pooled_from`` are the sources on this task that went into it; it borrows from others.
    """

    task: str
    sources: tuple[Contrast, ...]
    pooled: Estimate | None
    pooled_from: tuple[str, ...]


@dataclass(frozen=True)
class Forest:
    """All tasks on which a source has the method beside full fine-tuning."""

    method: str
    branches: tuple[Branch, ...]


def forest(
    method: str,
    corpus: Corpus,
    vocabulary: Vocabulary,
    *,
    tasks: Collection[str] = (),
    architectures: Collection[str] = (),
) -> Forest:
    """Return the forest of a method; empty filters keep everything. The pooled estimate is over all architectures.

    Raises:
        UnknownNameError: the method's id is not in the vocabulary.
    """
    method = vocabulary.resolve("methods", method)
    every = kept_for(corpus, "contrasts", lambda: contrasts(corpus, vocabulary))
    found = [
        contrast
        for contrast in every
        if contrast.method == method
        and contrast.against == FULL
        and (not tasks or contrast.task in tasks)
        and (not architectures or contrast.architecture in architectures)
    ]
    order = [task for task in vocabulary.tasks if any(contrast.task == task.id for contrast in found)]
    base, family = ground(corpus, vocabulary), vocabulary.method[method].family
    branches = []
    for task in order:
        direct = base.direct.get((method, task.id))
        branches.append(
            Branch(
                task.id,
                tuple(contrast for contrast in found if contrast.task == task.id),
                base.pooled.estimate(Target(task.id, task.group, method, family)) if base.pooled else None,
                direct.sources if direct else (),
            )
        )
    return Forest(method, tuple(branches))
