"""What each method can be told. Checked before anything heavy is loaded."""

from __future__ import annotations

from pydantic import Field

from corpus.records.base import Record, Text


class NoSettings(Record):
    """The method has nothing to set."""


class LoraSettings(Record):
    """LoRA, field names as in peft's LoraConfig."""

    r: int = Field(gt=0)
    lora_alpha: int = Field(gt=0)
    lora_dropout: float = Field(ge=0, lt=1)
    target_modules: tuple[Text, ...] | Text  # names, or one regular expression over full names


class Ia3Settings(Record):
    """(IA)^3, field names as in peft's IA3Config."""

    target_modules: tuple[Text, ...] | Text
    feedforward_modules: tuple[Text, ...] | Text  # those of them whose input is scaled, not the output
