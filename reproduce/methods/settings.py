"""What each method can be told. Checked before anything heavy is loaded."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from corpus.records.base import Record, Text

Names = tuple[Text, ...] | Text  # names, or one regular expression over full names


class NoSettings(Record):
    """The method has nothing to set."""


class LoraSettings(Record):
    """LoRA, field names as in peft's LoraConfig."""

    r: int = Field(gt=0)
    lora_alpha: int = Field(gt=0)
    lora_dropout: float = Field(ge=0, lt=1)
    target_modules: tuple[Text, ...] | Text  # names, or one regular expression over full names


class CordaSettings(LoraSettings):
    """CorDA: LoRA, with peft's name for the mode and the number of samples that orient it."""

    corda_method: Literal["ipm", "kpm"]
    samples: int = Field(gt=0)


class AdaloraSettings(Record):
    """AdaLoRA, field names as in peft's AdaLoraConfig; the two phases without pruning as shares of the run's steps."""

    init_r: int = Field(gt=0)
    target_r: int = Field(gt=0)
    lora_alpha: int = Field(gt=0)
    lora_dropout: float = Field(ge=0, lt=1)
    target_modules: Names
    initial_share: float = Field(ge=0, lt=1)  # steps before pruning begins
    final_share: float = Field(ge=0, lt=1)  # steps after it has ended
    deltaT: int = Field(gt=0)  # noqa: N815  (peft's name)
    beta1: float = Field(gt=0, lt=1)
    beta2: float = Field(gt=0, lt=1)
    orth_reg_weight: float = Field(ge=0)

    @model_validator(mode="after")
    def _some_steps_prune(self) -> Self:
        if self.target_r > self.init_r:
            raise ValueError("target_r is above init_r: nothing would be pruned")
        if self.initial_share + self.final_share >= 1:
            raise ValueError("initial_share and final_share leave no steps for pruning")
        return self


class Ia3Settings(Record):
    """(IA)^3, field names as in peft's IA3Config."""

    target_modules: tuple[Text, ...] | Text
    feedforward_modules: tuple[Text, ...] | Text  # those of them whose input is scaled, not the output


class NormSettings(Record):
    """LN tuning, field name as in peft's LNTuningConfig."""

    target_modules: Names


class SoftPrompt(Record):
    """What all trained prompts can be told.

    Their papers freeze the backbone. The code released with P34 calls it prompt tuning and trains the backbone with the
    prompt; ``train_backbone`` makes that a run.
    """

    train_backbone: bool = False


class PromptSettings(SoftPrompt):
    """Prompt tuning, field name as in peft's PromptTuningConfig."""

    num_virtual_tokens: int = Field(gt=0)


class PTuningSettings(PromptSettings):
    """P-Tuning, field names as in peft's PromptEncoderConfig."""

    encoder_reparameterization_type: Literal["MLP", "LSTM"]
    encoder_hidden_size: int = Field(gt=0)


class TellySettings(Record):
    """Telly-K: K, by default half of the model's layers."""

    frozen_layers: int | None = Field(default=None, ge=0)


class AdapterSettings(Record):
    """Sequential bottleneck adapters, words as in adapter-hub's configurations."""

    form: Literal["houlsby", "pfeiffer"]
    reduction_factor: float = Field(ge=1)  # hidden size over bottleneck
    non_linearity: Literal["relu", "swish", "gelu"]
    cross_attention: bool = False  # also after cross-attention; only Houlsby's form


class ParallelSettings(Record):
    """Parallel adapters beside the feed-forward blocks."""

    reduction_factor: float = Field(ge=1)
    non_linearity: Literal["relu", "swish", "gelu"]
    scaling: float = Field(gt=0)


class LanguageSettings(Record):
    """A language adapter: Pfeiffer's form, with an invertible part behind the embeddings."""

    reduction_factor: float = Field(ge=1)
    non_linearity: Literal["relu", "swish", "gelu"]
    inverse_reduction_factor: float = Field(ge=1)


class Pretraining(Record):
    """How an adapter is trained before the task."""

    pretraining_steps: int = Field(gt=0)
    pretraining_rate: float = Field(gt=0)
    pretraining_batch: int = Field(gt=0)
    masked_share: float = Field(gt=0, lt=1)


class StackSettings(LanguageSettings, Pretraining):
    """A task adapter of ``task_reduction_factor`` on a language adapter that was trained first."""

    task_reduction_factor: float = Field(ge=1)


class FusionSettings(LanguageSettings, Pretraining):
    """A language adapter and an adapter for token types, joined by AdapterFusion."""

    regularization: float = Field(ge=0)  # weight of the value matrices' distance from the identity


class FeedForwardSettings(LoraSettings):
    """LoRA on the feed-forward matrices, and Houlsby adapters of a bottleneck."""

    bottleneck: int = Field(gt=0)
    non_linearity: Literal["relu", "swish", "gelu"]


class DeepPromptSettings(SoftPrompt):
    """Trained keys and values in every layer; with a hidden size a network makes them. Names as in peft."""

    num_virtual_tokens: int = Field(gt=0)
    encoder_hidden_size: int | None = Field(default=None, gt=0)


class MamSettings(DeepPromptSettings, ParallelSettings):
    """Prefix tuning with a parallel adapter."""


class TreeSettings(Record):
    """A prefix made from a syntax tree; names as in the code of P26 where it has one."""

    graph_tokens: int = Field(gt=0)
    num_virtual_tokens: int = Field(gt=0)  # graph tokens are repeated up to it
    prefix_hidden_size: int = Field(gt=0)
    alpha: float = Field(ge=0)  # negative slope in the attention of the graph
    dropout: float = Field(ge=0, lt=1)
