"""Saving what a user would keep of a tuned model, and putting it back on a fresh backbone.

Only safetensors are written or read.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from torch import nn

from corpus.errors import lookup
from corpus.files import write_text
from reproduce.methods.added import added_tensors
from reproduce.methods.context import Context
from reproduce.methods.sites import architecture_of
from reproduce.registry import ModelEntry, imported, methods
from reproduce.specs import settings_of

TENSORS_FILE = "tuned.safetensors"
ABOUT_FILE = "tuned.json"


def save(module: nn.Module, folder: Path, *, saved_as: str, model: ModelEntry, about: Mapping[str, Any]) -> int:
    """Write the tuned weights to a folder and return the size of its safetensors in bytes.

    ``peft`` writes peft's own form (``PeftModel.from_pretrained`` reads it), ``tensors`` every trainable weight and
    every added one under its name. ``about`` is written beside them as tuned.json; ``load`` needs its ``method`` and
    ``settings`` to put tensors back.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _SAVE[saved_as](module, folder, model)
    write_text(folder / ABOUT_FILE, json.dumps(dict(about), indent=1, sort_keys=True) + "\n")
    return sum(path.stat().st_size for path in folder.glob("*.safetensors"))


def load(backbone: nn.Module, folder: Path, *, saved_as: str) -> nn.Module:
    """Return the backbone with the saved weights on it; raise KeyError when they are not of this backbone."""
    return _LOAD[saved_as](backbone, folder)


def _save_peft(module: nn.Module, folder: Path, model: ModelEntry) -> None:
    tuned: Any = module
    for config in tuned.peft_config.values():
        config.base_model_name_or_path = model.published_as  # else the folder on this machine would be written
        config.revision = model.revision
    start = getattr(tuned, "start_folder", None)
    pattern = getattr(tuned.active_peft_config, "rank_pattern", None)
    tuned.save_pretrained(
        folder,
        safe_serialization=True,
        save_embedding_layers=False,  # "auto" would ask the hub whether the vocabulary has grown
        path_initial_model_for_weight_conversion=start.name if start else None,
    )
    if pattern:  # AdaLoRA: saving renames its keys in place, and training may go on
        tuned.active_peft_config.rank_pattern = pattern
    (folder / "README.md").unlink(missing_ok=True)  # peft's empty form of a model card


def _load_peft(backbone: nn.Module, folder: Path) -> nn.Module:
    from peft import PeftModel

    from reproduce.methods.with_peft import without_virtual_positions

    with warnings.catch_warnings():
        # AdaLoRA's pattern of ranks is applied, but peft first reads its keys as if they were LoRA's.
        warnings.filterwarnings("ignore", message="The following rank_pattern keys did not match")
        module: Any = PeftModel.from_pretrained(backbone, folder)
    if module.active_peft_config.peft_type == "ADALORA":
        module.base_model.trainable_adapter_name = module.active_adapter  # its forward reads it wherever labels are
    return without_virtual_positions(module)


def _save_tensors(module: nn.Module, folder: Path, model: ModelEntry) -> None:
    from safetensors.torch import save_file

    tensors = {name: value.detach().cpu().contiguous() for name, value in added_tensors(module)}
    save_file(tensors, folder / TENSORS_FILE)


def _load_tensors(backbone: nn.Module, folder: Path) -> nn.Module:
    import torch
    from safetensors.torch import load_file

    about = json.loads((folder / ABOUT_FILE).read_text())
    entry = lookup("method of the laboratory", about["method"], methods())
    architecture = architecture_of(backbone)
    settings = settings_of(entry, about["settings"], architecture)
    context = Context(architecture=architecture, steps=0, seed=0)
    module: nn.Module = imported(entry.frame or entry.build)(backbone, settings, context)
    own = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    with torch.no_grad():
        for name, value in load_file(folder / TENSORS_FILE).items():
            own[name].copy_(value)
    return module


_SAVE: dict[str, Callable[[nn.Module, Path, ModelEntry], None]] = {"peft": _save_peft, "tensors": _save_tensors}
_LOAD: dict[str, Callable[[nn.Module, Path], nn.Module]] = {"peft": _load_peft, "tensors": _load_tensors}
