"""The kinds of data that are learnt item by item: a class, a text, a blank or a program for each.

Every split is a frozen set of columns of one length. ``texts`` is what a model reads of each item.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from reproduce.data.rows import Row, lists, numbers, texts
from reproduce.data.splits import endless_order, in_turns

BLANK = "<mask>"  # how a blank is written in a cloze text, whatever a model's own mask token is


@dataclass(frozen=True)
class Items:
    """Columns of one length, an entry for each item; ``ids`` hold the item's origin before their first ``/``."""

    ids: tuple[str, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The origin of each item: package, project or contest problem, by its id."""
        return tuple(name.partition("/")[0] for name in self.ids)

    def order(self, seed: int) -> Iterator[int]:
        """Yield positions of items without end, each once before any twice, the same for the same seed."""
        return endless_order(len(self.ids), seed)

    def head(self, items: int | None) -> Self:
        """Return the first items; the rows are in no meaningful order."""
        return self if items is None else self._at(range(min(items, len(self.ids))))

    def _at(self, positions: Sequence[int]) -> Self:
        columns: dict[str, Any] = {
            column.name: tuple(values[at] for at in positions)
            for column in fields(self)
            if isinstance(values := getattr(self, column.name), tuple)
        }
        return replace(self, **columns)


@dataclass(frozen=True)
class Classified(Items):
    """Items with a class each: one text, or two texts that are judged together."""

    texts: tuple[str, ...]
    others: tuple[str, ...] | None  # the second text of each pair
    labels: tuple[int, ...]  # 0 to classes - 1
    classes: int

    @classmethod
    def from_rows(cls, rows: list[Row]) -> Classified:
        """Return the split of rows with ``id``, ``text``, ``label`` and, when items are pairs, ``other``."""
        labels = numbers(rows, "label")
        others = texts(rows, "other") if rows and "other" in rows[0] else None
        return cls(texts(rows, "id"), texts(rows, "text"), others, labels, max(labels, default=0) + 1)

    def head(self, items: int | None) -> Classified:
        """Return items of every class in turn until there are enough, in the split's order."""
        if items is None or items >= len(self.ids):
            return self
        return self._at(sorted(in_turns(self.labels)[:items]))


@dataclass(frozen=True)
class Generated(Items):
    """Items with a text to read and a text to write."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]

    @classmethod
    def from_rows(cls, rows: list[Row]) -> Generated:
        """Return the split of rows with ``id``, ``source`` and ``target``."""
        return cls(texts(rows, "id"), texts(rows, "source"), texts(rows, "target"))

    @property
    def texts(self) -> tuple[str, ...]:
        """What is read."""
        return self.sources


@dataclass(frozen=True)
class Cloze(Items):
    """Texts with one blank each, written ``<mask>``, and the options to choose from."""

    texts: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    answers: tuple[str, ...]  # one of the item's options

    @classmethod
    def from_rows(cls, rows: list[Row]) -> Cloze:
        """Return the split of rows with ``id``, ``text``, ``options`` and ``answer``."""
        return cls(texts(rows, "id"), texts(rows, "text"), lists(rows, "options"), texts(rows, "answer"))


@dataclass(frozen=True)
class Programs(Items):
    """Programs to write that are judged by running tests: ``program`` puts an answer together with its tests."""

    prompts: tuple[str, ...]
    solutions: tuple[str, ...]  # the authors' answer, for training
    tests: tuple[str, ...]  # source that raises when the program is wrong
    entry_points: tuple[str, ...]
    before: tuple[str, ...]  # source that an answer continues; empty where the answer is a whole program

    @classmethod
    def from_rows(cls, rows: list[Row]) -> Programs:
        """Return the split of rows with ``id``, ``prompt``, ``solution``, ``tests``, ``entry_point``, ``before``.

        Where rows have no ``before``, an answer continues the prompt.
        """
        before = "before" if rows and "before" in rows[0] else "prompt"
        columns = (texts(rows, field) for field in ("id", "prompt", "solution", "tests", "entry_point", before))
        return cls(*columns)

    @property
    def texts(self) -> tuple[str, ...]:
        """What is read."""
        return self.prompts

    def program(self, position: int, answer: str) -> str:
        """Return the source to run for an answer: it ends without an exception when the answer is right."""
        return f"{self.before[position]}{answer}\n\n{self.tests[position]}\n"
