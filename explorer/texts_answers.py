"""Answers as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from explorer.cli.app import NOT_REPORTED
from explorer.texts import wrapped
from taxonomy import Knowledge
from taxonomy.answers.configurations import Start
from taxonomy.answers.costs import Cost
from taxonomy.answers.ground import SourceEffect
from taxonomy.answers.ladder import Step
from taxonomy.answers.suggestions import Answer, Suggestion
from taxonomy.answers.validation import Skill, Validation

HEADER = ("method", "effect", "95 % interval", "new paper", "evidence", "sources", "trained", "memory", "time")


def title(found: Answer, known: Knowledge) -> str:
    """Return what was asked, and what the answer stands on."""
    asked, words = found.asked, known.vocabulary
    parts = [words.label("tasks", asked.task.task)]
    if asked.model:
        parts.append(asked.model.label)
    elif asked.architecture:
        parts.append(words.label("architectures", asked.architecture))
    stands = f"pooled from {found.papers} papers and {found.experiments} of our experiments"
    return f"{', '.join(parts)}: points of 100 against full fine-tuning, {stands}"


def rows(group: Iterable[Suggestion]) -> Iterator[Sequence[str]]:
    """Yield a table row for each method of a group."""
    for entry in group:
        estimate = entry.estimate
        share = entry.shares.lean if entry.shares else None
        yield (
            entry.label,
            f"{estimate.points:+.2f}",
            f"{estimate.low:+.1f} to {estimate.high:+.1f}",
            f"{estimate.new_low:+.0f} to {estimate.new_high:+.0f}",
            entry.grade.word,
            ", ".join(entry.direct.sources) or "none",
            NOT_REPORTED if share is None else f"{share:.2g} %" if share < 99.5 else "100 %",
            _memory(entry),
            _amount(entry.time, "h"),
        )


def _amount(cost: Cost | None, unit: str) -> str:
    return "-" if cost is None else f"{'~' if cost.estimated else ''}{cost.middle:.3g} {unit}"


def _memory(entry: Suggestion) -> str:
    if entry.fitting is not None:
        return f"up to ~{entry.fitting.largest_weights / 1e9:.2g} B weights"
    return _amount(entry.memory, "GB")


def explanation(found: Answer) -> list[str]:
    """Return the lines below the table: how to read it, the best known method, what was excluded."""
    lines = [wrapped(note) for note in found.notes]
    if found.groups:
        lines.append(
            wrapped(
                "Methods of one group differ by less than the evidence can tell. The effect is what papers find in the "
                "middle, its interval is beside it; a single new paper may land anywhere in the last one. "
                "~ marks estimates."
            )
        )
        lines += _one(found.groups[0][0])
    elif found.nearest:
        near = found.nearest
        needs = [f"{near.memory_gb:.3g} GB"] if near.memory_gb is not None else []
        needs += [f"{near.hours:.3g} hours"] if near.hours is not None else []
        on = f" on {near.model}, the smallest known model," if near.model else ""
        lines.append(wrapped(f"Nothing fits these limits. Nearest: {near.method}{on} with {' and '.join(needs)}."))
    by_reason: dict[str, list[str]] = {}
    for entry in found.excluded:
        by_reason.setdefault(entry.because, []).append(entry.method)
    if by_reason:
        lines.append("\nExcluded")
        lines += [wrapped(f"{', '.join(methods)}: {reason}") for reason, methods in by_reason.items()]
    return lines


def _one(entry: Suggestion) -> list[str]:
    lines = [f"\n{entry.label}: the best known of the first group"]
    lines += [_source(effect, "reported") for effect in entry.direct.reported]
    lines += [_source(effect, "measured") for effect in entry.direct.measured]
    lines.append(wrapped(f"borrowed: {'; '.join(entry.why.borrowed)}"))
    lines += [wrapped(f"{caution.id} ({caution.kind.value}): {caution.text}") for caution in entry.cautions]
    if entry.start is not None:
        lines += _start(entry.start)
    return [*lines, *(wrapped(note) for note in entry.notes)]


def _source(effect: SourceEffect, kind: str) -> str:
    return wrapped(
        f"{kind} by {effect.source}: {effect.points:+.2f} points on {', '.join(effect.models)} "
        f"({effect.numbers} numbers)"
    )


def _start(start: Start) -> Iterator[str]:
    settings = ", ".join(f"{name} {value}" for name, value in start.settings.items())
    yield wrapped(f"start from {start.paper}: {settings}")
    for entry in start.differences:
        yield wrapped(f"{entry.field}: {entry.paper}, where peft's default is {entry.default}", "    ")
    if start.adapter_config is None:
        yield wrapped(f"no adapter_config.json: {start.no_adapter_config_because}")
    else:
        yield wrapped("adapter_config.json: see --json, field configuration")


SKILL_HEADER = (
    "predictor",
    "mean absolute error",
    "95 % interval",
    "worse than ours by",
    "rank correlation",
    "coverage",
)


def skills(found: Validation) -> Iterator[Sequence[str]]:
    """Yield a table row for ours and for each baseline."""
    yield _skill("ours", found.ours, "")
    for name, entry in found.baselines.items():
        yield _skill(name, entry.skill, f"{entry.difference:+.2f} ({entry.low:+.2f} to {entry.high:+.2f})")
    if found.without_experiments:
        yield _skill("ours, from papers alone", found.without_experiments, "")
    if found.experiments:
        yield _skill("ours, on our own experiments", found.experiments, "")


def ladder(steps: Iterable[Step]) -> Iterator[Sequence[str]]:
    """Yield a table row for each step of the ladder."""
    for step in steps:
        yield _skill(f"{step.model.scale.kind}: {' + '.join(step.model.effects)}", step.skill, "")


def _skill(name: str, found: Skill, difference: str) -> Sequence[str]:
    return (
        name,
        f"{found.mae:.2f}",
        f"{found.low:.2f} to {found.high:.2f}",
        difference,
        "none" if found.rank_correlation is None else f"{found.rank_correlation:+.2f}",
        "" if found.coverage is None else f"{100 * found.coverage:.0f} %",
    )
