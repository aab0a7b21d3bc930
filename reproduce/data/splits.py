"""A split in memory, and the two kinds that are learnt by contrast: labelled items and pairs.

The kinds that are learnt item by item stand in ``reproduce.data.kinds``.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from reproduce.data.rows import Row, numbers, texts


@dataclass(frozen=True)
class Batch:
    """What one training step sees: positions in ``Split.texts``, and the class of each."""

    positions: tuple[int, ...]
    labels: tuple[int, ...]


class Split(Protocol):
    """What every kind of split has.

    Labelled items are each encoded and scored; of pairs the queries are scored and both sides are encoded.
    """

    @property
    def ids(self) -> tuple[str, ...]:
        """The name of each scored item."""
        ...

    @property
    def groups(self) -> tuple[str, ...]:
        """The class or origin of each scored item."""
        ...

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts that a model reads."""
        ...

    def head(self, items: int | None) -> Split:
        """Return the split cut to so many scored items (None: all), spread over its classes; for trial runs."""
        ...

    def order(self, seed: int) -> Iterator[int]:
        """Yield positions of items without end, each once before any twice, the same for the same seed."""
        ...


class Contrasted(Split, Protocol):
    """A split whose items are learnt by telling them apart."""

    def batches(self, *, classes: int, items: int, seed: int) -> Iterator[Batch]:
        """Yield training batches without end, the same for the same seed."""
        ...


def endless_order(size: int, seed: int) -> Iterator[int]:
    """Yield 0 to size - 1 in random order, then in another one, and so on; raise ValueError for an empty split."""
    if size < 1:
        raise ValueError("an empty split has no order")
    draw = random.Random(seed)  # noqa: S311  (sampling, not secrecy)
    while True:
        yield from draw.sample(range(size), size)


def in_turns(labels: Sequence[int]) -> list[int]:
    """Return all positions: the first item of every class, then the second of every class, and so on."""
    seen: dict[int, int] = defaultdict(int)
    turns = []
    for label in labels:
        turns.append(seen[label])
        seen[label] += 1
    return sorted(range(len(labels)), key=lambda at: (turns[at], at))


@dataclass(frozen=True)
class Labelled:
    """Items with a class each; items of one class are each other's right answers."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    labels: tuple[int, ...]

    @classmethod
    def from_rows(cls, rows: list[Row]) -> Labelled:
        """Return the split of rows with ``id``, ``text`` and ``label``."""
        return cls(
            ids=texts(rows, "id"),
            texts=texts(rows, "text"),
            labels=numbers(rows, "label"),
        )

    @property
    def groups(self) -> tuple[str, ...]:
        """The class of each item."""
        return tuple(str(label) for label in self.labels)

    def head(self, items: int | None) -> Labelled:
        """Return the first items of every class in turn until there are enough."""
        if items is None or items >= len(self.ids):
            return self
        kept = sorted(in_turns(self.labels)[:items])
        return Labelled(
            ids=tuple(self.ids[at] for at in kept),
            texts=tuple(self.texts[at] for at in kept),
            labels=tuple(self.labels[at] for at in kept),
        )

    def order(self, seed: int) -> Iterator[int]:
        """Yield positions of items without end, each once before any twice."""
        return endless_order(len(self.ids), seed)

    def batches(self, *, classes: int, items: int, seed: int) -> Iterator[Batch]:
        """Yield batches of ``classes`` classes, drawn without repetition, with ``items`` different items of each.

        Raises ValueError when too few classes have that many items.
        """
        members: dict[int, list[int]] = defaultdict(list)
        for position, label in enumerate(self.labels):
            members[label].append(position)
        eligible = [label for label, positions in members.items() if len(positions) >= items]
        if len(eligible) < classes:
            raise ValueError(f"{len(eligible)} classes have {items} items or more; {classes} are wanted in a batch")
        draw = random.Random(seed)  # noqa: S311  (sampling, not secrecy)
        while True:
            chosen = draw.sample(eligible, classes)
            positions = tuple(position for label in chosen for position in draw.sample(members[label], items))
            yield Batch(positions, tuple(label for label in chosen for _ in range(items)))


@dataclass(frozen=True)
class Paired:
    """Pairs of a query and the code that answers it; every other code of the split is a wrong answer."""

    ids: tuple[str, ...]
    queries: tuple[str, ...]
    codes: tuple[str, ...]

    @classmethod
    def from_rows(cls, rows: list[Row]) -> Paired:
        """Return the split of rows with ``id``, ``query`` and ``code``."""
        return cls(ids=texts(rows, "id"), queries=texts(rows, "query"), codes=texts(rows, "code"))

    @property
    def groups(self) -> tuple[str, ...]:
        """The package that each function is from."""
        return tuple(name.partition("/")[0] for name in self.ids)

    @property
    def texts(self) -> tuple[str, ...]:
        """All queries, then all codes."""
        return self.queries + self.codes

    def head(self, items: int | None) -> Paired:
        """Return the first pairs; the rows are in no meaningful order."""
        return self if items is None else Paired(self.ids[:items], self.queries[:items], self.codes[:items])

    def order(self, seed: int) -> Iterator[int]:
        """Yield positions of items without end, each once before any twice."""
        return endless_order(len(self.ids), seed)

    def batches(self, *, classes: int, items: int, seed: int) -> Iterator[Batch]:
        """Yield batches of ``classes`` queries followed by their codes; every pair is seen once before any is twice.

        Raises ValueError when there are fewer pairs than a batch holds or ``items`` is not two.
        """
        size = len(self.ids)
        if items != 2 or size < classes:
            raise ValueError(
                f"a batch of pairs has 2 items a class and at most {size} classes; {items} and {classes} are wanted"
            )
        draw = random.Random(seed)  # noqa: S311  (sampling, not secrecy)
        while True:
            order = draw.sample(range(size), size)
            for start in range(0, size - classes + 1, classes):
                chosen = order[start : start + classes]
                yield Batch((*chosen, *(size + at for at in chosen)), (*range(classes), *range(classes)))
