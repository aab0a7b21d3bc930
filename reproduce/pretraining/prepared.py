"""The prepared text on disk: tokenizer, token ids, digest; made once, then read by every model and every resumption."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from reproduce.data.digest import file_sha256
from reproduce.pretraining.examples import Examples, TokenIds, Tokens, encode
from reproduce.pretraining.text import cut_out
from reproduce.pretraining.tokenizer import sentinels, train_tokenizer
from reproduce.registry.pretraining import Pretraining, PretrainingRecipe

ABOUT, TOKENIZER = "text.json", "tokenizer"
SPLITS = ("train", "held-out")


def prepare(declared: Pretraining, folder: Path) -> None:
    """Cut out the text, train the tokenizer, write both as tokens; nothing is done where that was done before."""
    if (folder / ABOUT).is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    text = cut_out(declared.corpus)
    tokenizer = train_tokenizer(text, declared.tokenizer)
    tokenizer.save_pretrained(folder / TOKENIZER)

    def ids(texts: list[str]) -> list[TokenIds]:
        rows: list[TokenIds] = tokenizer(texts, add_special_tokens=False, verbose=False)["input_ids"]
        return rows

    longest = max((recipe.max_length for recipe in declared.models), default=256)
    parts = {
        "train": (text.pieces, text.functions),
        "held-out": (text.held_out_pieces, text.held_out_functions),
    }
    about: dict[str, Any] = {
        "sha256": text.sha256(),
        "tokenizer_sha256": file_sha256(folder / TOKENIZER / "tokenizer.json"),
    }
    for split, (pieces, functions) in parts.items():
        tokens = encode(ids, pieces, functions, longest)
        _write(folder / f"{split}.npz", [*tokens.pieces, *(row for each in tokens.functions for row in each)])
        about[split] = {
            "pieces": len(pieces), "functions": len(functions), "characters": sum(map(len, pieces)),
            "tokens_of_pieces": sum(map(len, tokens.pieces)),
        }  # fmt: skip
    (folder / ABOUT).write_text(json.dumps(about, indent=2) + "\n")


def load_tokenizer(folder: Path) -> Any:
    """Return the tokenizer of a prepared folder."""
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast.from_pretrained(folder / TOKENIZER, local_files_only=True)


def load_examples(
    declared: Pretraining, recipe: PretrainingRecipe, folder: Path, tokenizer: Any
) -> tuple[Examples, Examples]:
    """Return the examples to train on, and those of the packages held out."""
    about = json.loads((folder / ABOUT).read_text())
    made = []
    for split in SPLITS:
        rows = _read(folder / f"{split}.npz")
        pieces = [row[: recipe.max_length - 1] for row in rows[: about[split]["pieces"]]]
        rest = iter([row[: recipe.max_length - 1] for row in rows[about[split]["pieces"] :]])
        made.append(
            Examples(
                Tokens(pieces, list(zip(rest, rest, rest, rest, strict=True))),
                architecture=recipe.architecture,
                blanks=tokenizer.convert_tokens_to_ids(sentinels(declared.tokenizer)),
                begin=tokenizer.bos_token_id,
                end=tokenizer.eos_token_id,
                max_length=recipe.max_length,
                noise_density=recipe.noise_density,
                mean_span=recipe.mean_span,
                seed=recipe.seed,
            )
        )
    return made[0], made[1]


def _write(path: Path, rows: Sequence[TokenIds]) -> None:
    np.savez_compressed(
        path,
        lengths=np.fromiter(map(len, rows), dtype=np.int32),
        ids=np.fromiter((token for row in rows for token in row), dtype=np.uint16),
    )


def _read(path: Path) -> list[TokenIds]:
    with np.load(path, allow_pickle=False) as file:
        cuts = np.cumsum(file["lengths"])[:-1]
        return [row.tolist() for row in np.split(file["ids"], cuts)]
