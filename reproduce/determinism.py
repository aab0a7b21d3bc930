"""Making a run repeatable: same spec and seed on the same machine, same metrics, bit for bit."""

from __future__ import annotations

import os
import random

import numpy as np
import torch

DEFAULT_THREADS = 2


def threads() -> int:
    """Return the number of threads: CODEPEFT_THREADS, else 2, whatever the machine has.

    Sums are split over threads, so that another number gives other last bits.
    """
    return int(os.environ.get("CODEPEFT_THREADS") or DEFAULT_THREADS)


def pick_device() -> torch.device:
    """Return the first CUDA device if there is one, else the CPU; CODEPEFT_DEVICE overrides."""
    return torch.device(os.environ.get("CODEPEFT_DEVICE") or ("cuda" if torch.cuda.is_available() else "cpu"))


def has_fast_bfloat16(device: torch.device) -> bool:
    """Return whether the device computes in bfloat16 itself; one that does not takes many times as long for it."""
    if device.type == "cpu":
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return bool(device.type != "cuda" or torch.cuda.is_bf16_supported(including_emulation=False))


def make_repeatable(device: torch.device) -> None:
    """Fix the thread count and ask for deterministic kernels.

    On a CPU a kernel without a deterministic form is an error; on an accelerator only a warning, as some have none.
    """
    torch.set_num_threads(threads())
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # asked for by cuBLAS, see torch's notes on randomness
    torch.use_deterministic_algorithms(True, warn_only=device.type != "cpu")


def seed_everything(seed: int) -> None:
    """Seed the generators of Python, numpy and torch."""
    random.seed(seed)
    np.random.seed(seed)  # the global one: libraries below us may use it
    torch.manual_seed(seed)
