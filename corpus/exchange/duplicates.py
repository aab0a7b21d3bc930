"""Which references may be the same work: by DOI, by arXiv number, then by title and authors that are nearly equal.

Nothing is merged here. Comparing every title with every other would be quadratic, so titles meet in blocks: two titles
are compared when they share two of their four rarest words. A misspelt word costs one of the four; three remain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from zlib import crc32

from rapidfuzz.fuzz import ratio

from corpus.exchange.reading.identifiers import folded, surname
from corpus.records import Paper
from corpus.records.reference import Duplicate, Reference

ALIKE = 92.0  # rapidfuzz's ratio of two folded titles, 0 to 100: a misspelt word or a missing one in ten
RAREST = 4
SHORTEST = 12  # characters of a title by which a work is told from others: 'Introduction' is not enough
LARGEST_BLOCK = 200  # titles that share two words; a larger block says nothing, and its words are not used
_STOP = frozenset(
    (
        "the", "and", "for", "with", "from", "using", "via", "towards", "toward", "on", "in", "of", "to", "by", "an",
        "a", "is", "are", "at", "into", "its", "how", "what", "does", "do", "can", "study", "approach", "based",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """What is compared of a paper or a reference."""

    ref: str
    doi: str | None
    arxiv: str | None
    title: str  # folded
    surnames: frozenset[str]
    key: str = ""  # inside one file only

    @classmethod
    def of_paper(cls, paper: Paper) -> Work:
        """Return a paper of the corpus as a work."""
        entry = paper.bibliography
        doi = entry.doi.lower() if entry.doi else None
        return cls(paper.id, doi, entry.arxiv, folded(entry.title), frozenset(map(surname, entry.authors)))

    @classmethod
    def of_reference(cls, reference: Reference, key: str = "") -> Work:
        """Return a reference as a work."""
        surnames = frozenset(filter(None, map(surname, reference.authors)))
        return cls(reference.id, reference.doi, reference.arxiv, folded(reference.title), surnames, key)


def duplicates(new: Sequence[Reference], known: Iterable[Work]) -> list[Duplicate]:
    """Return which new references may be a known work or an earlier new one, each with one reason."""
    works = [*known, *(Work.of_reference(reference, reference.key) for reference in new)]
    first_new = len(works) - len(new)
    same = _by_identifier(works, first_new)
    _by_equal_title(works, first_new, same)
    for later, earlier, reason in _by_title(works, first_new, same):
        same[later] = (earlier, reason)
    return [
        Duplicate(reference=works[later].ref, of=works[earlier].ref, reason=reason)
        for later, (earlier, reason) in sorted(same.items())
    ]


def _by_identifier(works: Sequence[Work], first_new: int) -> dict[int, tuple[int, str]]:
    same: dict[int, tuple[int, str]] = {}
    owner: dict[tuple[str, str], int] = {}
    for place, work in enumerate(works):
        names = (("DOI", work.doi), ("arXiv number", work.arxiv), ("key in the file", work.key or None))
        for kind, name in names:
            if name is None:
                continue
            earlier = owner.setdefault((kind, name), place)
            if earlier != place and place >= first_new and place not in same:
                same[place] = (earlier, f"the same {kind} {name}")
    return same


def _by_equal_title(works: Sequence[Work], first_new: int, same: dict[int, tuple[int, str]]) -> None:
    """Add what has exactly the title of another work and an author of it, or no author."""
    owner: dict[tuple[str, str], int] = {}
    for place, work in enumerate(works):
        if len(work.title) < SHORTEST:
            continue
        names = (*sorted(work.surnames), "") if work.surnames else ("",)
        for name in names:
            earlier = owner.setdefault((work.title, name), place)
            related = name or not work.surnames or not works[earlier].surnames
            if earlier != place and related and place >= first_new and place not in same:
                same[place] = (earlier, _reason(work, works[earlier], 100))


def _by_title(
    works: Sequence[Work], first_new: int, same: dict[int, tuple[int, str]]
) -> Iterator[tuple[int, int, str]]:
    """Yield (later, earlier, reason) for titles nearly equal whose authors do not contradict each other."""
    found: set[int] = set()
    for members in _blocks(works):
        for number, later in enumerate(members):
            if later < first_new or later in same or later in found or len(works[later].title) <= SHORTEST:
                continue
            for earlier in members[:number]:
                score = _alike(works[later], works[earlier])
                if score is not None:
                    found.add(later)
                    yield later, earlier, _reason(works[later], works[earlier], score)
                    break


def _blocks(works: Sequence[Work]) -> Iterator[list[int]]:
    words = [sorted({word for word in work.title.split() if word not in _STOP}) for work in works]
    uses = Counter(word for title in words for word in title)
    blocks: dict[int, list[int]] = {}
    for place, title in enumerate(words):
        rare = sorted(title, key=lambda word: (uses[word], word))[:RAREST]
        # A checksum stands for the words: 100,000 titles have 600,000 pairs, and a rare clash costs a comparison.
        pairs = combinations(sorted(rare), 2) if len(rare) > 1 else [tuple(rare)]
        for pair in pairs:
            blocks.setdefault(crc32(" ".join(pair).encode()), []).append(place)
    return (members for members in blocks.values() if 1 < len(members) <= LARGEST_BLOCK)


def _alike(one: Work, other: Work) -> float | None:
    """Return how alike two titles are, None where they or their authors differ.

    Numbers must be the same ('Part 1' is not 'Part 2'), and where both name authors, one must be shared.
    """
    score = ratio(one.title, other.title, score_cutoff=ALIKE)
    if not score or _numbers(one.title) != _numbers(other.title):
        return None
    if one.surnames and other.surnames and one.surnames.isdisjoint(other.surnames):
        return None
    return float(score)


def _numbers(title: str) -> list[str]:
    return sorted(word for word in title.split() if word.isdigit() or word in {"i", "ii", "iii", "iv"})


def _reason(one: Work, other: Work, score: float) -> str:
    title = "the same title" if score == 100 else f"nearly the same title ({score:.0f} of 100)"
    shared = sorted(one.surnames & other.surnames)
    authors = f"author {shared[0]}" if shared else "an entry without authors"
    differ = "; their DOIs differ" if one.doi and other.doi and one.doi != other.doi else ""
    return f"{title} and {authors}{differ}"
