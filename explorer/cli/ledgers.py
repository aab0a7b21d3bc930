"""Commands on what is missing, contradicted, resolvable, configured, claimed; snapshots and what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from explorer.cli.app import NOT_REPORTED, JsonFlag, knowledge, print_json, print_table, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corpus.home import Home
    from corpus.records.claim import Ledger

Methods = Annotated[list[str] | None, typer.Option("--method", help="Only this method; may be repeated.")]
Tasks = Annotated[list[str] | None, typer.Option("--task", help="Only this task; may be repeated.")]
Architectures = Annotated[list[str] | None, typer.Option("--architecture", help="Only this architecture.")]
Name = Annotated[str, typer.Argument(metavar="SNAPSHOT", help="A file, or the beginning of a digest.")]


def _home() -> Home:
    from corpus.home import Home

    return Home.from_environment()


def _ledgers() -> Mapping[str, Ledger]:
    from corpus.ledgers import read_ledgers

    return read_ledgers(_home())


def gaps(
    method: Methods = None,
    task: Tasks = None,
    architecture: Architectures = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind, e.g. 'unstudied but runnable'.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Say what evidence stands on each method, task and architecture. Example: codepeft gaps --method ia3 --json."""
    from collections import Counter

    from corpus.errors import lookup
    from explorer import views_ledgers
    from explorer.laboratory import laboratory
    from taxonomy.answers import gaps as answers

    known = knowledge()
    words = known.vocabulary
    kinds = {entry.value: entry for entry in answers.GapKind}
    found = answers.gaps(
        known.corpus,
        words,
        laboratory(known.corpus.every_run, words),
        methods=[words.resolve("methods", name) for name in method or ()],
        tasks=[words.resolve("tasks", name) for name in task or ()],
        architectures=[words.resolve("architectures", name) for name in architecture or ()],
        kinds=[lookup("kind of gap", name, kinds) for name in kind or ()],
    )
    if as_json:
        print_json([views_ledgers.gap(entry) for entry in found])
        return
    shown = [entry for entry in found if kind or entry.kind is not answers.GapKind.UNSUPPORTED]
    print_table(
        ([entry.method, entry.task, entry.architecture, entry.kind.value, entry.because] for entry in shown),
        ("method", "task", "architecture", "kind", "because"),
    )
    counts = Counter(entry.kind for entry in found)
    say(f"{len(found)} cells: " + ", ".join(f"{counts[entry]} {entry.value}" for entry in answers.GapKind))
    if len(shown) < len(found):
        say("unsupported cells are not shown; --kind unsupported shows them with the reason")


def contradictions(
    method: Methods = None,
    task: Tasks = None,
    as_json: JsonFlag = False,
) -> None:
    """List sources that disagree: numbers that go opposite ways, claims. Example: codepeft contradictions --json."""
    from collections import Counter

    from explorer import views_ledgers
    from taxonomy.answers.contradictions import Kind
    from taxonomy.answers.contradictions import contradictions as all_of

    known = knowledge()
    methods = {known.vocabulary.resolve("methods", name) for name in method or ()}
    tasks = {known.vocabulary.resolve("tasks", name) for name in task or ()}
    found = [
        entry
        for entry in all_of(known.corpus, known.vocabulary, _ledgers())
        if (not methods or not entry.methods or methods & {*entry.methods, entry.against})
        and (not tasks or not entry.tasks or tasks & set(entry.tasks))
    ]
    if as_json:
        print_json([views_ledgers.contradiction(entry) for entry in found])
        return
    print_table(
        (
            [
                entry.kind.value,
                " and ".join(entry.sources),
                ", ".join(entry.methods) or "any method",
                entry.against,
                len(entry.configurations),
                entry.because,
            ]
            for entry in found
        ),
        ("kind", "sources", "methods", "against", "settings apart", "because"),
    )
    counts = Counter(entry.kind for entry in found)
    say(", ".join(f"{counts[kind]} {kind.value}" for kind in Kind))


def resolution(
    dataset: Annotated[list[str] | None, typer.Option(help="Only this data set; may be repeated.")] = None,
    metric: Annotated[list[str] | None, typer.Option(help="Only this metric; may be repeated.")] = None,
    seeds: Annotated[list[int] | None, typer.Option(min=2, max=1000, help="Seeds for each method.")] = None,
    wanted: Annotated[float | None, typer.Option(min=0.0, help="Seeds needed for a difference of POINTS.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Say how small a difference a test set or seeds can show. Example: codepeft resolution --dataset scd-88."""
    from explorer import views_ledgers
    from taxonomy.answers.resolution import SEEDS
    from taxonomy.answers.resolution import resolution as all_of

    known = knowledge()
    found = all_of(
        known.corpus,
        known.vocabulary,
        datasets=[known.vocabulary.resolve("datasets", name) for name in dataset or ()],
        metrics=[known.vocabulary.resolve("metrics", name) for name in metric or ()],
        seeds=tuple(seeds or SEEDS),
    )
    if as_json:
        print_json([views_ledgers.resolution(entry, wanted) for entry in found])
        return
    print_table(
        (
            [
                entry.dataset,
                entry.language,
                entry.metric,
                "; ".join(f"{bound.items:,}" for bound in entry.items) or NOT_REPORTED,
                "; ".join(_items(bound.paired_at_best, bound.unpaired) for bound in entry.items) or NOT_REPORTED,
                "; ".join(
                    f"{bound.source}: spread {bound.spread:.2f}, "
                    + ", ".join(f"{n} seeds {points:.2f}" for n, points in bound.by_seeds.items())
                    for bound in entry.seeds
                )
                or NOT_REPORTED,
                *([_needed(entry.needed(wanted))] if wanted is not None else []),
            ]
            for entry in found
        ),
        (
            "data set",
            "language",
            "metric",
            "items",
            "visible by items",
            "visible by seeds",
            *(["seeds needed"] if wanted is not None else []),
        ),
    )
    say("points of 100; by items: at best with the same items on both sides, to independent items; docs/claims.md")


def _items(best: float | None, unpaired: float | None) -> str:
    if best is None and unpaired is None:
        return "no bound for this metric"
    if best is None:
        return f"{unpaired:.2f} at most"
    return f"{best:.2f}" if unpaired is None else f"{best:.2f} to {unpaired:.2f}"


def _needed(found: Mapping[str, int | None]) -> str:
    return "; ".join(f"{source}: {seeds or 'over 1,000'}" for source, seeds in found.items()) or NOT_REPORTED


def compare(
    method: Annotated[str, typer.Option(help="The method.")],
    as_json: JsonFlag = False,
) -> None:
    """Compare a method's settings: papers, library default, our runs. Example: codepeft compare --method lora."""
    from explorer import views_ledgers
    from taxonomy.answers.configuration_fields import configuration_fields
    from taxonomy.answers.lineage import lineage

    known = knowledge()
    found = lineage(method, known.corpus, known.vocabulary)
    fields = views_ledgers.fields_of(found)
    if as_json:
        print_json([views_ledgers.setup(entry, fields) for entry in found])
        return
    labels = {field.id: field.label for field in configuration_fields().fields}
    for entry in found:
        year = f", {entry.year}" if entry.year else ""
        name = f": {entry.name}" if entry.name else ""
        print(f"{entry.source} ({entry.kind.value}{year}){name}")
        print_table(
            ([f"  {labels[field]}", _value(entry.fields[field])] for field in fields if field in entry.fields),
            ("  field", "value"),
        )
        missing = [labels[field] for field in fields if field not in entry.fields]
        print(f"  {NOT_REPORTED}: {', '.join(missing)}\n" if missing else "")
    say(f"{len(found)} configurations, {len(fields)} fields that at least one of them reports")


def _value(value: object) -> str:
    import json

    if value is None:
        return "none: by model, or off"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def verdicts(
    paper: Annotated[str | None, typer.Argument(metavar="PAPER", help="A paper, or review; all without it.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Say whether numbers and runs bear out each claim. Example: codepeft verdicts P33."""
    from collections import Counter

    from explorer import views_ledgers
    from taxonomy.answers.verdicts import verdicts as all_of

    known = knowledge()
    found = all_of(known.corpus, known.vocabulary, _ledgers(), owner=paper)
    if as_json:
        print_json([views_ledgers.verdict(entry) for entry in found])
        return
    print_table(
        (
            [
                entry.stated.id,
                entry.verdict.value,
                entry.by_reported.verdict.value,
                entry.by_measured.verdict.value,
                entry.because,
            ]
            for entry in found
        ),
        ("claim", "verdict", "by reported", "by measured", "because"),
    )
    counts = Counter(entry.verdict.value for entry in found)
    say(f"{len(found)} claims: " + ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()))


def snapshot(as_json: JsonFlag = False) -> None:
    """Freeze suggestions, ties, verdicts and gaps under a digest. Example: codepeft snapshot."""
    from explorer import views_ledgers
    from explorer.freezing import snapshot_of
    from taxonomy.answers import snapshots

    known, home = knowledge(), _home()
    path = snapshots.save(snapshot_of(known.corpus, known.vocabulary, _ledgers()), home)
    found = snapshots.load(path.stem, home)
    if as_json:
        print_json(views_ledgers.snapshot(found, path.name))
        return
    print(path.stem)
    held = ", ".join(f"{len(section):,} {name}" for name, section in found.sections.items())
    say(f"{held}; digest {found.digest}; codepeft diff {found.digest[:12]} compares with it")


def diff(
    before: Name,
    after: Annotated[str | None, typer.Argument(metavar="[SNAPSHOT]", help="Without it: as things are now.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Say which answers changed since a snapshot, and which paper or run did it. Example: codepeft diff 3f2a."""
    from explorer import views_ledgers
    from explorer.freezing import sections, snapshot_of
    from taxonomy.answers import snapshots

    known, home, ledgers = knowledge(), _home(), _ledgers()
    first = snapshots.load(before, home)
    second = snapshots.load(after, home) if after is not None else snapshot_of(known.corpus, known.vocabulary, ledgers)
    found = snapshots.diff(
        first,
        second,
        corpus=known.corpus,
        ledgers=ledgers,
        recompute=lambda corpus, others: sections(corpus, known.vocabulary, others),
    )
    if as_json:
        print_json(views_ledgers.diff(found))
        return
    print_table(
        (
            [
                change.section,
                change.key,
                change.kind.value,
                _value(change.before) if change.kind is not snapshots.ChangeKind.ADDED else "-",
                _value(change.after) if change.kind is not snapshots.ChangeKind.REMOVED else "-",
                ", ".join(change.because) or "-",
            ]
            for change in found.answers
        ),
        ("section", "answer", "change", "before", "after", "caused by"),
    )
    records = ", ".join(f"{record.id} {record.kind.value}" for record in found.records) or "none"
    say(f"{len(found.answers)} answers changed; papers and runs: {records}")
    if found.note:
        say(found.note)


def register(application: typer.Typer) -> None:
    """Add these commands."""
    for function in (gaps, contradictions, resolution, compare, verdicts, snapshot, diff):
        application.command()(function)
