"""Reading a source and writing a target, for the two architectures that write."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

from corpus.records.run import GenerationSettings
from reproduce.errors import NotANumberError
from reproduce.methods.context import TokenIds
from reproduce.objectives.base import Frame, Tuned, autocast
from reproduce.objectives.reading import by_length, frame_of, pad_id, padded, tokenise

GENERATION_TOKENS = 8_192  # of a batch that is written, what is read and what may be written, times beams and samples


@dataclass(frozen=True)
class TokenLosses:
    """The losses of target tokens, all rows one after another."""

    losses: torch.Tensor  # float32
    row: torch.Tensor  # the row of each, counted from 0

    def by_row(self, rows: int) -> torch.Tensor:
        """Return the sum of each row: minus the logarithm of the target's likelihood."""
        return torch.zeros(rows, device=self.losses.device).index_add(0, self.row, self.losses)


class Writer:
    """How the model of a frame reads and writes.

    An encoder-decoder reads the source and writes the target. A decoder goes on writing after source and separator; the
    loss is on the target alone.
    """

    def __init__(self, frame: Frame, *, separator: str) -> None:
        self._frame = frame
        self._two_parts = frame.architecture == "encoder-decoder"
        self._fill = pad_id(frame.tokenizer)
        self._start = self._fill
        self._end: int | None = frame.tokenizer.eos_token_id
        self._before, _ = frame_of(frame.tokenizer)
        self._separator = tokenise(frame.tokenizer, [separator], 16, special=False)[0] if separator else []

    def prepare(self, backbone: Any) -> None:
        """Note what the model's decoder begins with."""
        if self._two_parts:
            self._start = int(backbone.config.decoder_start_token_id)

    def sources(self, texts: Sequence[str]) -> list[TokenIds]:
        """Return the tokens of sources, cut at the end to ``max_length``."""
        length = self._frame.training.max_length
        if self._frame.source_prefix is not None:
            texts = [f"{self._frame.source_prefix} {text}" for text in texts]
        if self._two_parts:
            return tokenise(self._frame.tokenizer, texts, length)
        room = length - len(self._before) - len(self._separator)
        return [
            self._before + ids + self._separator for ids in tokenise(self._frame.tokenizer, texts, room, special=False)
        ]

    def targets(self, texts: Sequence[str], *, whole: bool = True) -> list[TokenIds]:
        """Return the tokens of targets, cut to ``max_target_length``; a whole one ends with the end-of-text token."""
        length = self._frame.training.max_target_length or self._frame.training.max_length
        end = [self._end] if whole and self._end is not None else []
        return [ids + end for ids in tokenise(self._frame.tokenizer, texts, length - len(end), special=False)]

    def read(self, sources: Sequence[TokenIds], targets: Sequence[TokenIds]) -> list[TokenIds]:
        """Return what is read to score targets: the sources, which a decoder reads with the target but for its end."""
        if self._two_parts:
            return list(sources)
        return [source + target[:-1] for source, target in zip(sources, targets, strict=True)]

    def losses(self, tuned: Tuned, sources: Sequence[TokenIds], targets: Sequence[TokenIds]) -> TokenLosses:
        """Return the cross entropy of every target token, given its source and the target before it.

        Only target tokens are scored: of a large vocabulary their scores take most of the memory and much of the time.
        """
        device = tuned.device
        wanted = torch.tensor([token for target in targets for token in target], device=device)
        row = torch.tensor([at for at, target in enumerate(targets) for _ in target], device=device)
        ids, mask = padded(self.read(sources, targets), device, fill=self._fill)
        inputs = {"input_ids": ids, "attention_mask": mask}
        if self._two_parts:
            shifted, asked = padded([[self._start, *target[:-1]] for target in targets], device, fill=self._fill)
            inputs["decoder_input_ids"] = shifted
        else:
            of_targets = zip(sources, targets, strict=True)
            asked, _ = padded([[0] * (len(source) - 1) + [1] * len(target) for source, target in of_targets], device)
        with autocast(device, self._frame.training), _scored(tuned, asked.bool()) as scores:
            tuned.body(**inputs)
        return TokenLosses(functional.cross_entropy(scores[0].float(), wanted, reduction="none"), row)

    def write(
        self,
        tuned: Tuned,
        sources: Sequence[TokenIds],
        settings: GenerationSettings,
        *,
        seed: int,
        told: Callable[[int], None],
    ) -> list[list[str]]:
        """Return what is written for each source: one text, or as many as ``samples`` asks for.

        Sources of similar length are written together, the longest first. What is drawn depends on the seed alone, and
        the generators are left as they were.
        """
        tuned.eval()
        at_once = settings.beams * (settings.samples or 1)
        lengths = [(len(source) + settings.max_new_tokens) * at_once for source in sources]
        written: list[list[str]] = [[] for _ in sources]
        done = 0
        devices = [tuned.device] if tuned.device.type == "cuda" else []
        with torch.inference_mode(), torch.random.fork_rng(devices=devices):
            torch.manual_seed(seed)
            for batch in by_length(lengths, tokens=GENERATION_TOKENS):
                texts = self._written(tuned, [sources[at] for at in batch], settings)
                for at, some in zip(batch, texts, strict=True):
                    written[at] = some
                done += len(batch)
                told(done)
        return written

    def _written(self, tuned: Tuned, sources: Sequence[TokenIds], settings: GenerationSettings) -> list[list[str]]:
        ids, mask = padded(sources, tuned.device, fill=self._fill, left=not self._two_parts)
        how: dict[str, Any] = {"do_sample": False, "num_beams": settings.beams}
        if settings.samples is not None:
            how = {"do_sample": True, "temperature": settings.temperature, "num_return_sequences": settings.samples,
                   "top_k": 0, "top_p": settings.top_p or 1.0}  # fmt: skip
        body: Any = tuned.body
        with autocast(tuned.device, self._frame.training):
            out = body.generate(
                input_ids=ids,
                attention_mask=mask,
                max_new_tokens=settings.max_new_tokens,
                pad_token_id=self._fill,
                eos_token_id=self._end,
                use_cache=True,
                **how,
            )
        new = out if self._two_parts else out[:, ids.shape[1] :]
        texts = self._frame.tokenizer.batch_decode(new.cpu(), skip_special_tokens=True)
        each = settings.samples or 1
        return [texts[at * each : (at + 1) * each] for at in range(len(sources))]


@contextlib.contextmanager
def _scored(tuned: Tuned, asked: torch.Tensor) -> Iterator[list[torch.Tensor]]:
    """Let the output layer score the tokens asked for, (rows, tokens), and no others.

    Gives a list with what it scored, (asked, words). Positions before the tokens are a prompt's, which writes nothing.
    """
    body: Any = tuned.body
    layer, scores = body.get_output_embeddings(), list[torch.Tensor]()
    first = layer.register_forward_pre_hook(lambda _layer, states: states[0][:, -asked.shape[1] :][asked])
    then = layer.register_forward_hook(lambda _layer, _states, scored: scores.append(scored))
    try:
        yield scores
    finally:
        first.remove()
        then.remove()


def require_finite(losses: torch.Tensor) -> None:
    """Raise NotANumberError when a loss is NaN or infinite."""
    if not torch.isfinite(losses).all():
        raise NotANumberError("the likelihoods became NaN or infinite")
