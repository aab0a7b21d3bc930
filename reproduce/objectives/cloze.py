"""Cloze: a blank in a text, and options for it; here by the likelihood that a writing model gives them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch

from reproduce.errors import ModelError
from reproduce.methods.context import TokenIds
from reproduce.objectives.base import Frame, Portion, Tuned
from reproduce.objectives.blanks import Cloze
from reproduce.objectives.masked import MaskedCloze
from reproduce.objectives.reading import bucketed
from reproduce.objectives.writing import Writer

SENTINELS = ("<extra_id_0>", "<extra_id_1>")


class WrittenCloze(Cloze):
    """The architectures that write: the likelihood of each option.

    An encoder-decoder reads a sentinel at the blank and writes sentinel, option, sentinel, as T5 was pretrained (Raffel
    et al. 2020, arXiv 1910.10683, section 3.1.4). A decoder writes the whole text with the option in it; what is
    compared is the likelihood of all from the blank on, given what stands before.
    """

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._writer = Writer(frame, separator="")
        self._two_parts = frame.architecture == "encoder-decoder"
        if self._two_parts:
            first, second = (frame.tokenizer.convert_tokens_to_ids(name) for name in SENTINELS)
            if first is None or first == frame.tokenizer.unk_token_id:
                raise ModelError(
                    f"the model's tokenizer has no sentinel {SENTINELS[0]}, so that it cannot read a blank"
                )
            self._sentinels = ([first], [second])
            self.rows = {name: [self._whole(each, [first]) for each in blanks] for name, blanks in self._blanks.items()}

    @property
    def inputs(self) -> Sequence[TokenIds]:
        """The filled training texts."""
        sources, targets = zip(*(self._trained(at) for at in range(len(self.rows["train"]))), strict=True)
        return self._writer.read(sources, targets)

    def prepare(self, backbone: Any) -> None:
        """Note what the model's decoder begins with."""
        self._writer.prepare(backbone)

    def portions(self, seed: int) -> Iterator[Portion]:
        """Yield batches of texts of similar length, weighed by the tokens that are written."""
        training, rows = self._frame.training, self.rows["train"]
        order, lengths = self._frame.splits["train"].order(seed), [len(row) for row in rows]
        for batch in bucketed(order, lengths, items=training.batch_items, tokens=training.batch_tokens, seed=seed):
            pairs = [self._trained(at) for at in batch]
            weight = sum(len(target) for _, target in pairs)
            yield Portion(batch, weight=weight, tokens=sum(len(source) for source, _ in pairs) + weight)

    def loss(self, tuned: Tuned, portion: Portion) -> torch.Tensor:
        """Return the mean cross entropy: of the answer, or of the whole filled text where a decoder writes it."""
        sources, targets = zip(*(self._trained(at) for at in portion.positions), strict=True)
        return self._writer.losses(tuned, sources, targets).losses.mean()

    def _scores(self, tuned: Tuned, split: str, positions: Sequence[int]) -> list[torch.Tensor]:
        counts = [len(self._frame.splits[split].options[at]) for at in positions]
        pairs = [self._pair(split, at, option) for at in positions for option in self._frame.splits[split].options[at]]
        sources, targets = zip(*pairs, strict=True)
        scores = -self._writer.losses(tuned, sources, targets).by_row(len(pairs))
        return list(torch.split(scores, counts))

    def _pair(self, split: str, at: int, option: str) -> tuple[TokenIds, TokenIds]:
        blank, filled = self._blanks[split][at], self._option(option)
        if self._two_parts:
            first, second = self._sentinels
            return self.rows[split][at], [*first, *filled, *second, *self._after]
        # A token is scored after another one; with nothing before the blank it is the end of an earlier text.
        start = self._before + blank.left or [self._frame.tokenizer.eos_token_id]
        return start, filled + blank.right

    def _trained(self, at: int) -> tuple[TokenIds, TokenIds]:
        if self._two_parts:
            return self._pair("train", at, self._frame.splits["train"].answers[at])
        whole = self._filled("train", at)
        return whole[:1], whole[1:]


def cloze(frame: Frame) -> MaskedCloze | WrittenCloze:
    """Return the cloze objective of an architecture."""
    return MaskedCloze(frame) if frame.architecture == "encoder" else WrittenCloze(frame)
