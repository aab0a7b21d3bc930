"""Classification: a class for each text, or for each pair of texts, by a linear head on the model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from corpus.records.run import BaselineKind
from reproduce.errors import NotANumberError
from reproduce.methods.context import TokenIds
from reproduce.metrics import CLASS_METRICS
from reproduce.objectives.base import Evaluated, Frame, Portion, Told, Tuned, autocast
from reproduce.objectives.reading import bucketed, by_length, pad_id, padded, tokenise
from reproduce.objectives.scoring import evaluated


class Classification:
    """A head that is trained with every method (``train_head``) and counted apart.

    One vector a text: of an encoder the mean of its tokens' states; of the other two the state of the last real token,
    as the classifiers of CodeT5 (Wang et al. 2021, arXiv 2109.00859, section 4.1; the decoder reads the input once
    more) and of GPT (Radford et al. 2018, section 3.2) take it. Of a pair u, v the head sees (u, v, |u - v|), as in
    Reimers and Gurevych 2019, arXiv 1908.10084, section 3.
    """

    baseline_kind = BaselineKind.MAJORITY

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        length = frame.training.max_length
        self.rows: Mapping[str, list[TokenIds]] = {
            name: tokenise(frame.tokenizer, split.texts, length) for name, split in frame.splits.items()
        }
        self._others: Mapping[str, list[TokenIds]] = {
            name: tokenise(frame.tokenizer, split.others, length)
            for name, split in frame.splits.items()
            if split.others is not None
        }
        self._fill = pad_id(frame.tokenizer)
        self._start = self._fill
        self._scale = 1.0

    @property
    def inputs(self) -> Sequence[TokenIds]:
        """The training texts, both of a pair."""
        return [row for texts in self._texts("train") for row in texts]

    def prepare(self, backbone: Any) -> None:
        """Note what the model's decoder begins with, and how it scales its states."""
        if self._frame.architecture == "encoder-decoder":
            self._start = int(backbone.config.decoder_start_token_id)
        if getattr(backbone.config, "scale_decoder_outputs", False):
            self._scale = math.sqrt(backbone.config.hidden_size)  # T5 scales states down before its vocabulary

    def cap(self, backbone: Any) -> None:
        """Take the vocabulary's matrix away: ``logits`` are then the last states, and no word is scored for nothing."""
        if self._frame.architecture != "encoder":
            backbone.set_output_embeddings(nn.Identity())

    def head(self, backbone: Any) -> nn.Module | None:
        """Return a linear layer, its weights drawn as BERT's classifier does: normal, 0.02, no bias at first."""
        train = self._frame.splits["train"]
        width = backbone.config.hidden_size * (3 if self._others else 1)
        head = nn.Linear(width, train.classes)
        nn.init.normal_(head.weight, std=0.02)
        nn.init.zeros_(head.bias)
        return head.requires_grad_(self._frame.training.train_head is not False)

    def portions(self, seed: int) -> Iterator[Portion]:
        """Yield batches of items of similar length."""
        training, lengths = self._frame.training, self._lengths("train")
        order = self._frame.splits["train"].order(seed)
        for batch in bucketed(order, lengths, items=training.batch_items, tokens=training.batch_tokens, seed=seed):
            tokens = sum(len(rows[at]) for rows in self._texts("train") for at in batch)
            yield Portion(batch, weight=len(batch), tokens=tokens)

    def loss(self, tuned: Tuned, portion: Portion) -> torch.Tensor:
        """Return the mean cross entropy of the right classes."""
        labels = self._frame.splits["train"].labels
        wanted = torch.tensor([labels[at] for at in portion.positions], device=tuned.device)
        return functional.cross_entropy(self._scores(tuned, "train", portion.positions), wanted)

    def evaluate(self, tuned: Tuned, split: str, told: Told) -> Mapping[str, Evaluated]:
        """Return the classification metrics of the likeliest classes."""
        tuned.eval()
        lengths = self._lengths(split)
        predicted = np.empty(len(lengths), dtype=np.int64)
        done = 0
        with torch.inference_mode():
            for batch in by_length(lengths):
                scores = self._scores(tuned, split, batch)
                if not torch.isfinite(scores).all():
                    raise NotANumberError("the scores of the classes became NaN or infinite")
                predicted[list(batch)] = scores.argmax(dim=1).cpu().numpy()
                done += len(batch)
                told(done)
        return self._measured(predicted.tolist(), split)

    def baseline(self, tuned: Tuned, split: str, told: Told) -> Mapping[str, Evaluated]:
        """Return what the training split's most frequent class reaches; of equal ones the first."""
        counts = np.bincount(np.array(self._frame.splits["train"].labels))
        predicted = [int(counts.argmax())] * len(self.rows[split])
        told(len(predicted))
        return self._measured(predicted, split)

    def _measured(self, predicted: list[int], split: str) -> Mapping[str, Evaluated]:
        labels = self._frame.splits[split].labels
        return {name: evaluated(CLASS_METRICS[name](predicted, labels)) for name in self._frame.metrics}

    def _scores(self, tuned: Tuned, split: str, positions: Sequence[int]) -> torch.Tensor:
        """Return the scores (positions, classes), float32."""
        vectors = [self._vectors(tuned, [rows[at] for at in positions]) for rows in self._texts(split)]
        if len(vectors) == 2:
            vectors.append((vectors[0] - vectors[1]).abs())
        if tuned.head is None:
            raise ValueError("a classifier has a head")
        scores: torch.Tensor = tuned.head(torch.cat(vectors, dim=1))
        return scores

    def _vectors(self, tuned: Tuned, rows: list[TokenIds]) -> torch.Tensor:
        """Return one vector a row, (rows, hidden), float32."""
        ids, mask = padded(rows, tuned.device, fill=self._fill)
        with autocast(tuned.device, self._frame.training):
            if self._frame.architecture == "encoder":
                states = tuned.body(input_ids=ids, attention_mask=mask).last_hidden_state.float()
                weights = mask.unsqueeze(-1).to(states.dtype)
                mean: torch.Tensor = (states * weights).sum(dim=1) / weights.sum(dim=1)
                return mean
            read_again = {}
            if self._frame.architecture == "encoder-decoder":
                start = torch.full_like(ids[:, :1], self._start)
                read_again = {"decoder_input_ids": torch.cat([start, ids[:, :-1]], dim=1)}
            states = tuned.body(input_ids=ids, attention_mask=mask, **read_again).logits
        last = mask.sum(dim=1) - 1
        taken: torch.Tensor = states[torch.arange(len(rows), device=ids.device), last].float() * self._scale
        return taken

    def _texts(self, split: str) -> list[list[TokenIds]]:
        return [self.rows[split], self._others[split]] if self._others else [self.rows[split]]

    def _lengths(self, split: str) -> list[int]:
        return [max(map(len, texts)) for texts in zip(*self._texts(split), strict=True)]
