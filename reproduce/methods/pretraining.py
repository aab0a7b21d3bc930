"""Training adapters before the task: one small loop, with its own optimizer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from reproduce.methods.settings import Pretraining


def pretrain(
    module: nn.Module,
    batches: Iterator[dict[str, Tensor]],
    loss_of: Callable[[dict[str, Tensor]], Tensor],
    settings: Pretraining,
    *more: nn.Module,
) -> list[float]:
    """Train the trainable weights of the module, and of ``more``, in place; return the loss of each step.

    AdamW at a rate that falls linearly to zero, as MAD-X trains language adapters (arXiv 2005.00052, section 5.3).
    """
    weights = [weight for part in (module, *more) for weight in part.parameters() if weight.requires_grad]
    device = weights[0].device
    optimizer = torch.optim.AdamW(weights, lr=settings.pretraining_rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / settings.pretraining_steps)
    was_training = module.training
    module.train()
    losses = []
    for _ in range(settings.pretraining_steps):
        loss = loss_of({name: value.to(device) for name, value in next(batches).items()})
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    for weight in weights:
        weight.grad = None
    module.train(was_training)
    return losses
