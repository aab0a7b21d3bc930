"""Saving what a user would keep of a tuned model, and putting it back on a fresh backbone.

Only safetensors are written or read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from torch import nn

from corpus.files import write_text
from reproduce.registry import ModelEntry

TENSORS_FILE = "tuned.safetensors"


def save(module: nn.Module, folder: Path, *, saved_as: str, model: ModelEntry, about: Mapping[str, Any]) -> int:
    """Write the tuned weights to a folder and return the size of its safetensors in bytes.

    ``peft`` writes peft's own form (``PeftModel.from_pretrained`` reads it), ``tensors`` every trainable tensor under
    its name in the backbone. ``about`` is written beside them as tuned.json.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _SAVE[saved_as](module, folder, model)
    write_text(folder / "tuned.json", json.dumps(dict(about), indent=1, sort_keys=True) + "\n")
    return sum(path.stat().st_size for path in folder.glob("*.safetensors"))


def load(backbone: nn.Module, folder: Path, *, saved_as: str) -> nn.Module:
    """Return the backbone with the saved weights on it; raise KeyError when they are not of this backbone."""
    return _LOAD[saved_as](backbone, folder)


def _save_peft(module: nn.Module, folder: Path, model: ModelEntry) -> None:
    tuned: Any = module
    for config in tuned.peft_config.values():
        config.base_model_name_or_path = model.published_as  # else the folder on this machine would be written
        config.revision = model.revision
    # "auto" would ask the hub whether the vocabulary has grown.
    tuned.save_pretrained(folder, safe_serialization=True, save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)  # peft's empty form of a model card


def _load_peft(backbone: nn.Module, folder: Path) -> nn.Module:
    from peft import PeftModel

    loaded: nn.Module = PeftModel.from_pretrained(backbone, folder)
    return loaded


def _save_tensors(module: nn.Module, folder: Path, model: ModelEntry) -> None:
    from safetensors.torch import save_file

    tensors = {
        name: value.detach().cpu().contiguous() for name, value in module.named_parameters() if value.requires_grad
    }
    save_file(tensors, folder / TENSORS_FILE)


def _load_tensors(backbone: nn.Module, folder: Path) -> nn.Module:
    import torch
    from safetensors.torch import load_file

    own = dict(backbone.named_parameters())
    with torch.no_grad():
        for name, value in load_file(folder / TENSORS_FILE).items():
            own[name].copy_(value)
    return backbone


_SAVE: dict[str, Callable[[nn.Module, Path, ModelEntry], None]] = {"peft": _save_peft, "tensors": _save_tensors}
_LOAD: dict[str, Callable[[nn.Module, Path], nn.Module]] = {"peft": _load_peft, "tensors": _load_tensors}
