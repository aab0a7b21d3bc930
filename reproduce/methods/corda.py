"""CorDA: LoRA that starts from a decomposition oriented by samples of the run's inputs. Built by peft."""

from __future__ import annotations

import torch
from peft import PeftModel, get_peft_model
from peft.tuners.lora.config import CordaConfig
from peft.tuners.lora.corda import preprocess_corda
from torch import nn

from reproduce.errors import SpecError
from reproduce.methods.context import Context
from reproduce.methods.settings import CordaSettings
from reproduce.methods.with_peft import lora_config, remember_start


def corda(backbone: nn.Module, settings: CordaSettings, context: Context) -> PeftModel:
    """Return the backbone with a LoRA taken out of its matrices along the inputs' covariance.

    Source: Yang et al. 2024, arXiv 2406.05223, equations 1 to 5. Mode ipm (instruction-previewed) adapts the first
    components, kpm (knowledge-preserved) the last ones.
    """
    rows = context.rows[: settings.samples]
    if not rows:
        raise SpecError("CorDA orients its decomposition by sample inputs, and there are none")
    config = lora_config(
        settings, context, init_lora_weights="corda", corda_config=CordaConfig(corda_method=settings.corda_method)
    )
    device = next(backbone.parameters()).device

    def run_model() -> None:
        for row in rows:  # one at a time: padding would enter the covariance
            ids = torch.tensor([row], device=device)
            targets = {"decoder_input_ids": ids} if context.architecture == "encoder-decoder" else {}
            backbone(input_ids=ids, **targets)

    was_training = backbone.training
    backbone.eval()
    with torch.no_grad():
        preprocess_corda(backbone, config, run_model=run_model)
    backbone.train(was_training)
    module = get_peft_model(backbone, config)
    for part in module.modules():
        if hasattr(part, "eigens"):
            del part.eigens  # the decomposition is as large as the matrices and has done its work
    return remember_start(module)
