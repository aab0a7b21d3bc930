"""What an answer says in words: what was borrowed from where, and what a reader should know."""

from __future__ import annotations

from collections.abc import Iterator

from taxonomy.answers.configurations import Start
from taxonomy.answers.costs import Cost, Share
from taxonomy.answers.ground import Direct, Ground
from taxonomy.answers.wishes import Asked
from taxonomy.vocabulary import Method, Vocabulary


def borrowed(
    method: Method, asked: Asked, base: Ground, direct: Direct, elsewhere: tuple[str, ...], vocabulary: Vocabulary
) -> Iterator[str]:
    """Yield what the pooled effect takes from elsewhere, in sentences."""
    task = vocabulary.label("tasks", asked.task.task)
    others = tuple(source for source in base.on_task(asked.task.task) if source not in direct.sources)
    if others:
        yield f"from other methods on {task}: {', '.join(others)}"
    elif not direct.sources:
        yield f"nothing is known about {task}, which is taken to be no better and no worse for tuning than other tasks"
    if elsewhere:
        yield f"from {method.label} on other tasks: {', '.join(elsewhere)}"
    yield "towards no difference from full fine-tuning, the more the less evidence there is"


def notes_on_costs(asked: Asked, memory: Cost | None, time: Cost | None) -> Iterator[str]:
    """Yield where a cost that is within its budget may exceed it all the same."""
    limits = ((memory, asked.wish.memory_gb, "GB of memory"), (time, asked.wish.hours, "hours"))
    for cost, limit, unit in limits:
        if cost is not None and limit is not None and cost.middle <= limit < cost.high:
            yield f"may need more than {limit:g} {unit}: the estimate goes up to {cost.high:.3g}"


def notes_on_start(start: Start | None, share: Share, memory: Cost | None) -> Iterator[str]:
    """Yield where the configuration to start from is larger than what memory is reckoned with."""
    if start is None or start.trainable_percent is None or memory is None or not memory.estimated:
        return
    if start.trainable_percent > 2 * share.middle:
        yield (
            f"the configuration of {start.paper} trains {start.trainable_percent:.2g} % of the weights; "
            f"memory is reckoned with {share.middle:.2g} %"
        )


def notes(asked: Asked, base: Ground, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield what a reader of the whole answer should know."""
    label = vocabulary.label("tasks", asked.task.task)
    if asked.task.because is not None:
        yield f"{asked.wish.task!r} is understood as {label} (by the words {asked.task.because!r})"
    if base.pooled is None:
        yield "no paper and no experiment has a comparable pair, so nothing can be suggested"
    elif not base.on_task(asked.task.task):
        yield f"no comparable number on {label}: everything is borrowed from other tasks, and the intervals are wider"
    common = base.pooled.in_common() if base.pooled else None
    if common is not None:
        points, low, high = common
        yield (
            f"our experiments are small and short: their methods have {points:+.1f} points ({low:+.1f} to {high:+.1f}) "
            "against full fine-tuning in common, which effects leave out; how methods differ in them counts"
        )
    if asked.model is None and asked.wish.hours is not None:
        yield "the budget of hours is not applied: name a model to have the time estimated"
    if asked.model is not None and asked.weights is None:
        yield f"the size of {asked.model.label} is not known, so that neither memory nor time is estimated"
    if asked.architecture is not None:
        yield "effects are pooled over architectures: with so few papers, telling them apart predicts worse"
