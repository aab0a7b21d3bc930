"""Pins that a user took: revision and digests of a model that the registry only wires. Needs no torch.

A pin is one YAML file in the user's folder, ``models/<id>.yaml``. It says what was had at the time of pinning, so
that every later run has the same; that these are the files which a paper used, it cannot say.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from corpus.files import dump_yaml, write_text
from corpus.home import Home
from corpus.records.base import Name, Record, Text
from corpus.records.run import Sha256
from reproduce.data.digest import file_sha256
from reproduce.errors import ModelError
from reproduce.registry.models import Commit, ModelEntry
from reproduce.registry.reading import read_record

# What is read of a repository: weights and tokenizer as data. Never Python files, never pickled weights.
_WANTED = ("config.json", "generation_config.json", "tokenizer", "vocab", "merges.txt", "special_tokens_map.json",
           "added_tokens.json", "spiece.model", "sentencepiece.bpe.model", "model.safetensors", "model-")  # fmt: skip
_ENDINGS = (".json", ".txt", ".model", ".safetensors")


class Pin(Record):
    """The revision and the files of a model, as they were when it was pinned."""

    id: Name
    hub_id: Text
    revision: Commit
    files: dict[Text, Sha256] = Field(min_length=1)


def pin_file(model_id: str, home: Home) -> Path:
    """Return where a model's pin is kept."""
    return home.root / "models" / f"{model_id}.yaml"


def with_pin(entry: ModelEntry, home: Home) -> ModelEntry:
    """Return the entry with the user's pin, where the registry has no digests and the user took some.

    Raises RecordError for a faulty pin, ModelError for one of another revision than the registry names.
    """
    path = pin_file(entry.id, home)
    if entry.files or not path.is_file():
        return entry
    pin = read_record(path, Pin)
    if pin.hub_id != entry.hub_id or entry.revision not in (None, pin.revision):
        raise ModelError(f"the pin of {entry.id} is of {pin.hub_id} {pin.revision[:12]}, not what the registry names; "
                         f"take it anew: `python -m reproduce.fetch --pin {entry.id}`")  # fmt: skip
    return entry.model_copy(update={"revision": pin.revision, "files": pin.files})


def pin(entry: ModelEntry, home: Home) -> Pin:
    """Resolve a wired model's revision, fetch its files, and take down their digests in the user's folder.

    Without a revision in the registry the newest one is taken. Raises ModelError when the model cannot be run, is
    pinned by the registry already, has no safetensors at that revision, or cannot be fetched.
    """
    if entry.not_runnable_because is not None:
        raise ModelError(f"model {entry.id} cannot be run: {entry.not_runnable_because}")
    if entry.files or entry.hub_id is None:
        reason = "is pinned by the registry" if entry.files else "has no hub id; its paper does not say which it was"
        raise ModelError(f"model {entry.id} {reason}, so there is nothing to pin")

    from huggingface_hub import HfApi, hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        found = HfApi().model_info(entry.hub_id, revision=entry.revision, files_metadata=True)
        if found.sha is None:
            raise ModelError(f"the hub names no revision of {entry.hub_id}")
        names = [each.rfilename for each in found.siblings or () if _is_wanted(each.rfilename)]
        if not any(name.endswith(".safetensors") for name in names):
            raise ModelError(f"{entry.hub_id} has no safetensors at {found.sha[:12]}; other weights are not loaded")
        folder = home.cache / "models" / entry.id / found.sha
        for name in names:
            hf_hub_download(entry.hub_id, name, revision=found.sha, local_dir=folder)
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise ModelError(f"{entry.hub_id} could not be fetched ({type(error).__name__})") from None
    taken = Pin(
        id=entry.id,
        hub_id=entry.hub_id,
        revision=found.sha,
        files={name: file_sha256(folder / name) for name in sorted(names)},
    )
    path = pin_file(entry.id, home)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, dump_yaml(taken.model_dump(mode="json")))
    return taken


def _is_wanted(name: str) -> bool:
    return "/" not in name and name.startswith(_WANTED) and name.endswith(_ENDINGS)
