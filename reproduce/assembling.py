"""Putting a run together: the objective's frame, the model, the method on it, the head."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from corpus.records.run import RunSpec
from reproduce.backbones import load_backbone, load_tokenizer
from reproduce.data import Opened
from reproduce.methods.context import Context
from reproduce.model_files import ModelFiles
from reproduce.objectives import Frame, Objective, Tuned
from reproduce.registry import MethodEntry, imported
from reproduce.specs import Checked
from reproduce.training import Hooks
from taxonomy.vocabulary import vocabulary


def frame_for(spec: RunSpec, checked: Checked, files: ModelFiles, data: Opened) -> Frame:
    """Return what the spec's objective is built from."""
    others = [metric for metric in checked.dataset.metrics if metric != spec.metric]
    return Frame(
        architecture=checked.model.architecture,
        tokenizer=load_tokenizer(checked.model, files),
        training=spec.training,
        generation=spec.generation,
        metrics=(spec.metric, *others),
        splits={
            "train": data.train,
            "validation": data.validation.head(spec.validation_items or spec.validation_sample),
            "test": data.test.head(spec.test_items or spec.test_sample),
        },
        language=checked.dataset.target_language or spec.language,
        source_prefix=spec.source_prefix,
    )


def prepared_backbone(checked: Checked, files: ModelFiles, objective: Objective, device: torch.device) -> Any:
    """Return the pretrained model on the device, known to the objective."""
    backbone: Any = load_backbone(checked.model, files, quantization=checked.method.quantization)
    backbone = backbone.to(device)
    backbone.config.use_cache = False  # keys and values are kept for generation only, which asks for it
    objective.prepare(backbone)
    return backbone


def assembled(spec: RunSpec, checked: Checked, backbone: Any, frame: Frame, objective: Objective) -> Tuned:
    """Return the model under its method, with the head; the head is drawn first, so that all methods begin with it."""
    if spec.training.gradient_checkpointing:
        backbone.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    head = objective.head(backbone)
    context = Context(
        architecture=frame.architecture,
        steps=spec.training.steps,
        seed=spec.seed,
        tokenizer=frame.tokenizer,
        texts=tuple(frame.splits["train"].texts),
        rows=tuple(objective.rows["train"]),
        language=spec.language,
    )
    body: nn.Module = imported(checked.method.build)(backbone, checked.settings, context)
    objective.cap(backbone)
    return Tuned(body, head)


def hooks_of(method: MethodEntry) -> Hooks:
    """Return what a method does in the loop."""
    return Hooks(
        after_step=imported(method.after_step) if method.after_step else None,
        extra_loss=imported(method.extra_loss) if method.extra_loss else None,
    )


def towards_better(metric: str, value: float) -> float:
    """Return a value of which more is better."""
    better = {term.id: term.better for term in vocabulary().metrics}[metric]
    return value if better == "higher" else -value
