"""Pretrained models and their tokenizers, from verified local files: encoder, encoder-decoder, decoder.

Only safetensors, or GGUF that transformers turns back into full precision; code from a model's folder is never run.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from reproduce.errors import ModelError
from reproduce.model_files import ModelFiles
from reproduce.registry import ModelEntry

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

CLASS_OF: Mapping[str, str] = {
    "encoder": "AutoModel",
    "encoder-decoder": "AutoModelForSeq2SeqLM",
    "decoder": "AutoModelForCausalLM",
}
"""The class of transformers that loads a model of each architecture."""


def load_backbone(entry: ModelEntry, files: ModelFiles, *, quantization: str | None = None) -> PreTrainedModel:
    """Return the pretrained model in float32, or with its linear layers in 4 bits for ``quantization="nf4"``.

    nf4: Dettmers et al. 2023, arXiv 2305.14314, section 3, with double quantisation; by bitsandbytes, also on a CPU.
    Raises ModelError for another quantization.
    """
    if quantization is None:
        options: dict[str, Any] = (
            {"use_safetensors": True} if entry.gguf_file is None else {"gguf_file": entry.gguf_file}
        )
        return _loaded(entry, files.folder, options)
    quantised = {"use_safetensors": True, "quantization_config": _quantization(quantization)}
    if entry.gguf_file is None:
        return in_float32(_loaded(entry, files.folder, quantised))
    # transformers does not read a GGUF into other 4-bit layers, so the full weights pass through a folder.
    with tempfile.TemporaryDirectory() as folder:
        full = load_backbone(entry, files)
        full.save_pretrained(folder)
        return in_float32(_loaded(entry, Path(folder), quantised))


def in_float32(backbone: PreTrainedModel) -> PreTrainedModel:
    """Return a model whose 4-bit layers compute in float32 on every processor.

    On processors with AVX-512 for bfloat16, bitsandbytes packs the weights anew when a layer is first evaluated,
    computes in bfloat16 from then on, and fails for widths that are not a multiple of 32: evaluation would be another
    function than training, and another one than on other machines.
    """
    for module in backbone.modules():
        if hasattr(module, "support_avx512bf16_for_cpu"):
            layer: Any = module
            layer.support_avx512bf16_for_cpu = False
    return backbone


def _loaded(entry: ModelEntry, folder: Path, options: Mapping[str, Any]) -> PreTrainedModel:
    import transformers

    quiet: Any = transformers.logging
    quiet.set_verbosity_error()  # a pooler in the file is left out on purpose, see the registry
    quiet.disable_progress_bar()
    loader: Any = getattr(transformers, CLASS_OF[entry.architecture])
    backbone: PreTrainedModel = loader.from_pretrained(
        folder,
        revision=entry.revision,
        local_files_only=True,
        trust_remote_code=False,
        dtype=torch.float32,
        **options,
        **entry.load,
    )
    if (
        hasattr(backbone.config, "quantization_config")
        and entry.gguf_file is not None
        and not options.get("quantization_config")
    ):
        # The weights are full again. Left in, peft takes them for GGUF, and the model could not be saved.
        del backbone.config.quantization_config
        vars(backbone).pop("hf_quantizer", None)
    return backbone


def load_tokenizer(entry: ModelEntry, files: ModelFiles) -> PreTrainedTokenizerFast:
    """Return the model's tokenizer; one without a padding token pads with its end token."""
    from transformers import AutoTokenizer

    options: dict[str, Any] = {"gguf_file": entry.gguf_file} if entry.gguf_file is not None else {}
    tokenizer: Any = AutoTokenizer.from_pretrained(
        files.folder, revision=entry.revision, local_files_only=True, trust_remote_code=False, **options
    )
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    loaded: PreTrainedTokenizerFast = tokenizer
    return loaded


def _quantization(quantization: str) -> Any:
    """Return the settings for bitsandbytes."""
    from transformers import BitsAndBytesConfig

    if quantization != "nf4":
        raise ModelError(f"quantization {quantization!r} is not known; there is nf4")
    settings: Any = BitsAndBytesConfig
    return settings(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.float32,
    )
