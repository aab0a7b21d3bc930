"""Methods that peft builds. Its configuration classes name the fields; see their sources in methods.yaml."""

from __future__ import annotations

from typing import Any

from peft import (
    AdaLoraConfig,
    IA3Config,
    LNTuningConfig,
    LoraConfig,
    PeftConfig,
    PeftModel,
    PromptEncoderConfig,
    PromptTuningConfig,
    TaskType,
    get_peft_model,
    get_peft_model_state_dict,
)
from torch import Tensor, nn

from reproduce.methods.context import Context
from reproduce.methods.settings import (
    AdaloraSettings,
    Ia3Settings,
    LoraSettings,
    NormSettings,
    PromptSettings,
    PTuningSettings,
)

TASK_TYPES = {
    "encoder": TaskType.FEATURE_EXTRACTION,
    "encoder-decoder": TaskType.SEQ_2_SEQ_LM,
    "decoder": TaskType.CAUSAL_LM,
}


def lora(backbone: nn.Module, settings: LoraSettings, context: Context) -> PeftModel:
    """Return the backbone, frozen, with low-rank updates beside the target matrices.

    Source: Hu et al. 2022, arXiv 2106.09685, equation 3. The first factor is random, the second zero: before
    training the output is the backbone's.
    """
    return get_peft_model(backbone, lora_config(settings, context))


def dora(backbone: nn.Module, settings: LoraSettings, context: Context) -> PeftModel:
    """Return the backbone with low-rank updates of the matrices' directions and trained magnitudes.

    Source: Liu et al. 2024, arXiv 2402.09353, equation 5.
    """
    return get_peft_model(backbone, lora_config(settings, context, use_dora=True))


def pissa(backbone: nn.Module, settings: LoraSettings, context: Context) -> PeftModel:
    """Return the backbone with LoRA that starts as the matrices' principal part, which is taken out of them.

    Source: Meng et al. 2024, arXiv 2404.02948, equations 2 to 4.
    """
    return remember_start(get_peft_model(backbone, lora_config(settings, context, init_lora_weights="pissa")))


def lora_config(settings: LoraSettings, context: Context, **more: Any) -> LoraConfig:
    """Return peft's configuration of a LoRA."""
    return LoraConfig(
        task_type=TASK_TYPES[context.architecture],
        r=settings.r,
        lora_alpha=settings.lora_alpha,
        lora_dropout=settings.lora_dropout,
        target_modules=_modules(settings.target_modules),
        **more,
    )


def remember_start(module: PeftModel) -> PeftModel:
    """Keep the adapter as it starts: what is saved is the change of the published weights, a LoRA of rank 2r.

    These methods change the frozen matrices too; saving subtracts the start.
    """
    holder: Any = module
    holder.start = {name: value.detach().cpu().clone() for name, value in get_peft_model_state_dict(module).items()}
    return module


def adalora(backbone: nn.Module, settings: AdaloraSettings, context: Context) -> PeftModel:
    """Return the backbone with updates P L Q whose singular values are pruned to a budget in training.

    Source: Zhang et al. 2023, arXiv 2303.10512, equations 3 and 4, and algorithm 1.
    """
    config = AdaLoraConfig(
        task_type=TASK_TYPES[context.architecture],
        init_r=settings.init_r,
        target_r=settings.target_r,
        lora_alpha=settings.lora_alpha,
        lora_dropout=settings.lora_dropout,
        target_modules=_modules(settings.target_modules),
        tinit=int(settings.initial_share * context.steps),
        tfinal=int(settings.final_share * context.steps),
        deltaT=settings.deltaT,
        beta1=settings.beta1,
        beta2=settings.beta2,
        orth_reg_weight=0.0,  # peft would add the term where labels are given and only there: see orthogonality
        total_step=max(1, context.steps),
    )
    module: Any = get_peft_model(backbone, config)
    module.orthogonality_weight = settings.orth_reg_weight
    tuned: PeftModel = module
    return tuned


def allocate_ranks(module: PeftModel, step: int) -> None:
    """Prune AdaLoRA's singular values to the budget of a step (from 1); gradients must still be there."""
    base: Any = module.base_model
    base.update_and_allocate(step)


def orthogonality(module: PeftModel) -> Tensor:
    """Return AdaLoRA's regulariser: how far P and Q are from orthogonal, weighted; equation 4."""
    base: Any = module.base_model
    distances = [
        _distance_from_orthogonal(parameter, rows="lora_A" in name)
        for name, parameter in base.model.named_parameters()
        if "lora_A" in name or "lora_B" in name
    ]
    weight: float = module.orthogonality_weight
    total: Tensor = sum(distances[1:], start=distances[0])
    return weight * total / len(distances)


def _distance_from_orthogonal(factor: Tensor, *, rows: bool) -> Tensor:
    """Return the Frobenius norm of the Gram matrix minus the identity."""
    gram = factor @ factor.T if rows else factor.T @ factor
    distance: Tensor = (gram - gram.new_ones(len(gram)).diag()).norm()
    return distance


def ia3(backbone: nn.Module, settings: Ia3Settings, context: Context) -> PeftModel:
    """Return the backbone, frozen, with a trained scale for each key, value and inner feed-forward activation.

    Source: Liu et al. 2022, arXiv 2205.05638, section 3.3. Scales begin at one.
    """
    config = IA3Config(
        task_type=TASK_TYPES[context.architecture],
        target_modules=_modules(settings.target_modules),
        feedforward_modules=_modules(settings.feedforward_modules),
    )
    return get_peft_model(backbone, config)


def ln_tuning(backbone: nn.Module, settings: NormSettings, context: Context) -> PeftModel:
    """Return the backbone with only its normalisation layers trainable.

    Source: Zhao et al. 2024, arXiv 2312.11420, section 3.
    """
    config = LNTuningConfig(
        task_type=TASK_TYPES[context.architecture], target_modules=_modules(settings.target_modules)
    )
    return get_peft_model(backbone, config)


def prompt_tuning(backbone: nn.Module, settings: PromptSettings, context: Context) -> PeftModel:
    """Return the backbone, frozen unless told otherwise, with trained vectors in front of its input.

    Source: Lester et al. 2021, arXiv 2104.08691, section 2.
    """
    config = PromptTuningConfig(
        task_type=TASK_TYPES[context.architecture], num_virtual_tokens=settings.num_virtual_tokens
    )
    return _prompted(backbone, config, settings)


def p_tuning(backbone: nn.Module, settings: PTuningSettings, context: Context) -> PeftModel:
    """Return the backbone with trained vectors in front of its input that a small network makes; it is frozen as above.

    Source: Liu et al. 2021, arXiv 2103.10385, section 3.2.
    """
    config = PromptEncoderConfig(
        task_type=TASK_TYPES[context.architecture],
        num_virtual_tokens=settings.num_virtual_tokens,
        encoder_reparameterization_type=settings.encoder_reparameterization_type,
        encoder_hidden_size=settings.encoder_hidden_size,
    )
    return _prompted(backbone, config, settings)


def _prompted(backbone: nn.Module, config: PeftConfig, settings: PromptSettings) -> PeftModel:
    module = get_peft_model(backbone, config)  # freezes the backbone
    backbone.requires_grad_(settings.train_backbone)
    return without_virtual_positions(module)


def without_virtual_positions(module: PeftModel) -> PeftModel:
    """Let a prompt's own positions be cut off what the module puts out, so that outputs stand beside inputs."""
    config: Any = module.active_peft_config
    if config.is_prompt_learning:
        count: int = config.num_virtual_tokens
        module.register_forward_hook(lambda _module, _inputs, output: _cut(output, count))
    return module


def _cut(output: Any, count: int) -> Any:
    """Return a model output without the first positions of what the prompt went through."""
    of_decoder = "encoder_last_hidden_state" in output  # there, only the encoder has read the prompt
    for field in ("encoder_last_hidden_state",) if of_decoder else ("last_hidden_state", "logits"):
        if output.get(field) is not None:
            output[field] = output[field][:, count:]
    field = "encoder_hidden_states" if of_decoder else "hidden_states"
    if output.get(field) is not None:
        output[field] = tuple(states[:, count:] for states in output[field])
    return output


def _modules(names: tuple[str, ...] | str) -> Any:
    return names if isinstance(names, str) else list(names)
