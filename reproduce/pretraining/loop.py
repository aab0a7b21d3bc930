"""The pretraining loop: steps until told to stop, a checkpoint to go on from, the loss on packages never trained on."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from reproduce import machine
from reproduce.determinism import seed_everything
from reproduce.pretraining.building import new_model
from reproduce.pretraining.examples import Example, Examples, padded
from reproduce.registry.pretraining import PretrainingRecipe

CHECKPOINT = "checkpoint.pt"  # our own file, read back with weights_only
HISTORY = "history.jsonl"
SAVES_A_MEASURE = 5
GLANCE = 96  # held-out examples of a kind that are measured
IGNORED = -100  # torch's label for "no loss here"


@dataclass
class State:
    """How far training is."""

    step: int = 0
    epoch: int = 0
    batch: int = 0  # of the epoch, the next to come
    tokens: int = 0  # real ones, inputs and targets
    seconds: float = 0.0
    decay_from: int | None = None  # the step from which the rate falls to zero
    decay_steps: int | None = None
    losses: list[float] = field(default_factory=list)  # since the last entry of the history
    hardware: str | None = None  # what the last steps were taken on


@dataclass(frozen=True)
class HeldOut:
    """The loss a target token on packages never trained on, in nats, by kind of example."""

    loss: float
    by_kind: dict[str, float]


class Trainer:
    """A model on its way, with all that must survive an interruption."""

    def __init__(self, recipe: PretrainingRecipe, tokenizer: Any, examples: Examples, held_out: Examples) -> None:
        seed_everything(recipe.seed)
        self.recipe, self.examples, self.held_out_examples = recipe, examples, held_out
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.pad: int = tokenizer.pad_token_id
        self.model = new_model(recipe, tokenizer).to(self.device)
        self.optimizer = _optimizer(recipe, self.model)
        self.state = State()
        self._batches: Sequence[Sequence[int]] = ()
        self._epoch: int | None = None

    def train(self, *, until: Callable[[State], bool], folder: Path, save_every: int = 100) -> None:
        """Take steps until told to stop; note and save every so many, at times measure on held-out text."""
        device = torch.cuda.get_device_name() if self.device.type == "cuda" else machine.processor() or "CPU"
        precision = "bfloat16" if fast_bfloat16(self.device) else "float32"
        self.state.hardware = f"{device}, {torch.get_num_threads()} thread(s), {precision}"
        while not until(self.state):
            loss = self._step()
            if not math.isfinite(loss):
                raise FloatingPointError(f"the loss became {loss} at step {self.state.step}")
            self.state.losses.append(loss)
            if self.state.step % save_every == 0:
                self._note(folder, loss=sum(self.state.losses) / len(self.state.losses))
                self.state.losses.clear()
                self.save(folder)
            if self.state.step % (SAVES_A_MEASURE * save_every) == 0:
                held_out = self.held_out(GLANCE)
                self._note(folder, held_out=held_out.loss, **held_out.by_kind)
        self.save(folder)

    def _step(self) -> float:
        begin = time.perf_counter()
        state = self.state
        batch = [self.examples.example(number, state.epoch) for number in self._next_batch()]
        self.model.train()
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.learning_rate * share_of_rate(state, self.recipe.warmup_steps)
        loss = self._loss(batch)
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        state.step += 1
        state.tokens += sum(example.tokens for example in batch)
        state.seconds += time.perf_counter() - begin
        return loss.item()

    def _next_batch(self) -> Sequence[int]:
        state = self.state
        if self._epoch == state.epoch and state.batch == len(self._batches):
            state.epoch, state.batch = state.epoch + 1, 0
        if self._epoch != state.epoch:
            self._batches = self.examples.batches(state.epoch, self.recipe.batch_tokens)
            self._epoch = state.epoch
        state.batch += 1
        return self._batches[state.batch - 1]

    def _loss(self, batch: Sequence[Example]) -> torch.Tensor:
        """Return the mean loss a target token (nats)."""
        targets = torch.from_numpy(padded([each.target for each in batch], IGNORED)).to(self.device)
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=fast_bfloat16(self.device)):
            if self.recipe.architecture == "decoder":
                inputs = targets.masked_fill(targets == IGNORED, self.pad)
                output = self.model(input_ids=inputs, attention_mask=(targets != IGNORED).long(), labels=targets)
            else:
                sources = torch.from_numpy(padded([each.source for each in batch], self.pad)).to(self.device)
                output = self.model(input_ids=sources, attention_mask=(sources != self.pad).long(), labels=targets)
        loss: torch.Tensor = output.loss
        return loss

    @torch.no_grad()
    def held_out(self, most: int | None = None) -> HeldOut:
        """Return the loss on the held-out examples (at most so many of a kind); their blanks are always the same."""
        self.model.eval()
        kinds = {"pieces": range(len(self.held_out_examples.tokens.pieces))}
        functions = range(len(kinds["pieces"]), len(self.held_out_examples))
        kinds |= {"write": functions[0::2], "summarise": functions[1::2]}
        sums = {kind: self._summed(numbers[:most]) for kind, numbers in kinds.items() if numbers}
        total, tokens = (sum(each[at] for each in sums.values()) for at in (0, 1))
        return HeldOut(total / tokens, {kind: loss / count for kind, (loss, count) in sums.items()})

    def _summed(self, numbers: Sequence[int]) -> tuple[float, int]:
        loss, tokens = 0.0, 0
        for start in range(0, len(numbers), 16):
            batch = [self.held_out_examples.example(number, epoch=0) for number in numbers[start : start + 16]]
            shift = 1 if self.recipe.architecture == "decoder" else 0  # the first token has no prediction
            count = sum(len(each.target) - shift for each in batch)
            loss += self._loss(batch).item() * count
            tokens += count
        return loss, tokens

    def _note(self, folder: Path, **values: float) -> None:
        told = {"step": self.state.step, "tokens": self.state.tokens, "seconds": round(self.state.seconds, 1)}
        rounded = {name: round(value, 4) for name, value in values.items()}
        line = json.dumps({**told, "tokens_per_second": round(self.state.tokens / self.state.seconds), **rounded})
        with (folder / HISTORY).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        print(line, flush=True)  # noqa: T201

    def save(self, folder: Path) -> None:
        """Write the checkpoint in one rename."""
        unfinished = folder / f".{CHECKPOINT}"
        torch.save(
            {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "state": asdict(self.state)},
            unfinished,
        )
        os.replace(unfinished, folder / CHECKPOINT)  # noqa: PTH105

    def resume(self, folder: Path) -> bool:
        """Go on from the checkpoint of a folder; return whether there is one."""
        if not (folder / CHECKPOINT).is_file():
            return False
        saved = torch.load(folder / CHECKPOINT, map_location=self.device, weights_only=True)
        self.model.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.state = State(**saved["state"])
        return True


def share_of_rate(state: State, warmup: int) -> float:
    """Return the share of the learning rate: up in a line, down with the root of the steps, at last down to zero.

    The inverse square root has no end, so that training may stop at any step; before it does, the rate falls in a
    line over the last steps, as losses fall with it.
    """
    step = state.step + 1
    share = step / warmup if step < warmup else math.sqrt(warmup / step)
    if state.decay_from is not None and state.decay_steps is not None:
        share *= max(0.0, 1 - (state.step - state.decay_from) / state.decay_steps)
    return share


def fast_bfloat16(device: torch.device) -> bool:
    """Return whether the device multiplies matrices in bfloat16 faster than in float32."""
    if device.type != "cpu":
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu.get_capabilities().get("avx512_bf16") or torch.cpu.get_capabilities().get("amx_bf16"))


def _optimizer(recipe: PretrainingRecipe, model: nn.Module) -> torch.optim.Optimizer:
    """Return Adafactor (Shazeer and Stern 2018, arXiv 1804.04235, as T5 was trained) or AdamW."""
    matrices = [each for each in model.parameters() if each.ndim > 1]
    vectors = [each for each in model.parameters() if each.ndim == 1]
    groups: list[dict[str, Any]] = [
        {"params": matrices, "weight_decay": recipe.weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    if recipe.optimizer == "adafactor":
        return torch.optim.Adafactor(groups, lr=recipe.learning_rate)
    return torch.optim.AdamW(groups, lr=recipe.learning_rate, betas=(0.9, 0.95))
