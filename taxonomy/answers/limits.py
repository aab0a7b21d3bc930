"""Limits: what a method cannot do, what it would cost, and what is nearest to an impossible budget."""

from __future__ import annotations

from collections.abc import Iterable

from taxonomy.answers.costs import Cost, Share, hours, largest_weights, memory_gb
from taxonomy.answers.ground import Ground, MeasuredCost, Shares
from taxonomy.answers.rules import rules
from taxonomy.answers.suggestions import Fitting, Nearest, Suggestion
from taxonomy.answers.traits import Traits, traits
from taxonomy.answers.wishes import Asked, Wish
from taxonomy.vocabulary import Method, Vocabulary


def cannot(method: Method, asked: Asked, base: Ground) -> str | None:
    """Return why a method is out of the question, whatever it costs; None when it is not."""
    own = traits().get(method.id)
    if own is None:
        return "its properties are not recorded, so that no limit can be checked"
    reason = _not_buildable(own, asked)
    if reason is not None:
        return reason
    if asked.wish.must_merge and own.mergeable is not True:
        return "it cannot be merged into the model" if own.mergeable is False else "not known to be mergeable"
    if asked.wish.must_quantise and own.quantisable is not True:
        known = own.quantisable is False
        return "it trains the model's own weights, which cannot be held in 4 bits" if known else "not known with 4 bits"
    if not any(name == method.id for name, _ in base.direct):
        return _no_evidence(method, base)
    return None


def _not_buildable(own: Traits, asked: Asked) -> str | None:
    if asked.architecture is not None and asked.architecture not in own.architectures:
        return f"it is not built for the kind {asked.architecture}, only for {', '.join(own.architectures)}"
    if asked.model is not None and asked.model.id in own.unsuitable:
        return own.unsuitable_because
    return None


def _no_evidence(method: Method, base: Ground) -> str:
    numbers = base.reported_numbers.get(method.id, 0)
    if any(name == method.id for name, _ in base.costs):
        return "no comparable number: our runs of it have no full fine-tuning run beside them"
    if not numbers:
        papers = base.studied_by.get(method.id, ())
        who = f"{', '.join(papers)} studied it, but no number of theirs could be read" if papers else "no study of it"
        return f"no evidence: {who}, and no run measured it"
    out: dict[str, int] = {}
    for (name, _), counts in base.left_out.items():
        if name == method.id:
            for rule, count in counts.items():
                out[rule] = out.get(rule, 0) + count
    without = numbers - sum(out.values())
    parts = [f"{without} without full fine-tuning beside them"] if without else []
    parts += [f"{count} left out by the rule {rule!r}" for rule, count in out.items()]
    return f"no comparable number: of {numbers} reported, {', '.join(parts)}"


def costs(method: str, asked: Asked, base: Ground, share: Share, *, four_bit: bool) -> tuple[Cost | None, Cost | None]:
    """Return memory and time: of our runs of this method on this very model, else estimated from its size."""
    if asked.model is None:
        return None, None
    measured = base.costs.get((method, asked.model.id))
    memory = _measured_memory(measured) if measured and not four_bit else None
    time = _measured_time(measured) if measured and asked.wish.training_tokens is None else None
    if asked.weights is not None:
        tokens = asked.wish.training_tokens or rules().costs.tokens
        memory = memory or memory_gb(asked.weights, share, rules().costs, four_bit=four_bit)
        time = time or hours(asked.weights, share, rules().costs, tokens=tokens)
    return memory, time


def _measured_memory(measured: MeasuredCost) -> Cost | None:
    if measured.memory_gb is None:
        return None
    low, high = measured.memory_gb
    basis = f"{len(measured.runs)} runs on {measured.device or 'a device not recorded'}"
    return Cost(high, low, high, estimated=False, basis=basis)  # the largest peak decides whether it fits


def _measured_time(measured: MeasuredCost) -> Cost | None:
    if measured.train_seconds is None:
        return None
    low, high = (seconds / 3600 for seconds in measured.train_seconds)
    basis = f"optimisation alone, {len(measured.runs)} runs on {measured.device or 'a device not recorded'}"
    return Cost(high, low, high, estimated=False, basis=basis)


def fitting(asked: Asked, share: Share, vocabulary: Vocabulary, own: Traits, *, four_bit: bool) -> Fitting | None:
    """Return how large a model a memory budget allows, where no model is asked for; else None."""
    if asked.model is not None or asked.wish.memory_gb is None:
        return None
    largest = largest_weights(asked.wish.memory_gb, share, rules().costs, four_bit=four_bit)
    models = tuple(
        model.id
        for model in vocabulary.models
        if model.parameters is not None
        and model.parameters <= largest
        and asked.architecture in (None, model.architecture)
        and model.id not in own.unsuitable
    )
    return Fitting(largest, models)


def over_budget(suggestion: Suggestion, asked: Asked) -> str | None:
    """Return by how much a method exceeds a budget; None when it does not, or when its cost is not known."""
    wish = asked.wish
    if wish.memory_gb is not None and suggestion.memory is not None and suggestion.memory.middle > wish.memory_gb:
        kind = "estimated" if suggestion.memory.estimated else "measured"
        return f"needs {suggestion.memory.middle:.3g} GB ({kind}), more than {wish.memory_gb:g}"
    if wish.memory_gb is not None and suggestion.fitting is not None and not suggestion.fitting.models:
        return (
            f"no known model is small enough: at most {suggestion.fitting.largest_weights:,.0f} weights "
            f"fit {wish.memory_gb:g} GB by the estimate"
        )
    if wish.hours is not None and suggestion.time is not None and suggestion.time.middle > wish.hours:
        return f"needs {suggestion.time.middle:.3g} hours (estimated), more than {wish.hours:g}"
    return None


def nearest(too_dear: Iterable[Suggestion], asked: Asked, vocabulary: Vocabulary) -> Nearest | None:
    """Return the method that exceeds the budgets by the smallest factor; None when no budget excluded any."""
    offers = [_offer(entry, vocabulary) for entry in too_dear]
    return min(offers, key=lambda offer: (_excess(offer, asked.wish), offer.method), default=None)


def _offer(entry: Suggestion, vocabulary: Vocabulary) -> Nearest:
    """Return what a method needs: on the model asked for, else on the smallest known model."""
    if entry.memory is None:
        sized = [model for model in vocabulary.models if model.parameters is not None]
        smallest = min(sized, key=lambda model: model.parameters or 0)
        share = (entry.shares or Shares(None, None, None)).usual(rules().costs.assumed_trained_percent)
        needed = memory_gb(smallest.parameters or 0, share, rules().costs, four_bit=entry.four_bit)
        return Nearest(entry.method, smallest.id, needed.middle, None)
    return Nearest(entry.method, None, entry.memory.middle, entry.time.middle if entry.time else None)


def _excess(offer: Nearest, wish: Wish) -> float:
    pairs = ((offer.memory_gb, wish.memory_gb), (offer.hours, wish.hours))
    return max((need / limit for need, limit in pairs if need is not None and limit is not None), default=0.0)
