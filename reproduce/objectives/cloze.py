"""Cloze: a blank in a text, and options for it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from corpus.records.run import BaselineKind
from reproduce.data.kinds import BLANK
from reproduce.errors import DataError, ModelError
from reproduce.metrics import CLASS_METRICS
from reproduce.objectives.base import Evaluated, Frame, Portion, Told, Tuned, autocast
from reproduce.objectives.reading import TokenIds, bucketed, by_length, frame_of, pad_id, padded, tokenise
from reproduce.objectives.scoring import evaluated
from reproduce.objectives.writing import Writer, require_finite

MASKED_SHARE = 0.15  # of tokens, as in Devlin et al. 2019, arXiv 1810.04805, section 3.1
SENTINELS = ("<extra_id_0>", "<extra_id_1>")


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
        predicted = np.empty(len(items.ids), dtype=np.int64)
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
        answers = np.array(
            [options.index(answer) for options, answer in zip(items.options, items.answers, strict=True)]
        )
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


class MaskedCloze(Cloze):
    """An encoder: the state at the blank against the embedding matrix, as a tied masked-language head, no transform.

    Trained by masked language modelling: the answer's tokens are always masked, and 15 % of the others; of these 80 %
    become the mask, 10 % another token, 10 % stay (Devlin et al. 2019, arXiv 1810.04805, section 3.1). An option of
    several tokens is scored by their mean at the one blank.
    """

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        mask = frame.tokenizer.mask_token_id
        if mask is None:
            raise ModelError("the model's tokenizer has no mask token, so that it cannot read a blank")
        self._mask: int = mask
        self.rows = {name: [self._whole(each, [mask]) for each in blanks] for name, blanks in self._blanks.items()}
        self._embedding: nn.Module | None = None

    def prepare(self, backbone: Any) -> None:
        """Keep the embedding matrix, which scores the words as well."""
        self._embedding = backbone.get_input_embeddings()

    def portions(self, seed: int) -> Iterator[Portion]:
        """Yield batches of texts of similar length, each with a seed for what is masked in it."""
        training, rows = self._frame.training, self.rows["train"]
        draw = random.Random(f"masks {seed}")  # noqa: S311  (sampling, not secrecy)
        order, lengths = self._frame.splits["train"].order(seed), [len(row) for row in rows]
        for batch in bucketed(order, lengths, items=training.batch_items, tokens=training.batch_tokens, seed=seed):
            tokens = sum(lengths[at] for at in batch)
            yield Portion(batch, weight=len(batch), tokens=tokens, seed=draw.randrange(2**31))

    def loss(self, tuned: Tuned, portion: Portion) -> torch.Tensor:
        """Return the mean cross entropy of the masked tokens."""
        draw = random.Random(portion.seed)  # noqa: S311  (sampling, not secrecy)
        rows, wanted, chosen = [], [], []
        for at in portion.positions:
            row, masked = self._masked(at, draw)
            whole = self._filled("train", at)
            rows.append(row)
            chosen.append([int(position in masked) for position in range(len(row))])
            wanted.extend(whole[position] for position in range(len(whole)) if position in masked)
        asked, _ = padded(chosen, tuned.device)
        scores = self._words(self._states(tuned, rows)[asked.bool()])
        return functional.cross_entropy(scores, torch.tensor(wanted, device=tuned.device))

    def _masked(self, at: int, draw: random.Random) -> tuple[TokenIds, set[int]]:
        blank, answer = self._blanks["train"][at], self._option(self._frame.splits["train"].answers[at])
        row = self._filled("train", at)
        first, last = len(self._before), len(row) - len(self._after)
        answered = range(first + len(blank.left), first + len(blank.left) + len(answer))
        masked = set(answered)
        for position in answered:
            row[position] = self._mask
        for position in range(first, last):
            if position in masked or draw.random() >= MASKED_SHARE:
                continue
            masked.add(position)
            fate = draw.random()
            if fate < 0.8:
                row[position] = self._mask
            elif fate < 0.9:
                row[position] = draw.randrange(len(self._frame.tokenizer))
        return row, masked

    def _scores(self, tuned: Tuned, split: str, positions: Sequence[int]) -> list[torch.Tensor]:
        rows = [self.rows[split][at] for at in positions]
        blanks = torch.tensor([len(self._before) + len(self._blanks[split][at].left) for at in positions])
        states = self._states(tuned, rows)[torch.arange(len(rows)), blanks.to(tuned.device)]
        words = self._words(states)
        return [
            torch.stack([row[self._option(option)].mean() for option in self._frame.splits[split].options[at]])
            for at, row in zip(positions, words, strict=True)
        ]

    def _states(self, tuned: Tuned, rows: Sequence[TokenIds]) -> torch.Tensor:
        ids, mask = padded(rows, tuned.device, fill=self._fill)
        with autocast(tuned.device, self._frame.training):
            states: torch.Tensor = tuned.body(input_ids=ids, attention_mask=mask).last_hidden_state
        return states

    def _words(self, states: torch.Tensor) -> torch.Tensor:
        embedding: Any = self._embedding
        with autocast(states.device, self._frame.training):
            scores = states @ embedding.weight.T
        return scores.float()

    def _readings(self, options: int) -> int:
        return 1


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
        return list(scores.split(counts))

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
