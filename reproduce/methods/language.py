"""Language adapters of MAD-X, their training by masked language modelling, and task adapters on top of them.

Source: Pfeiffer et al. 2020, arXiv 2005.00052. Pfeiffer's form of the adapter (section 4.1), an invertible adapter
behind the embeddings (section 4.3), its inverse in front of the output embedding (section 4.3).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from reproduce.methods.added import Added, attach
from reproduce.methods.bottleneck import Bottleneck, Sequence, bottleneck_size, hidden_size, sequences
from reproduce.methods.context import Context
from reproduce.methods.denoising import masked_batches
from reproduce.methods.pretraining import pretrain
from reproduce.methods.settings import LanguageSettings, StackSettings
from reproduce.methods.sites import ENCODER, stacks


class Invertible(Added):
    """NICE coupling of the two halves of a vector: y1 = x1 + F(x2), y2 = x2 + G(y1); MAD-X, section 4.3."""

    def __init__(self, hidden: int, reduction_factor: float) -> None:
        super().__init__()
        self.first = hidden // 2
        rest = hidden - self.first
        self.F = _subnet(rest, self.first, reduction_factor)
        self.G = _subnet(self.first, rest, reduction_factor)
        self.active = True

    def forward(self, states: Tensor) -> Tensor:
        """Return the states coupled, of the same shape."""
        one, two = states[..., : self.first], states[..., self.first :]
        one = one + self.F(two)
        return torch.cat((one, two + self.G(one)), dim=-1)

    def inverse(self, states: Tensor) -> Tensor:
        """Return what ``forward`` maps to the states."""
        one, two = states[..., : self.first], states[..., self.first :]
        two = two - self.G(one)
        return torch.cat((one - self.F(two), two), dim=-1)


def _subnet(width: int, out: int, reduction_factor: float) -> nn.Sequential:
    inner = bottleneck_size(width, reduction_factor)
    return nn.Sequential(nn.Linear(width, inner), nn.ReLU(), nn.Linear(inner, out))


def language_adapter(backbone: nn.Module, settings: LanguageSettings, context: Context) -> nn.Module:
    """Return the frozen backbone with a language adapter, to be trained on the task itself."""
    backbone.requires_grad_(False)
    add_invertible(backbone, settings)
    return sequences(backbone, lambda: [pfeiffer_adapter(backbone, settings)])


def pfeiffer_adapter(
    backbone: nn.Module, settings: LanguageSettings, reduction_factor: float | None = None
) -> nn.Module:
    """Return one new adapter for one layer."""
    hidden = hidden_size(backbone)
    inner = bottleneck_size(hidden, reduction_factor or settings.reduction_factor)
    return Bottleneck(hidden, inner, settings.non_linearity)


def add_invertible(backbone: nn.Module, settings: LanguageSettings) -> Invertible:
    """Put an invertible adapter between the embeddings and the first layer; in an encoder-decoder, of the encoder."""
    part = Invertible(hidden_size(backbone), settings.inverse_reduction_factor)
    first = stacks(backbone)[0].layers[0]
    attach(first, "invertible", part)
    first.register_forward_pre_hook(lambda _module, inputs: (part(inputs[0]), *inputs[1:]) if part.active else None)
    return part


def stack_frame(backbone: nn.Module, settings: StackSettings, context: Context) -> nn.Module:
    """Return the frozen backbone with a frozen language adapter and a task adapter on it, neither trained yet.

    MAD-X, section 4.2. The task adapter reads what the language adapter puts out.
    """
    backbone.requires_grad_(False)
    add_invertible(backbone, settings).requires_grad_(False)
    return sequences(
        backbone,
        lambda: [
            pfeiffer_adapter(backbone, settings).requires_grad_(False),
            pfeiffer_adapter(backbone, settings, settings.task_reduction_factor),
        ],
    )


def stacked(backbone: nn.Module, settings: StackSettings, context: Context) -> nn.Module:
    """Return a task adapter, to be trained, on a language adapter that was trained on the inputs and then frozen."""
    backbone.requires_grad_(False)
    invertible = add_invertible(backbone, settings)
    sequences(backbone, lambda: [pfeiffer_adapter(backbone, settings)])
    learn_language(backbone, invertible, settings, context)
    backbone.requires_grad_(False)
    for part in list(backbone.modules()):
        if isinstance(part, Sequence):
            task = pfeiffer_adapter(backbone, settings, settings.task_reduction_factor)
            part.parts.append(task.to(next(backbone.parameters()).device))
    return backbone


def learn_language(backbone: nn.Module, invertible: Invertible, settings: Any, context: Context) -> list[float]:
    """Train what is trainable by masked language modelling on the run's inputs; return the loss of each step.

    In an encoder-decoder the masked spans are written by the decoder, as in T5; a decoder learns the next token.
    """
    module: Any = backbone

    def loss_of(batch: dict[str, Tensor]) -> Tensor:
        if context.architecture != ENCODER:
            loss: Tensor = module(**batch).loss
            return loss
        labels = batch.pop("labels")
        states = invertible.inverse(module(**batch).last_hidden_state)
        wanted = labels >= 0
        logits = states[wanted] @ module.get_input_embeddings().weight.T
        return nn.functional.cross_entropy(logits, labels[wanted])

    return pretrain(backbone, masked_batches(settings, context), loss_of, settings)
