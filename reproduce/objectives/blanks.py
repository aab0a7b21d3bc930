"""What every cloze shares: windows around blanks, the choice of the likeliest option, its accuracy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from corpus.records.run import BaselineKind
from reproduce.data.kinds import BLANK
from reproduce.errors import DataError
from reproduce.methods.context import TokenIds
from reproduce.metrics import CLASS_METRICS
from reproduce.objectives.base import Evaluated, Frame, Told, Tuned
from reproduce.objectives.reading import by_length, frame_of, pad_id, tokenise
from reproduce.objectives.scoring import evaluated
from reproduce.objectives.writing import require_finite


@dataclass(frozen=True)
class Blank:
    """A text around its blank, both sides cut so that the blank stays in the middle of what is read."""

    left: TokenIds
    right: TokenIds


class Cloze:
    """What all architectures share: windows around blanks, the choice of the likeliest option, its accuracy."""

    baseline_kind = BaselineKind.UNTUNED

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._fill = pad_id(frame.tokenizer)
        self._before, self._after = frame_of(frame.tokenizer)
        self._blanks = {name: self._read(split.texts) for name, split in frame.splits.items()}
        self._options: dict[str, TokenIds] = {}  # tokens of each option, each word once
        self.rows: Mapping[str, list[TokenIds]] = {
            name: [self._whole(blank, []) for blank in blanks] for name, blanks in self._blanks.items()
        }

    @property
    def inputs(self) -> Sequence[TokenIds]:
        """Nothing: what is masked changes each time."""
        return []

    def prepare(self, backbone: Any) -> None:
        """Leave the model as it is."""

    def cap(self, backbone: Any) -> None:
        """Leave the model as it is."""

    def head(self, backbone: Any) -> nn.Module | None:
        """Return None: the model's own embedding matrix or vocabulary scores the options."""
        return None

    def evaluate(self, tuned: Tuned, split: str, told: Told) -> Mapping[str, Evaluated]:
        """Return the accuracy of the likeliest options; of equally likely ones the first."""
        tuned.eval()
        items = self._frame.splits[split]
        predicted = [0] * len(items.ids)
        asked = [
            len(row) * self._readings(len(options))
            for row, options in zip(self.rows[split], items.options, strict=True)
        ]
        done = 0
        with torch.inference_mode():
            for batch in by_length(asked):
                for at, scores in zip(batch, self._scores(tuned, split, batch), strict=True):
                    require_finite(scores)
                    predicted[at] = int(scores.argmax())
                done += len(batch)
                told(done)
        answers = [options.index(answer) for options, answer in zip(items.options, items.answers, strict=True)]
        return {name: evaluated(CLASS_METRICS[name](predicted, answers)) for name in self._frame.metrics}

    def baseline(self, tuned: Tuned, split: str, told: Told) -> Mapping[str, Evaluated]:
        """Return what the untuned model chooses."""
        return self.evaluate(tuned, split, told)

    def _scores(self, tuned: Tuned, split: str, positions: Sequence[int]) -> list[torch.Tensor]:
        """Return the scores of each item's options."""
        raise NotImplementedError

    def _readings(self, options: int) -> int:
        """Return how often a text is read to score so many options."""
        return options

    def _read(self, texts: Sequence[str]) -> list[Blank]:
        sides = [text.partition(BLANK) for text in texts]
        if not all(blank for _, blank, _ in sides):
            raise DataError(f"a cloze text has no blank; it is written {BLANK}")
        most = 1_000_000
        lefts = tokenise(self._frame.tokenizer, [left for left, _, _ in sides], most, special=False)
        rights = tokenise(self._frame.tokenizer, [right for _, _, right in sides], most, special=False)
        return [self._window(left, right) for left, right in zip(lefts, rights, strict=True)]

    def _window(self, left: TokenIds, right: TokenIds) -> Blank:
        room = self._frame.training.max_length - len(self._before) - len(self._after) - 8  # for an option's tokens
        of_left = max(room // 2, room - len(right))
        kept = left[-of_left:] if of_left else []
        return Blank(kept, right[: room - len(kept)])

    def _whole(self, blank: Blank, filled: TokenIds) -> TokenIds:
        return self._before + blank.left + filled + blank.right + self._after

    def _option(self, text: str) -> TokenIds:
        if text not in self._options:
            self._options[text] = tokenise(self._frame.tokenizer, [text], 8, special=False)[0]
        return self._options[text]

    def _filled(self, split: str, at: int) -> TokenIds:
        return self._whole(self._blanks[split][at], self._option(self._frame.splits[split].answers[at]))
