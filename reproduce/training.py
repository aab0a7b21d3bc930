"""The training loop, written out. Fixed steps, never a time budget: the same spec does the same work anywhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from corpus.records.run import TrainingSettings
from reproduce.data.splits import Contrasted
from reproduce.encoder import TokenIds, embed
from reproduce.errors import NotANumberError


@dataclass(frozen=True)
class Progress:
    """What is told after each step."""

    step: int
    loss: float
    tokens: int  # real tokens so far, padding not counted
    seconds: float  # of optimisation so far


@dataclass(frozen=True)
class Trained:
    """What training took."""

    losses: tuple[tuple[int, float], ...]  # (step, mean loss since the last entry)
    tokens: int
    seconds: float


def train(
    module: nn.Module,
    rows: Sequence[TokenIds],
    split: Contrasted,
    settings: TrainingSettings,
    *,
    loss_of: Callable[[torch.Tensor, torch.Tensor, float], torch.Tensor],
    seed: int,
    after_step: Callable[[Progress], None],
) -> Trained:
    """Train the module's trainable weights in place; ``rows`` are the tokens of ``split.texts``.

    AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101), linear warm-up, then linear decay to zero, the gradient
    clipped by its norm. Raises NotANumberError at the first loss that is NaN or infinite.
    """
    trainable = [parameter for parameter in module.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(_decay_groups(trainable, settings.weight_decay), lr=settings.learning_rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _share_of_rate(step, settings))
    batches = split.batches(classes=settings.classes_per_batch, items=settings.items_per_class, seed=seed)
    device = trainable[0].device

    module.train()
    losses: list[tuple[int, float]] = []
    since_entry: list[float] = []
    entry_every = max(1, settings.steps // 20)
    tokens = 0
    start = time.perf_counter()
    for step in range(1, settings.steps + 1):
        batch = next(batches)
        batch_rows = [rows[position] for position in batch.positions]
        vectors = embed(module, batch_rows, precision=settings.precision)
        loss = loss_of(vectors, torch.tensor(batch.labels, device=device), settings.temperature)
        value = loss.item()
        if not torch.isfinite(loss):
            raise NotANumberError(
                f"the loss became {value} at step {step} of {settings.steps}; a smaller learning rate may help"
            )

        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(trainable, settings.max_grad_norm)
        optimizer.step()
        schedule.step()

        tokens += sum(map(len, batch_rows))
        since_entry.append(value)
        if step % entry_every == 0 or step == settings.steps:
            losses.append((step, sum(since_entry) / len(since_entry)))
            since_entry.clear()
        after_step(Progress(step, value, tokens, time.perf_counter() - start))
    return Trained(tuple(losses), tokens, time.perf_counter() - start)


def _share_of_rate(step: int, settings: TrainingSettings) -> float:
    """Return the share of the learning rate at a step (from 0): 1 at the warm-up's end, 0 after the last step."""
    if step < settings.warmup_steps:
        return (step + 1) / (settings.warmup_steps + 1)
    left = settings.steps - settings.warmup_steps
    return max(0.0, (settings.steps - step) / max(1, left))


def _decay_groups(parameters: list[nn.Parameter], weight_decay: float) -> list[dict[str, object]]:
    """Decay matrices only: biases, normalisation weights and scaling vectors have no reason to be near zero.

    The vectors of (IA)^3 are stored as matrices with one row or column and start at one.
    """
    matrices = [parameter for parameter in parameters if parameter.ndim > 1 and min(parameter.shape) > 1]
    known = {id(parameter) for parameter in matrices}
    vectors = [parameter for parameter in parameters if id(parameter) not in known]
    groups: list[dict[str, object]] = [
        {"params": matrices, "weight_decay": weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]
