"""Language adapter and token-type adapter, joined by AdapterFusion (P22, CodeBERTER)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from reproduce.methods.added import Added
from reproduce.methods.bottleneck import hidden_size, sequences
from reproduce.methods.context import Context, TokenIds
from reproduce.methods.denoising import IGNORED, batched, padded
from reproduce.methods.language import Invertible, add_invertible, learn_language, pfeiffer_adapter
from reproduce.methods.pretraining import pretrain
from reproduce.methods.settings import FusionSettings
from reproduce.methods.sites import ENCODER_DECODER
from reproduce.methods.trees import leaves


class Fusion(Added):
    """Attention of a layer's state over what its frozen adapters would add.

    Pfeiffer et al. 2021, arXiv 2005.00247, section 3.2: query, key and value matrices; the value matrix starts
    as the identity. ``alone`` names the one adapter that acts while adapters are trained one by one.
    """

    def __init__(self, hidden: int, adapters: list[nn.Module]) -> None:
        super().__init__()
        self.adapters = nn.ModuleList(adapters)
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden, bias=False)
        for layer in (self.query, self.key):
            nn.init.normal_(layer.weight, std=0.02)
            nn.init.zeros_(layer.bias)
        with torch.no_grad():
            self.value.weight.fill_(1e-6).fill_diagonal_(1.0)
        self.alone: int | None = None

    def forward(self, states: Tensor) -> Tensor:
        """Return what is added to the states, (rows, tokens, hidden)."""
        if self.alone is not None:
            change: Tensor = self.adapters[self.alone](states)
            return change
        changes = torch.stack([part(states) for part in self.adapters], dim=2)  # rows, tokens, adapters, hidden
        scores = (self.query(states).unsqueeze(2) * self.key(changes)).sum(dim=-1)
        fused: Tensor = (scores.softmax(dim=-1).unsqueeze(-1) * self.value(changes)).sum(dim=2)
        return fused

    def distance_from_identity(self) -> Tensor:
        """Return the squared Frobenius distance of the value matrix from the identity."""
        weight = self.value.weight
        return (weight - torch.eye(len(weight), device=weight.device, dtype=weight.dtype)).square().sum()


def fusion_frame(backbone: nn.Module, settings: FusionSettings, context: Context) -> nn.Module:
    """Return the frozen backbone with two frozen adapters and a fusion layer a layer, none trained yet."""
    backbone.requires_grad_(False)
    add_invertible(backbone, settings).requires_grad_(False)
    hidden = hidden_size(backbone)

    def new() -> list[nn.Module]:
        pair = [pfeiffer_adapter(backbone, settings).requires_grad_(False) for _ in range(2)]
        return [Fusion(hidden, pair)]

    module: Any = sequences(backbone, new)
    module.fusion_regularization = settings.regularization
    return backbone


def fused(backbone: nn.Module, settings: FusionSettings, context: Context) -> nn.Module:
    """Return AdapterFusion, to be trained, over a language adapter and a token-type adapter that were trained first.

    Each adapter learns alone on the frozen backbone, from the run's inputs: the first by masked language modelling,
    the second by telling each token's type in the syntax tree (P22). Then both are frozen.
    """
    fusion_frame(backbone, settings, context)
    fusions = [part for part in backbone.modules() if isinstance(part, Fusion)]
    invertible = next(part for part in backbone.modules() if isinstance(part, Invertible))
    trained: list[list[nn.Module]] = [[invertible], []]
    for number, parts in enumerate(trained):
        parts.extend(fusion.adapters[number] for fusion in fusions)
    for number, learn in enumerate((_language, _token_types)):
        backbone.requires_grad_(False)
        for part in trained[number]:
            part.requires_grad_(True)
        invertible.active = number == 0
        for fusion in fusions:
            fusion.alone = number
        learn(backbone, invertible, settings, context)
    backbone.requires_grad_(False)
    invertible.active = True
    for fusion in fusions:
        fusion.alone = None
        for layer in (fusion.query, fusion.key, fusion.value):
            layer.requires_grad_(True)
    return backbone


def value_regularizer(module: nn.Module) -> Tensor:
    """Return the term that keeps the value matrices near the identity; Pfeiffer et al. 2021, arXiv 2005.00247."""
    fusions = [part for part in module.modules() if isinstance(part, Fusion)]
    weight: float = getattr(module, "fusion_regularization")  # noqa: B009  (set by fusion_frame; nn.Module cannot say so)
    distances = [fusion.distance_from_identity() for fusion in fusions]
    return weight * torch.stack(distances).sum()


def _language(backbone: nn.Module, invertible: Invertible, settings: FusionSettings, context: Context) -> None:
    learn_language(backbone, invertible, settings, context)


def _token_types(backbone: nn.Module, _invertible: Invertible, settings: FusionSettings, context: Context) -> None:
    """Train what is trainable to tell token types; the classifier over them is thrown away.

    An encoder-decoder gets the program at both ends, and the decoder's states are classified.
    """
    typed = typed_rows(context)
    types = 1 + max(max(labels) for _, labels in typed)
    module: Any = backbone
    classifier = nn.Linear(hidden_size(backbone), types).to(next(backbone.parameters()).device)

    def loss_of(batch: dict[str, Tensor]) -> Tensor:
        labels = batch.pop("labels")
        if context.architecture == ENCODER_DECODER:
            batch["decoder_input_ids"] = batch["input_ids"]
        output = module(**batch, output_hidden_states=True)
        states = output.decoder_hidden_states if context.architecture == ENCODER_DECODER else output.hidden_states
        logits = classifier(states[-1])
        return nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)

    pretrain(backbone, _typed_batches(typed, settings, context), loss_of, settings, classifier)


def _typed_batches(
    typed: list[tuple[TokenIds, TokenIds]], settings: FusionSettings, context: Context
) -> Iterator[dict[str, Tensor]]:
    padding = context.tokenizer.pad_token_id or 0
    numbers = batched([[at] for at in range(len(typed))], settings.pretraining_batch, context.seed)
    for batch in numbers:
        rows = [typed[at] for (at,) in batch]
        yield padded([inputs for inputs, _ in rows], [labels for _, labels in rows], padding)


def typed_rows(context: Context) -> list[tuple[TokenIds, TokenIds]]:
    """Return each input's token ids and, for each token, the number of the type of the leaf it begins in."""
    numbers: dict[str, int] = {}
    typed = []
    for text, row in zip(context.texts, context.rows, strict=True):
        encoded = context.tokenizer(text, truncation=True, max_length=len(row), return_offsets_mapping=True)
        at_character = {
            place: numbers.setdefault(leaf.type, len(numbers))
            for leaf in leaves(text, context.language)
            for place in range(leaf.start, leaf.end)
        }
        labels = [
            at_character.get(start + leading_blanks(text[start:end]), IGNORED) if text[start:end].strip() else IGNORED
            for start, end in encoded["offset_mapping"]
        ]
        if any(label != IGNORED for label in labels):
            typed.append((encoded["input_ids"], labels))
    return typed


def leading_blanks(token: str) -> int:
    """Return how many blanks a token begins with; some tokenizers keep the one before a word."""
    return len(token) - len(token.lstrip())
