"""Cloze by an encoder: masked language modelling."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from reproduce.errors import ModelError
from reproduce.methods.context import TokenIds
from reproduce.objectives.base import Frame, Portion, Tuned, autocast
from reproduce.objectives.blanks import Cloze
from reproduce.objectives.reading import bucketed, padded

MASKED_SHARE = 0.15  # of tokens, as in Devlin et al. 2019, arXiv 1810.04805, section 3.1


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
        rows: list[TokenIds] = []
        wanted: list[int] = []
        chosen: list[list[int]] = []
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
            scores: torch.Tensor = states @ embedding.weight.T
        return scores.float()

    def _readings(self, options: int) -> int:
        return 1
