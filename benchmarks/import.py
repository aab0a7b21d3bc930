"""How long an import takes, how much memory it needs, and whether every planted fault is told.

Generates a messy .bib from a seed with known faults and duplicates, imports it by the command line in a process of its
own, and compares what the command tells with what was planted.

    python benchmarks/import.py                     # 10,000 entries
    python benchmarks/import.py --entries 100000
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

FIRST = ("Ada", "Bo", "Chi", "Dov", "Eve", "Finn", "Gül", "Håkon", "Ivo", "Jun", "Kö", "Lía")
BEGINNINGS = "tun prun quant adapt comp prompt embed cod merg dist graph token spars laten kern"
ENDINGS = "ing ers ion able ic al ity ism ment ory"
WORDS = tuple(begin + end for begin in BEGINNINGS.split() for end in ENDINGS.split())
FAULTS = ("unclosed", "no-key", "no-title", "field-twice", "not-utf8")
DUPLICATES = ("same-doi", "same-key", "misspelt-title")
GAPS = ("no-author", "no-year", "stray-brace")


@dataclass
class Messy:
    """A generated file: its bytes, and the lines on which something was planted, by what it is."""

    content: bytes = b""
    planted: dict[str, list[int]] = field(default_factory=dict)


def messy(entries: int, seed: int) -> Messy:
    """Return a file of about so many entries; one in fifty has a fault, one in fifty is a duplicate."""
    chance, parts, line = random.Random(seed), list[bytes](), 1  # noqa: S311  (a reproducible file, no secret)
    made = Messy()
    earlier: list[tuple[str, str, str, str]] = []
    for number in range(entries):
        what = next_kind(chance, number, earlier)
        text, identity = entry(chance, number, what, earlier)
        if what is None:
            earlier.append(identity)
            earlier[:-500] = []
        else:
            made.planted.setdefault(what, []).append(line)
        raw = text.encode()
        if what == "not-utf8":
            raw = raw.replace(b"NOTUTF8", b"caf\xe9")
        parts.append(raw)
        line += text.count("\n")
    made.content = b"".join(parts)
    return made


def next_kind(chance: random.Random, number: int, earlier: list[tuple[str, str, str, str]]) -> str | None:
    """Return what is wrong with the next entry, if anything."""
    if number < 10 or chance.random() > 0.06:
        return None
    kinds = (*FAULTS, *(DUPLICATES if earlier else ()), *GAPS)
    return kinds[chance.randrange(len(kinds))]


def entry(
    chance: random.Random, number: int, what: str | None, earlier: list[tuple[str, str, str, str]]
) -> tuple[str, tuple[str, str, str, str]]:
    """Return an entry's text, and its key, title, author and DOI."""
    key, doi = f"key{number}", f"10.5555/{number}"
    title = " ".join(chance.sample(WORDS, 7)) + f" n{number}x"
    author = f"{chance.choice(FIRST)} Sur{number % 997} and {{\\'E}}tienne M{{\\\"u}}ller{number % 89}"
    if what in DUPLICATES:
        old = earlier[chance.randrange(len(earlier))]
        if what == "same-doi":
            doi = old[3]
        elif what == "same-key":
            key = old[0]
        else:
            title, author, doi = old[1].replace("e", "ee", 1), old[2], ""
    lines = [
        f"@article{{{'' if what == 'no-key' else key},",
        *(
            []
            if what == "no-title"
            else [
                f"  title = {{The {{{title}}} NOTUTF8}}," if what == "not-utf8" else f"  title = {{The {{{title}}}}},"
            ]
        ),
        *([] if what == "no-author" else [f"  author = {{{author}}},"]),
        f'  journal = "Journal of Invented {chance.choice(WORDS)} Studies",',
        *([] if what == "no-year" else [f"  year = {{{chance.randrange(1990, 2026)}}},"]),
        f"  pages = {{{number}--{number + 9}}},",
        *([f"  doi = {{https://doi.org/{doi}}},"] if doi else []),
        f"  abstract = {{We {' '.join(chance.choices(WORDS, k=25))} with 3\\% gain.}},",
        *(["  title = {Another one},"] if what == "field-twice" else []),
        "}",
    ]
    if what == "unclosed":
        lines = [*lines[:2], lines[2].replace("}},", ","), ""]
    if what == "stray-brace":
        lines[1] = lines[1].replace("}},", "}}},")
    return "\n".join(lines) + "\n\n", (key, title, author, doi)


def run(content: bytes) -> tuple[dict[str, object], float, resource.struct_rusage]:
    """Import a file by the command line; return its answer, seconds, and what it used."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "messy.bib"
        file.write_bytes(content)
        begin = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "explorer", "import", str(file), "--json"],
            env={**os.environ, "CODEPEFT_HOME": f"{folder}/home"},
            capture_output=True,
            check=True,
        )
        seconds = time.perf_counter() - begin
        return json.loads(done.stdout), seconds, resource.getrusage(resource.RUSAGE_CHILDREN)


def untold(made: Messy, answer: dict[str, object]) -> list[str]:
    """Return what was planted and not told, or told and not planted."""

    def lines(name: str) -> set[int]:
        return {row["line"] for row in answer[name]}  # type: ignore[index, attr-defined]

    def planted(kinds: tuple[str, ...]) -> set[int]:
        return {line for kind in kinds for line in made.planted.get(kind, ())}

    found = []
    for name, kinds in (("refused", FAULTS), ("duplicates", DUPLICATES), ("warnings", GAPS)):
        found += [f"{name}: line {line} was planted and not told" for line in sorted(planted(kinds) - lines(name))]
        found += [f"{name}: line {line} was told and not planted" for line in sorted(lines(name) - planted(kinds))]
    return found


def main() -> None:
    """Generate, import, compare, print; exit 1 when a fault is not told or a good entry is lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    made = messy(asked.entries, asked.seed)
    answer, seconds, used = run(made.content)
    faults = untold(made, answer)
    whole = asked.entries - sum(len(made.planted.get(kind, ())) for kind in (*FAULTS, *DUPLICATES))
    added = len(answer["added"])  # type: ignore[arg-type]
    print(f"{asked.entries:,} entries, {len(made.content) / 1e6:.1f} MB, seed {asked.seed}")
    print("planted: " + ", ".join(f"{len(lines)} {kind}" for kind, lines in sorted(made.planted.items())))
    print(f"added {added:,} of {whole:,} that have no fault and no earlier copy")
    processor = used.ru_utime + used.ru_stime
    memory = used.ru_maxrss / 1024
    print(f"{seconds:.1f} s ({processor:.1f} s of one core), {memory:,.0f} MB at its peak, the whole command")
    print("\n".join(faults[:20]) or "every fault was told, nothing else was")
    sys.exit(1 if faults or added != whole else 0)


if __name__ == "__main__":
    main()
