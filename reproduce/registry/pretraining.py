"""What our own compact models are made of: packages, tokenizer, sizes, schedule. Declared in pretraining.yaml."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Literal

from pydantic import Field, JsonValue

from corpus.records.base import Name, Record, Text
from reproduce.registry.reading import read_record


class SourcePackage(Record):
    """A package whose Python files are learnt from or, held out, only measured on."""

    name: Text
    version: Text
    licence: Text
    held_out: bool = False


class PretrainingCorpus(Record):
    """The text: pieces of files, and functions with the first paragraph of their docstrings."""

    packages: tuple[SourcePackage, ...] = Field(min_length=2)
    never: tuple[Text, ...]  # packages that serve as validation or test data elsewhere; what equals theirs is left out
    max_characters: int = Field(gt=0)  # of one package, so that no project outweighs the others
    held_out_items: int = Field(gt=0)  # pieces, and as many functions, on which the loss is measured


class TokenizerSettings(Record):
    """A byte-level BPE vocabulary (Sennrich et al. 2016, arXiv 1508.07909; on bytes as in GPT-2)."""

    vocabulary_size: int = Field(gt=300)
    sentinels: int = Field(gt=0)  # <extra_id_0>, ..., as T5 names the blanks


class PretrainingRecipe(Record):
    """One model: its shape and how it is trained."""

    id: Name
    architecture: Literal["encoder-decoder", "decoder"]
    config: dict[str, JsonValue]  # of transformers' T5Config or LlamaConfig; vocabulary and special ids are filled in
    optimizer: Literal["adafactor", "adamw"]
    learning_rate: float = Field(gt=0)
    weight_decay: float = Field(ge=0)
    warmup_steps: int = Field(gt=0)
    batch_tokens: int = Field(gt=0)  # of a step, padding counted, inputs and targets together
    max_length: int = Field(gt=0)  # tokens of an input, and of a target
    noise_density: float = Field(gt=0, lt=1, default=0.15)
    mean_span: float = Field(ge=1, default=3.0)
    seed: int = 0


class Pretraining(Record):
    """The whole file."""

    corpus: PretrainingCorpus
    tokenizer: TokenizerSettings
    models: tuple[PretrainingRecipe, ...]

    def recipe(self, name: str) -> PretrainingRecipe:
        """Return the recipe of a model; raise UnknownNameError when there is none."""
        from corpus.errors import lookup

        return lookup("model to pretrain", name, {each.id: each for each in self.models})


@functools.cache
def pretraining() -> Pretraining:
    """Return the declaration; raise RecordError when the registry file is faulty."""
    return read_record(Path(__file__).with_name("pretraining.yaml"), Pretraining)
