"""Unit vectors of texts by a small language model, kept in the user's cache under the digest of model and text.

What has not changed is not computed again. Importing this loads no torch.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.home import Home
from reproduce.model_files import ModelFiles, resolve
from reproduce.registry import ModelEntry, models

Vectors = npt.NDArray[np.float32]
MODEL = "all-minilm-l6-v2"
WIDTH = 384  # numbers of a vector
MAX_TOKENS = 256  # the model was trained with 128 and reads up to 512; longer texts are cut


def text_vectors(texts: Sequence[str], home: Home) -> Vectors:
    """Return a unit vector (texts, WIDTH) for each text, computing and keeping those that are not in the cache.

    Raises:
        ModelError: the model's files are not here, or one is not the pinned one.
    """
    entry = models()[MODEL]
    found = {text: _read(_file(entry, text, home)) for text in texts}
    missing = [text for text, vector in found.items() if vector is None]
    if missing:
        for text, computed in zip(missing, _computed(entry, resolve(entry, home), missing), strict=True):
            _keep(_file(entry, text, home), computed)
            found[text] = computed
    return np.stack([vector for text in texts if (vector := found[text]) is not None])


def kept_vectors(texts: Sequence[str], home: Home) -> Vectors | None:
    """Return the vectors of texts from the cache; None unless all are there. No model is loaded."""
    entry = models()[MODEL]
    found = [_read(_file(entry, text, home)) for text in texts]
    return None if any(vector is None for vector in found) else np.stack([v for v in found if v is not None])


def _file(entry: ModelEntry, text: str, home: Home) -> Path:
    names = "".join(f"{name} {digest}\n" for name, digest in sorted(entry.files.items()))
    digest = hashlib.sha256(f"{names}{MAX_TOKENS}\n{text}".encode()).hexdigest()
    return home.cache / "vectors" / entry.id / f"{digest}.npy"


def _read(path: Path) -> Vectors | None:
    """Return a kept vector; None when there is none, or the file was damaged."""
    try:
        vector: Vectors = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return vector if vector.shape == (WIDTH,) and bool(np.isfinite(vector).all()) else None


def _keep(path: Path, vector: Vectors) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}.npy")
    np.save(unfinished, vector, allow_pickle=False)
    unfinished.replace(path)


def _computed(entry: ModelEntry, files: ModelFiles, texts: Sequence[str]) -> list[Vectors]:
    from reproduce.environment import prepare_libraries

    prepare_libraries()  # before torch is imported
    import torch

    from reproduce.backbones import load_backbone, load_tokenizer
    from reproduce.encoder import mean_pooled

    tokenizer = load_tokenizer(entry, files)
    model: torch.nn.Module = load_backbone(entry, files)  # as transformers loads it: without dropout
    vectors: list[Vectors] = []
    with torch.inference_mode():
        for text in texts:  # one by one: a vector does not depend on what else is in the batch
            batch = tokenizer(text, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
            pooled = mean_pooled(model(**batch).last_hidden_state, batch["attention_mask"])
            vectors.append(pooled[0].numpy())
    return vectors
