"""Records as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from corpus.records import Caution, ForeignResult, Paper, ReportedResult
from explorer import formats
from explorer.cli.app import NOT_REPORTED
from taxonomy import Knowledge
from taxonomy.evidence import Evidence
from taxonomy.measured import Measured

WIDTH = 100
SHOWN_NUMBERS = 12
CLASSIFIED = {"review": "", "codepeft": " (classified by us, not by the review)", "user": " (classified by you)"}


def wrapped(text: str, indent: str = "  ") -> str:
    """Return a paragraph folded at the terminal's usual width."""
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _section(title: str, lines: Iterable[str], empty: str = NOT_REPORTED) -> Iterator[str]:
    lines = list(lines)
    yield f"\n{title}"
    yield from lines or [f"  {empty}"]


def _cautions(cautions: Iterable[Caution]) -> list[str]:
    return [wrapped(f"{caution.id} ({caution.kind.value}): {caution.text}") for caution in cautions]


def number(row: ReportedResult, known: Knowledge) -> str:
    """Return a reported number on one line, as printed in its source."""
    model = known.vocabulary.label("models", row.model) if row.model else row.model_in_source
    method = known.vocabulary.label("methods", row.method) if row.method else row.method_in_source
    detail = ", ".join(filter(None, (row.variant, row.language, row.setting)))
    bitten = known.corpus.cautions_on.get(row.id, ())
    return (
        f"  {row.id}  {row.printed_value:g} {row.printed_unit} {row.metric_in_source}: {method}, {model}, "
        f"{row.dataset_in_source}{f' ({detail})' if detail else ''} [{row.evidence.value}]"
        f"{' ! ' + ', '.join(caution.id for caution in bitten) if bitten else ''}"
    )


def numbers(rows: tuple[ReportedResult, ...], known: Knowledge) -> list[str]:
    """Return the first reported numbers, and how many more there are."""
    lines = [number(row, known) for row in rows[:SHOWN_NUMBERS]]
    if len(rows) > SHOWN_NUMBERS:
        lines.append(f"  and {len(rows) - SHOWN_NUMBERS} more; --json has all of them")
    return lines


def measured(result: Measured, known: Knowledge) -> str:
    """Return a measured result on one line: mean, spread, seeds, and what it stands against."""
    words = known.vocabulary
    spread = f" ± {result.std:.3f}" if result.std is not None else ""
    against = ", ".join(
        f"{name} {value:.3f}"
        for name, value in (
            ("untuned", result.untuned),
            ("majority class", result.majority),
            ("full fine-tuning", result.full_finetuning),
        )
        if value is not None
    )
    seeds = ", ".join(map(str, result.seeds))
    signal = result.signal(words.metric[result.metric].better)
    method = f"{words.label('methods', result.method)}{formats.learns(result.backbone_learns)}"
    return (
        f"  {method}: {words.label('metrics', result.metric)} {result.mean:.3f}{spread} "
        f"({'; '.join(filter(None, (f'seeds {seeds}', against, signal)))}) {words.label('models', result.model)}, "
        f"{words.label('datasets', result.dataset)}, {result.items:,} items, {result.scale.value} scale"
        f"{', measured here' if result.origin == 'own' else ''}"
    )


def paper(record: Paper, known: Knowledge) -> str:
    """Return a paper as text: cautions first where they bite."""
    from reproduce import catalog

    entry, words = record.bibliography, known.vocabulary
    venue = entry.venue.acronym or entry.venue.name or NOT_REPORTED
    lines = [f"{record.id}  {entry.title}", f"  {', '.join(entry.authors)}; {venue} {entry.year}; {entry.url}", ""]
    lines.append(wrapped(record.summary))
    lines += _section("Cautions", _cautions(record.cautions), "none known")
    lines += _section(
        "Studies",
        (
            f"  {study.id}  {words.label('tasks', study.task)}: "
            f"{', '.join(words.label('methods', method) for method in study.methods)}"
            f"{CLASSIFIED[study.classified_by]}"
            for study in record.studies
        ),
    )
    lines += _section("Reported numbers", numbers(known.corpus.results_of[record.id], known), "none could be read")
    lines += _section(
        "Claims", (wrapped(f"{claim.id}: {claim.text} [{claim.evidence.value}]") for claim in record.claims)
    )
    runs = [run for run in known.corpus.every_run if record.id in run.spec.papers]
    reason = catalog.not_runnable_because(record.id)
    lines += _section(
        "Measured here",
        (f"  {run.id}  {run.status.value}" for run in runs),
        f"nothing yet; codepeft reproduce {record.id}" if reason is None else f"nothing: {reason}",
    )
    return "\n".join(lines)


def node(evidence: Evidence, known: Knowledge) -> str:
    """Return a node's evidence as text."""
    effect = evidence.effect
    lines = [f"{evidence.node.label}  ({evidence.node.id})"]
    if evidence.node.about:
        lines.append(wrapped(evidence.node.about))
    lines.append(f"  papers: {', '.join(evidence.papers) or 'none'}")
    lines.append(f"  below: {', '.join(evidence.children) or 'nothing'}")
    if effect.median_points is None:
        lines.append("  against full fine-tuning: no comparable pair was reported")
    else:
        line = f"  against full fine-tuning: median {effect.median_points:+.2f} points, {effect.numbers} numbers"
        if effect.papers > 1:
            line += f" of {effect.papers} papers, whose medians go from "
            line += f"{effect.low_points:+.2f} to {effect.high_points:+.2f}"
        lines.append(line if effect.papers > 1 else f"{line} of one paper")
    for caution, count in effect.left_out:
        lines.append(f"  left out of that: {count} numbers touched by {caution}")
    lines += _section("Measured here", (measured(result, known) for result in evidence.measured), "nothing yet")
    lines += _section("Reported numbers", numbers(evidence.reported, known), "none")
    if evidence.foreign:
        lines += _section("Measured by others, and part of nothing above", map(foreign, evidence.foreign))
    lines += _section("Cautions", _cautions(evidence.cautions), "none known")
    return "\n".join(lines)


def foreign(result: ForeignResult) -> str:
    """Return a result measured by others on one line, in the words and on the scale of its file."""
    scores = ", ".join(f"{score.called} {score.value:.4g}" for score in result.scores) or "no score"
    return f"  {result.id}  {result.method_in_source}, {result.model_in_source}: {scores} (by {result.measured_by})"


_MEASUREMENTS = (
    ("trainable parameters", "num_trainable_params", ""),
    ("all parameters", "num_total_params", ""),
    ("training", "train_time", " s"),
    ("evaluation", "evaluation_time", " s"),
    ("speed", "tokens_per_second", " real tokens/s"),
    ("peak memory", "peak_memory_gb", " GB"),
)


def _quantity(value: float | int | None, unit: str) -> str:
    if value is None:
        return NOT_REPORTED
    return f"{value:,.4g}{unit}" if isinstance(value, float) else f"{value:,}{unit}"


def run(document: dict[str, Any]) -> str:
    """Return a run as text: where it stands, what it measured, on what."""
    spec = document.get("spec") or {}
    lines = [f"{document['id']}  {document['status']}"]
    lines += [f"  {document['standing']}"] if document.get("standing") else []
    lines += [wrapped(document["error"])] if document.get("error") else []
    if document.get("superseded_because"):
        lines.append(wrapped(f"no answer counts this run any more: {document['superseded_because']}"))
    lines.append("  " + ", ".join(str(spec.get(key)) for key in ("method", "model", "dataset", "scale")))
    for title, scores in (("after tuning", document.get("metrics")), ("before tuning", document.get("baseline"))):
        for metric, score in (scores or {}).items():
            interval = f" [{score['low']:.4f}, {score['high']:.4f}]" if score.get("low") is not None else ""
            lines.append(f"  {title}: {metric} {score['value']:.4f}{interval} over {score['items']:,} items")
    if "metrics" in document:
        lines += [f"  {label}: {_quantity(document.get(key), unit)}" for label, key, unit in _MEASUREMENTS]
    for entry in spec.get("fidelity", ()):
        aspects = [f"{name} {entry[name]['likeness']}" for name in entry if name != "paper"]
        lines.append(f"  fidelity to {entry['paper']}: {'; '.join(aspects)}")
    lines += [f"  | {line}" for line in document.get("log", ())]
    return "\n".join(lines)
