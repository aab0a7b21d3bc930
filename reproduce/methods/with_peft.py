"""Methods that peft builds. Its configuration classes name the fields; see their sources in methods.yaml."""

from __future__ import annotations

from typing import Any

from peft import IA3Config, LoraConfig, PeftModel, TaskType, get_peft_model
from torch import nn

from reproduce.methods.context import Context
from reproduce.methods.settings import Ia3Settings, LoraSettings


def lora(backbone: nn.Module, settings: LoraSettings, context: Context) -> PeftModel:
    """Return the backbone, frozen, with low-rank updates beside the target matrices.

    Source: Hu et al. 2022, arXiv 2106.09685, equation 3. The first factor is random, the second zero: before
    training the output is the backbone's.
    """
    config = LoraConfig(
        task_type=TaskType.FEATURE_EXTRACTION,
        r=settings.r,
        lora_alpha=settings.lora_alpha,
        lora_dropout=settings.lora_dropout,
        target_modules=_modules(settings.target_modules),
    )
    return get_peft_model(backbone, config)


def ia3(backbone: nn.Module, settings: Ia3Settings, context: Context) -> PeftModel:
    """Return the backbone, frozen, with a trained scale for each key, value and inner feed-forward activation.

    Source: Liu et al. 2022, arXiv 2205.05638, section 3.3. Scales begin at one.
    """
    config = IA3Config(
        task_type=TaskType.FEATURE_EXTRACTION,
        target_modules=_modules(settings.target_modules),
        feedforward_modules=_modules(settings.feedforward_modules),
    )
    return get_peft_model(backbone, config)


def _modules(names: tuple[str, ...] | str) -> Any:
    return names if isinstance(names, str) else list(names)
