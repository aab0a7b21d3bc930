"""What a machine is asked before a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from reproduce import machine
from reproduce.plan import plan


@pytest.fixture
def processor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Return a function that gives this machine another processor, and no GPU."""

    def with_flags(flags: str) -> None:
        there = tmp_path / "cpuinfo"
        there.write_text(f"processor\t: 0\nflags\t\t: fpu sse2 {flags}\n")
        places = {"/proc/cpuinfo": there, "/dev/nvidia0": tmp_path / "none"}
        monkeypatch.setattr(machine, "Path", lambda name: places[name])

    return with_flags


@pytest.mark.parametrize(("flags", "slow"), [("avx2", True), ("avx2 avx512f avx512bw", False)])
def test_a_run_in_bfloat16_is_told_to_be_slow_where_it_is(flags: str, slow: bool, processor):
    """Before hours are spent it is said that this processor goes another way; a run in float32 is never slow for it."""
    processor(flags)
    (single,) = plan(experiment="scd-88-clones", method="lora", seeds=[0])
    half = single.model_copy(update={"training": single.training.model_copy(update={"precision": "bfloat16"})})
    assert ("asks for bfloat16" in str(machine.slow_because(half))) is slow
    assert machine.slow_because(single) is None
