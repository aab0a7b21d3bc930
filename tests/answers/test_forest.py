"""A method against full fine-tuning, source by source."""

import pytest

from corpus import Corpus
from corpus.errors import UnknownNameError
from taxonomy.answers.contrasts import contrasts
from taxonomy.answers.forest import forest
from taxonomy.answers.ground import ground
from taxonomy.answers.pooling import Target
from taxonomy.vocabulary import Vocabulary


def test_the_sources_are_the_contrasts_with_full_fine_tuning(shipped: Corpus, words: Vocabulary):
    """Nothing is left out and nothing added; tasks stand in the vocabulary's order."""
    found = forest("lora", shipped, words)
    expected = [one for one in contrasts(shipped, words) if (one.method, one.against) == ("lora", "full-finetuning")]
    drawn = [one for branch in found.branches for one in branch.sources]
    assert sorted(drawn, key=str) == sorted(expected, key=str)
    order = [task.id for task in words.tasks]
    assert [branch.task for branch in found.branches] == sorted({one.task for one in drawn}, key=order.index)


def test_the_pooled_estimate_is_that_of_the_answers(shipped: Corpus, words: Vocabulary):
    """Forest and suggestion say the same number."""
    branch = next(one for one in forest("lora", shipped, words).branches if one.task == "code-to-text")
    pooled = ground(shipped, words).pooled
    assert pooled is not None
    group = next(task.group for task in words.tasks if task.id == "code-to-text")
    assert branch.pooled == pooled.estimate(Target("code-to-text", group, "lora", words.method["lora"].family))
    assert branch.pooled_from == ground(shipped, words).direct["lora", "code-to-text"].sources


def test_filters_keep_tasks_and_architectures(shipped: Corpus, words: Vocabulary):
    """Only what was asked for stands there."""
    found = forest("lora", shipped, words, tasks=("code-refinement",), architectures=("encoder",))
    assert {(one.task, one.architecture) for branch in found.branches for one in branch.sources} == {
        ("code-refinement", "encoder")
    }


def test_an_unknown_method_is_told(shipped: Corpus, words: Vocabulary):
    """A misspelt method is an error with a suggestion."""
    with pytest.raises(UnknownNameError, match="lora"):
        forest("lorra", shipped, words)
