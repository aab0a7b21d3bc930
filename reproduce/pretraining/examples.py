"""From text to training examples: span denoising, docstring from code, code from docstring; for a decoder, text."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from reproduce.pretraining.text import Documented

SUMMARISE, WRITE = "Summarize Python: ", "Write Python: "  # in front of code, in front of a summary
TokenIds = list[int]


@dataclass(frozen=True)
class Tokens:
    """Texts as token ids, without the end token, cut to what a model reads."""

    pieces: list[TokenIds]
    functions: list[tuple[TokenIds, TokenIds, TokenIds, TokenIds]]  # Summarize + code, summary; Write + summary, code


@dataclass(frozen=True)
class Example:
    """An input and what is to be said about it; a decoder has a target only."""

    source: TokenIds
    target: TokenIds

    @property
    def tokens(self) -> int:
        """Tokens of both."""
        return len(self.source) + len(self.target)


def encode(
    tokenizer: Callable[[list[str]], list[TokenIds]],
    pieces: Sequence[str],
    functions: Sequence[Documented],
    max_length: int,
) -> Tokens:
    """Return the texts as tokens; ``tokenizer`` adds no special tokens. One place is kept for the end token."""
    most = max_length - 1

    def cut(texts: list[str]) -> list[TokenIds]:
        return [row[:most] for row in tokenizer(texts)]

    codes = [each.code for each in functions]
    summaries = [each.summary for each in functions]
    return Tokens(
        cut(list(pieces)),
        list(
            zip(
                cut([SUMMARISE + code for code in codes]),
                cut(summaries),
                cut([WRITE + summary for summary in summaries]),
                cut(codes),
                strict=True,
            )
        ),
    )


@dataclass(frozen=True)
class Examples:
    """Examples by number: which text and which task. The draw of blanks depends on epoch and number alone."""

    tokens: Tokens
    architecture: str
    blanks: Sequence[int]  # the ids of the sentinels
    begin: int
    end: int
    max_length: int
    noise_density: float
    mean_span: float
    seed: int

    def __len__(self) -> int:
        """Return how many there are: each piece once, each function once in either direction."""
        return len(self.tokens.pieces) + 2 * len(self.tokens.functions)

    def example(self, number: int, epoch: int) -> Example:
        """Return an example; another epoch draws other blanks."""
        pieces = len(self.tokens.pieces)
        if number < pieces:
            row = self.tokens.pieces[number]
            if self.architecture == "decoder":
                return Example([], [self.begin, *row, self.end])
            draw = random.Random(f"{self.seed}/{epoch}/{number}")  # noqa: S311  (sampling, not secrecy)
            source, target = blanked(row, self.blanks, draw, density=self.noise_density, mean_span=self.mean_span)
            return Example([*source, self.end], [*target, self.end])
        function = self.tokens.functions[(number - pieces) // 2]
        source, target = function[:2] if (number - pieces) % 2 else function[2:]
        if self.architecture == "decoder":
            return Example([], [*[self.begin, *source, self.end, *target][: self.max_length - 1], self.end])
        return Example([*source, self.end], [*target, self.end])

    def length(self, number: int) -> int:
        """Return about how long an example is, without building it."""
        pieces = len(self.tokens.pieces)
        if number < pieces:
            return len(self.tokens.pieces[number])
        function = self.tokens.functions[(number - pieces) // 2]
        return sum(map(len, function[:2] if (number - pieces) % 2 else function[2:]))

    def batches(self, epoch: int, batch_tokens: int, window: int = 4096) -> list[list[int]]:
        """Return an epoch's batches: shuffled, sorted by length within a window, cut by padded tokens, shuffled."""
        draw = random.Random(f"{self.seed}/{epoch}")  # noqa: S311  (sampling, not secrecy)
        order = draw.sample(range(len(self)), len(self))
        batches = []
        for start in range(0, len(order), window):
            inside = sorted(order[start : start + window], key=lambda number: (self.length(number), number))
            batches += list(_cut(inside, self.length, batch_tokens))
        draw.shuffle(batches)
        return batches


def _cut(numbers: Sequence[int], length: Callable[[int], int], batch_tokens: int) -> Iterator[list[int]]:
    """Yield runs of numbers, sorted by length, whose padded size stays within the budget."""
    batch: list[int] = []
    for number in numbers:
        if batch and (len(batch) + 1) * (length(number) + 2) > batch_tokens:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def blanked(
    row: TokenIds, blanks: Sequence[int], draw: random.Random, *, density: float, mean_span: float
) -> tuple[TokenIds, TokenIds]:
    """Return a row with blanks in place of spans, and the spans, each behind its blank.

    Raffel et al. 2020 (arXiv 1910.10683, section 3.1.4 and figure 2): ``density`` of the tokens fall out, in spans of
    ``mean_span`` tokens on average; kept and dropped stretches alternate, their lengths drawn evenly among all ways
    to divide the tokens. Fewer spans where the row is too short or the blanks run out.
    """
    dropped = min(max(1, round(len(row) * density)), max(1, len(row) - 1))
    spans = min(max(1, round(dropped / mean_span)), dropped, max(1, len(row) - dropped), len(blanks))
    kept_lengths = _divided(len(row) - dropped, spans, draw)
    dropped_lengths = _divided(dropped, spans, draw)
    source: TokenIds = []
    target: TokenIds = []
    at = 0
    for blank, kept, missing in zip(blanks, kept_lengths, dropped_lengths, strict=False):
        source += [*row[at : at + kept], blank]
        target += [blank, *row[at + kept : at + kept + missing]]
        at += kept + missing
    return source, target


def _divided(total: int, parts: int, draw: random.Random) -> list[int]:
    """Return ``parts`` whole numbers of at least one that add up to ``total``, every way equally likely."""
    if total < parts:
        return [total, *[0] * (parts - 1)]
    cuts = sorted(draw.sample(range(1, total), parts - 1))
    return [end - start for start, end in zip([0, *cuts], [*cuts, total], strict=True)]


def padded(rows: Sequence[TokenIds], filler: int) -> np.ndarray:
    """Return the rows as one array of int64, short rows filled up on the right."""
    array = np.full((len(rows), max(map(len, rows))), filler, dtype=np.int64)
    for at, row in enumerate(rows):
        array[at, : len(row)] = row
    return array
