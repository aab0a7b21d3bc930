"""From a checkpoint to what ships: half-precision safetensors, tokenizer, model card, registry entry."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import torch

from corpus.files import dump_yaml, write_text
from reproduce.data.digest import file_sha256
from reproduce.model_files import SHIPPED
from reproduce.pretraining.loop import GLANCE, HISTORY, Trainer
from reproduce.pretraining.prepared import ABOUT
from reproduce.registry import models
from reproduce.registry.models import OURS_FILE, ModelEntry, Pretrained
from reproduce.registry.pretraining import Pretraining, PretrainingRecipe

LICENCE = "Apache-2.0"
DIMENSIONS = {
    "encoder-decoder": {
        "hidden_size": "d_model", "intermediate_size": "d_ff", "layers": "num_layers",
        "decoder_layers": "num_decoder_layers", "heads": "num_heads", "kv_heads": "num_heads",
    },
    "decoder": {
        "hidden_size": "hidden_size", "intermediate_size": "intermediate_size", "layers": "num_hidden_layers",
        "heads": "num_attention_heads", "kv_heads": "num_key_value_heads",
    },
}  # fmt: skip
"""Our name of each dimension -> that of transformers' configuration."""


def ship(
    trainer: Trainer,
    declared: Pretraining,
    folder: Path,
    tokenizer: Any,
    *,
    to: Path = SHIPPED,
    registry: Path = OURS_FILE,
) -> ModelEntry:
    """Write a model's folder and its registry entry; the entries of other models stay as they are.

    Weights are rounded to float16 and read back as float32. The held-out loss is measured on the rounded weights.
    """
    recipe = trainer.recipe
    own = to / recipe.id
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    model: Any = trainer.model
    model.half().save_pretrained(own)
    tokenizer.save_pretrained(own)
    model.float()
    about = json.loads((folder / ABOUT).read_text())
    held_out = trainer.held_out(GLANCE)
    facts = Pretrained(
        steps=trainer.state.step,
        tokens=trainer.state.tokens,
        seconds=round(trainer.state.seconds, 1),
        held_out_loss=round(held_out.loss, 4),
        held_out_loss_by_kind={kind: round(loss, 4) for kind, loss in held_out.by_kind.items()},
        text_sha256=about["sha256"],
        hardware=trainer.state.hardware or "not noted",
    )
    history = [json.loads(line) for line in (folder / recipe.id / HISTORY).read_text().splitlines()]
    parameters = sum(each.numel() for each in model.parameters())
    write_text(own / "README.md", card(recipe, declared, facts, about, history, parameters, _by_frequency(trainer)))
    entry = _entry(recipe, facts, model.config, own, parameters)
    others = [each for each in models().values() if each.ours and each.id != recipe.id]
    write_text(
        registry,
        HEADER + dump_yaml([_plain(each) for each in sorted([*others, entry], key=lambda each: each.id)]),
    )
    return entry


def _by_frequency(trainer: Trainer) -> float:
    """Return the loss (nats a token) of guessing held-out pieces by the tokens' frequencies in the text."""
    config: Any = trainer.model.config
    counts = np.bincount(np.concatenate(trainer.examples.tokens.pieces), minlength=config.vocab_size)
    seen = np.concatenate(trainer.held_out_examples.tokens.pieces[:GLANCE])
    return float(-np.log((counts[seen] + 1) / (counts.sum() + len(counts))).mean())


HEADER = "# Our own compact models. Written by `python -m reproduce.pretraining ship`; see docs/models.md.\n\n"


def _plain(entry: ModelEntry) -> dict[str, Any]:
    return entry.model_dump(mode="json", exclude_defaults=True)


def _entry(recipe: PretrainingRecipe, facts: Pretrained, config: Any, own: Path, parameters: int) -> ModelEntry:
    names = DIMENSIONS[recipe.architecture]
    return ModelEntry(
        id=recipe.id,
        licence=LICENCE,
        architecture=recipe.architecture,
        loaded_here=True,
        ours=True,
        files={
            path.name: file_sha256(path) for path in sorted(own.iterdir()) if path.suffix in (".json", ".safetensors")
        },
        vocabulary_size=config.vocab_size,
        max_positions=1024,
        parameters=parameters,
        pretrained=facts,
        cautions=(
            f"Ours and small: {parameters / 1e6:.1f} million weights that have seen {facts.tokens / 1e6:.1f} million "
            "tokens of Python packages; published models have seen thousands of times as many. What a method gains "
            "on it need not hold for them.",
            "It has seen the training packages of package-functions with their docstrings; the validation and test "
            "packages were left out.",
        ),
        **{ours: getattr(config, theirs) for ours, theirs in names.items()},
    )


def card(
    recipe: PretrainingRecipe,
    declared: Pretraining,
    facts: Pretrained,
    about: dict[str, Any],
    history: list[dict[str, Any]],
    parameters: int,
    by_frequency: float,
) -> str:
    """Return the model card, in Markdown."""
    kinds = {"pieces": "code with blanks" if recipe.architecture == "encoder-decoder" else "code",
             "summarise": "docstring from code", "write": "code from docstring"}  # fmt: skip
    losses = "\n".join(f"| {kinds[kind]} | {loss:.3f} |" for kind, loss in facts.held_out_loss_by_kind.items())
    measured = [row for row in history if "held_out" in row]
    curve = "\n".join(f"| {row['step']} | {row['tokens']:,} | {row['held_out']:.3f} |" for row in measured)
    packages = "\n".join(
        f"| {each.name} | {each.version} | {each.licence} | {'held out' if each.held_out else 'trained on'} |"
        for each in declared.corpus.packages
    )
    kind = "T5" if recipe.architecture == "encoder-decoder" else "Llama-style decoder"
    return CARD.format(
        id=recipe.id, licence=LICENCE, kind=kind, parameters=f"{parameters:,}", facts=facts, losses=losses,
        objective=OBJECTIVES[recipe.architecture], about=about, packages=packages,
        never=", ".join(declared.corpus.never),
        curve=curve or "| (not measured before the end) | | |", hours=f"{facts.seconds / 3600:.2f}",
        tokens=f"{facts.tokens:,}", uniform=f"{math.log(declared.tokenizer.vocabulary_size):.2f}",
        vocabulary=f"{declared.tokenizer.vocabulary_size:,}", torch=torch.__version__,
        config=json.dumps(recipe.config), perplexity=f"{math.exp(facts.held_out_loss):.0f}",
        by_frequency=f"{by_frequency:.2f}", glance=GLANCE,
    )  # fmt: skip


OBJECTIVES = {
    "encoder-decoder": (
        "Span denoising (Raffel et al. 2020, arXiv 1910.10683, section 3.1.4: 15 % of the tokens, spans of 3 on "
        "average) on pieces of files; for each documented function its docstring from its code (input "
        "`Summarize Python: ` + code) and its code from its docstring (input `Write Python: ` + docstring). Each piece "
        "once and each function once in either direction are an epoch."
    ),
    "decoder": (
        "The next token, on pieces of files and on documented functions in both orders (`Summarize Python: ` + code + "
        "`</s>` + docstring, `Write Python: ` + docstring + `</s>` + code)."
    ),
}

CARD = """---
license: apache-2.0
language: [en]
tags: [code, python]
---

# {id}

A compact {kind} for Python, {parameters} weights, pretrained from scratch by codepeft so that the laboratory has a
model of this architecture that can be shipped and tuned on two cores. It is ours, it is small, and it has seen little:
use it to try methods and code paths, not to learn how good a method is on models of a useful size.

## Training

- Objective: {objective}
- Text: {about[train][pieces]} pieces of files and {about[train][functions]} documented functions of pinned packages
  ({about[train][tokens_of_pieces]} tokens); SHA-256 of the text `{facts.text_sha256}`.
- Seen: {tokens} tokens (inputs and targets, padding not counted) in {facts.steps} steps, {hours} hours.
- Hardware: {facts.hardware}; torch {torch}.
- Shape: `{config}`; byte-level BPE vocabulary of {vocabulary}, blanks `<extra_id_0>` to `<extra_id_31>`.
- Shipped as float16, loaded as float32.

To train it longer: `python -m reproduce.pretraining train {id}` (docs/models.md).

## Loss on packages that were held out

Nats a target token, measured on {glance} examples of a kind. All together: {facts.held_out_loss}, a perplexity of
{perplexity}. Guessing evenly among the vocabulary gives {uniform}, guessing by how frequent a token is in the text
{by_frequency}. Read this before you believe a score: a model whose perplexity is in the hundreds knows which tokens are
frequent and what often follows what, and little else.

| kind | loss |
|---|---:|
{losses}

| step | tokens seen | held-out loss |
|---:|---:|---:|
{curve}

## Limits

- Python and English docstrings of {about[train][pieces]} pieces of code only; other languages are as good as unseen.
- What it writes seldom means anything, and code that it writes seldom works; run none of it outside a sandbox.
- Texts beyond 256 tokens were never seen.
- Left out of the text, as they serve for validation and test elsewhere: {never}.

## Packages

| package | version | licence | use |
|---|---|---|---|
{packages}

Licence of the weights: {licence}. The text itself is not distributed.
"""
