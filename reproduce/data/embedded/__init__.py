"""The embedded data sets: what is made, task by task, of functions of pinned packages. Nothing of it is distributed.

Every choice (which line, which fault, which name) hangs on a SHA-256, so that anyone makes the same rows again.
docs/data.md describes each extraction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias, get_args

from reproduce.data.embedded import blanks, comments, faults, names, texts, unit_tests
from reproduce.data.packages import Found, chosen_functions
from reproduce.data.rows import Row
from reproduce.registry.datasets import InstalledPackages, PackagePin, SplitName, packages_of

Rows: TypeAlias = Mapping[SplitName, list[Row]]
OfSplit: TypeAlias = Callable[[tuple[Found, ...]], list[Row]]


def extract(origin: InstalledPackages) -> Rows:
    """Return the rows of every split; raise DataError, naming what to install, when a package is not the pinned one."""
    made = EXTRACTIONS[origin.extraction](packages_of(origin))
    return {split: rows[: origin.most.get(split, len(rows))] for split, rows in made.items()}


def _of_functions(of_split: OfSplit, *, unseen: bool = False) -> Callable[[tuple[PackagePin, ...]], Rows]:
    """Return what makes the rows; ``unseen``: functions with a text of the training split are no test functions.

    Whole functions differ from each other already; single lines need not.
    """

    def rows(packages: tuple[PackagePin, ...]) -> Rows:
        chosen = chosen_functions(packages)
        made = {split: of_split(chosen[split]) for split in get_args(SplitName)}
        return _apart(made) if unseen else made

    return rows


def _apart(rows: Rows) -> Rows:
    """Return the rows without those of held-out functions that have a text in common with the training split."""
    known = {row["text"] for row in rows["train"]}
    held_out = {split: made for split, made in rows.items() if split != "train"}
    leaking = {_function(row) for made in held_out.values() for row in made if row["text"] in known}
    return {
        "train": rows["train"],
        **{split: [row for row in made if _function(row) not in leaking] for split, made in held_out.items()},
    }


def _function(row: Row) -> str:
    return str(row["id"]).rpartition("/")[0]


EXTRACTIONS: Mapping[str, Callable[[tuple[PackagePin, ...]], Rows]] = {
    "code-search": _of_functions(texts.searched),
    "summaries": _of_functions(texts.summarised),
    "bodies": _of_functions(texts.written),
    "next-lines": _of_functions(texts.completed),
    "names": _of_functions(names.recommended),
    "consistent-names": _of_functions(names.checked),
    "blanks": _of_functions(blanks.blanked),
    "words": lambda packages: blanks.words_blanked(chosen_functions(packages)),
    "faults": _of_functions(faults.judged),
    "fault-lines": _of_functions(faults.judged_lines, unseen=True),
    "repairs": _of_functions(faults.repaired),
    "reviews": _of_functions(faults.reviewed),
    "review-lines": _of_functions(faults.reviewed_lines, unseen=True),
    "review-comments": _of_functions(faults.commented),
    "comments": _of_functions(comments.updated),
    "unit-tests": unit_tests.paired_with_tests,
}
"""By the name that a registry entry gives."""
