"""Settings of the libraries below that must stand in the environment before they are loaded. Needs no torch."""

from __future__ import annotations

import os


def prepare_libraries() -> None:
    """Tell the libraries that there is no hub and that the machine may be busy; call before torch is imported."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # Threads that spin while they wait for one another made a step take ten times as long beside one other busy
    # process on two cores, and twice as long when they sleep. The results are the same.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
