"""What a method may need beyond the backbone and its settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

TokenIds: TypeAlias = list[int]


@dataclass(frozen=True)
class Context:
    """The run that a method is built for: AdaLoRA plans over its steps, CorDA and language adapters read its inputs."""

    architecture: str
    steps: int  # optimisation steps of the run
    seed: int
    tokenizer: Any = None  # the model's
    texts: tuple[str, ...] = ()  # training inputs
    rows: tuple[TokenIds, ...] = ()  # the same, tokenised
    language: str | None = None  # programming language of the inputs: "Python", "Java", ...
