"""A plan before it is run: the quick runs with what they take here, and the paper's own scale beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from explorer import formats
from explorer.cli.app import columns
from explorer.running import Document, Planned, memory, minutes
from explorer.texts import wrapped
from reproduce import catalog
from reproduce.registry import QuickEntry, Recipe
from taxonomy.vocabulary import Vocabulary


def documents(subject: str, planned: Sequence[Planned]) -> list[Document]:
    """Return the runs as JSON types, each with the paper's experiment that it stands in for and what that would take.

    ``for_paper`` is null where an experiment was asked for and not a paper.
    """
    recipe = _recipe(subject)
    return [{**each.document(), "for_paper": recipe and _for_paper(recipe, each)} for each in planned]


def _recipe(subject: str) -> Recipe | None:
    return next(iter(catalog.recipes_of(subject)), None)


def _for_paper(recipe: Recipe, planned: Planned) -> Document:
    entry, scale = _entry(recipe, planned), recipe.paper_scale
    return {
        "paper": recipe.paper,
        "stands_for": entry.stands_for,
        "claims": list(entry.claims),
        "variant": entry.variant,
        "paper_scale": {
            "estimated_memory_gb": scale.estimated_memory_gb,
            "estimated_gpu_hours": scale.estimated_gpu_hours,
            "estimate_note": scale.estimate_note,
            "not_runnable_because": scale.why_not_here,
        },
    }


def _entry(recipe: Recipe, planned: Planned) -> QuickEntry:
    entry = recipe.entry(planned.spec.recipe, planned.spec.method)
    assert entry is not None  # noqa: S101  (the runs of a paper's plan are those of its recipe's entries)
    return entry


def text(subject: str, planned: Sequence[Planned], words: Vocabulary) -> str:
    """Return a plan for a terminal: experiment by experiment, the sum, then the paper's scale."""
    recipe = _recipe(subject)
    if recipe is None:
        return "\n".join([*_table(planned), "", _sum(planned)])
    lines = [f"{subject} at the quick scale, which is no reproduction"]
    for entry in recipe.quick:
        if runs := [each for each in planned if _entry(recipe, each) is entry]:
            lines += ["", *_about(entry), *_table(runs)]
    lines += ["", _sum(planned), "", f"{subject} at the paper's scale", *_paper_scale(recipe, words)]
    return "\n".join(lines)


def _about(entry: QuickEntry) -> Iterator[str]:
    yield entry.experiment
    yield wrapped(f"stands for: {entry.stands_for}")
    if entry.variant is not None:
        yield wrapped(f"variant: {entry.variant}")
    yield f"  speaks to: {', '.join(entry.claims) or 'none of the claims'}"
    yield "  against the paper: " + ", ".join(f"{name} {each.likeness.value}" for name, each in entry.fidelity)


def _table(planned: Sequence[Planned]) -> list[str]:
    header = ("run", "memory", "time", "estimated")
    rows = ((e.spec.run_id(), memory(e.estimate), minutes(e.estimate), _basis(e)) for e in planned)
    return columns(rows, header)


def _basis(planned: Planned) -> str:
    guess = planned.estimate
    if guess is None:
        return "no run to go by yet"
    by = {"measured": "from its own runs", "from other methods": "from other methods' runs", "by formula": "by formula"}
    return by[guess.basis]


def _sum(planned: Sequence[Planned]) -> str:
    known = [each.estimate for each in planned if each.estimate is not None]
    largest = max((guess.memory_gb for guess in known if guess.memory_gb is not None), default=None)
    said = [formats.count(len(planned), "run")]
    said.append(
        f"about {formats.duration(sum(guess.seconds for guess in known))} in all" if known else "time not known"
    )
    said.append(f"up to {formats.gigabytes(largest)} of memory" if largest is not None else "memory not known")
    if known and len(known) < len(planned):
        said.append(f"{len(planned) - len(known)} without an estimate not counted")
    return ", ".join(said)


def _paper_scale(recipe: Recipe, words: Vocabulary) -> Iterator[str]:
    scale = recipe.paper_scale
    yield wrapped(scale.about)
    yield wrapped(f"models: {', '.join(scale.models.values()) or 'none named'}")
    yield wrapped(f"methods: {', '.join(words.label('methods', name) for name in scale.methods) or 'none'}")
    yield wrapped(f"data: {scale.data}")
    yield f"  memory: {formats.about(scale.estimated_memory_gb, 'GB')}"
    yield f"  time: {formats.about(scale.estimated_gpu_hours, 'GPU hours')}"
    if scale.estimate_note is not None:
        yield wrapped(f"estimate: {scale.estimate_note}")
    for variant in scale.variants:
        yield wrapped(f"variant, {variant.name}: {variant.about}")
    yield wrapped(f"cannot be run at this scale here: {scale.why_not_here}")
